import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../analysis/checks/types.js';
import { ROOT } from '../../support/root.js';

export const HISTORY = join(ROOT, 'bench/history/editor-hour.jsonl');

/** Files of one tree before the next one is opened. */
const FILES_AT_A_TIME = 6;

/** A finding to look at in a tree. */
export interface Chosen {
  readonly tree: string;
  readonly finding: Finding;
}

/** Files that earlier recordings opened. */
function known(): ReadonlySet<string> {
  const lines = readFileSync(HISTORY, 'utf8').trimEnd().split('\n');
  return new Set(
    lines.flatMap((line) =>
      ((JSON.parse(line) as { readonly rounds?: readonly { readonly file: string }[] }).rounds ?? []).map(
        ({ file }) => file,
      ),
    ),
  );
}

/** One finding for each file, of high confidence, as many rules as there are in turn. */
function chosenIn(tree: string, scan: string, rounds: number, seen: Set<string>): readonly Chosen[] {
  const { findings } = JSON.parse(readFileSync(scan, 'utf8')) as { readonly findings: readonly Finding[] };
  const byRule = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.confidence !== 'high' || !/^(?:drivers|sound|net|fs)\//.test(finding.at.file)) continue;
    if (seen.has(finding.at.file)) continue;
    seen.add(finding.at.file);
    byRule.set(finding.rule, [...(byRule.get(finding.rule) ?? []), finding]);
  }
  const spread = [...byRule.values()].flatMap((own) =>
    // From all over the tree, not from its first folder.
    own.map((finding, at) => ({ finding, turn: (at * 7919) % own.length })),
  );
  return spread
    .sort((a, b) => a.turn - b.turn)
    .slice(0, rounds)
    .map(({ finding }) => ({ tree, finding }));
}

/** Those of all trees, a few of each in turn. */
export function chosen(
  trees: readonly string[],
  scans: readonly string[],
  rounds: number,
): readonly Chosen[] {
  const seen = new Set(known());
  const all = trees.map((tree, at) => chosenIn(tree, scans[at] ?? '', rounds, seen));
  const parts = Array.from({ length: Math.ceil(rounds / FILES_AT_A_TIME) }, (_, part) =>
    all.flatMap((own) => own.slice(part * FILES_AT_A_TIME, (part + 1) * FILES_AT_A_TIME)),
  );
  return parts.flat();
}
