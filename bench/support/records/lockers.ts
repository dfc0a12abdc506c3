import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA } from '../../../analysis/models/data/index.js';
import { runSession } from '../../../cli/session/session.js';

/** The end of a line about a function that also returns without any effect. */
export const SOMETIMES = ', not always';

/**
 * Exported functions of a folder that return with a lock acquired or released for their caller, and that no record
 * describes. With an older tree, only functions that it does not export; then only the files that define them are
 * analysed.
 */
export async function unrecordedLockers(
  tree: string,
  folder: string,
  exportedBefore: ReadonlySet<string> | undefined,
): Promise<string[]> {
  const recorded = new Set(DATA.flatMap((record) => ('name' in record ? [record.name] : [])));
  const candidates = new Map<string, ReadonlySet<string>>();
  for (const [file, names] of exportsBelow(tree, folder)) {
    const own = names.filter((name) => !recorded.has(name) && exportedBefore?.has(name) !== true);
    if (own.length > 0) candidates.set(file, new Set(own));
  }
  if (candidates.size === 0) return [];
  const paths = exportedBefore === undefined ? [folder] : [...candidates.keys()];
  const lines: string[] = [];
  await runSession(
    paths.map((path) => join(tree, path)),
    { root: tree, confidence: 'high', rules: [], isSilent: true, cache: false },
    ({ snapshot }) => {
      for (const fn of snapshot.program.functions()) {
        if (fn.item === undefined || candidates.get(fn.file)?.has(fn.name) !== true) continue;
        const exits = snapshot.analysis.summary(fn)?.exits ?? [];
        const net = [
          ...new Set([
            ...exits.flatMap(({ held }) => held.map(({ key }) => `takes ${key}`)),
            ...exits.flatMap(({ released }) => released.map(({ key }) => `releases ${key}`)),
          ]),
        ];
        const always = exits.every(({ held, released }) => held.length + released.length > 0);
        if (net.length > 0)
          lines.push(`${fn.name} (${fn.file}): ${net.join(', ')}${always ? '' : SOMETIMES}`);
      }
    },
  );
  return lines;
}

/** The names that the C files below a folder export, by file. */
export function* exportsBelow(tree: string, folder: string): Generator<readonly [string, readonly string[]]> {
  for (const name of readdirSync(join(tree, folder), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.c')) continue;
    const text = readFileSync(join(tree, folder, name), 'latin1');
    const names = [...text.matchAll(/^EXPORT_(?:PER_CPU_)?SYMBOL\w*\((\w+)/gm)].map(
      ([, given = '']) => given,
    );
    if (names.length > 0) yield [`${folder}/${name}`, names];
  }
}
