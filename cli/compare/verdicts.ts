import type { Confidence, Finding } from '../../analysis/checks/types.js';
import { toBaseline, withoutBaseline, type Baseline } from '../../analysis/report/baseline.js';
import { atLeast } from '../../analysis/report/order.js';
import type { CommitVerdict } from '../../analysis/report/formats/schema.js';
import { commitsOf, hashOf } from './commits.js';
import { locate } from '../place.js';
import { runShown } from '../session/session.js';
import type { SessionOptions } from '../session/types.js';

/** Findings at one revision. */
interface AtRevision {
  /** At the requested confidence, without suppressed ones. */
  readonly findings: readonly Finding[];
  /** All findings, at any confidence. */
  readonly known: Baseline;
}

const NOTHING: Baseline = { version: 1, findings: [] };

/**
 * The findings that each commit of a range adds to its first parent's. Analyses only revisions whose sources differ;
 * `before` holds the findings at `from`.
 */
export async function verdictsOf(
  paths: readonly string[],
  options: SessionOptions,
  range: { readonly from: string; readonly to: string },
  before: Baseline,
): Promise<readonly CommitVerdict[]> {
  const { root } = locate(paths, options);
  const commits = commitsOf(root, range.from, range.to);
  // A single commit gets a verdict as well, although it is the whole range.
  const seen = new Map<string, AtRevision>();
  const base = commits.length > 0 ? hashOf(root, range.from) : '';
  const at = async (revision: string): Promise<AtRevision> => {
    let known = seen.get(revision);
    if (known === undefined) {
      known = await analyse(paths, options, revision);
      seen.set(revision, known);
    }
    return known;
  };
  const verdicts: CommitVerdict[] = [];
  let last: { readonly hash: string; readonly like: string } | undefined;
  for (const { hash, subject, parent, changesSource } of commits) {
    // A commit that changes no source has its parent's findings.
    const like = parent !== undefined && last?.hash === parent ? last.like : (parent ?? '');
    if (!changesSource) {
      last = { hash, like };
      verdicts.push({ commit: hash, subject, adds: [] });
      continue;
    }
    const known = like === '' ? NOTHING : like === base ? before : (await at(like)).known;
    const { findings } = await at(hash);
    last = { hash, like: hash };
    verdicts.push({ commit: hash, subject, adds: withoutBaseline(findings, known).map(added) });
  }
  return verdicts;
}

function added({ id, rule, severity, confidence, message, at }: Finding): CommitVerdict['adds'][number] {
  return { id, rule, severity, confidence, message, file: at.file, line: at.line };
}

/** Findings at a revision: at the requested confidence, and all of them for comparison. They are kept for the next one. */
export async function analyse(
  paths: readonly string[],
  options: SessionOptions,
  revision: string,
): Promise<AtRevision> {
  const confidence: Confidence = options.confidence;
  const all = { ...options, confidence: 'low', revision, isSilent: true, withUnshown: true } as const;
  return runShown(paths, { ...all, fixFor: undefined }, ({ snapshot: { findings, unshown = [] } }) => ({
    findings: findings.filter((finding) => atLeast(finding.confidence, confidence)),
    known: toBaseline([...findings, ...unshown]),
  }));
}
