import { join } from 'node:path';
import { DATA } from '../../../analysis/models/data/index.js';
import { runSession } from '../../../cli/session.js';

/** The end of a line about a function that returns without any effect, too. */
export const SOMETIMES = ', not always';

/** Exported functions of some folders that come back with a lock taken or released, and that no record describes. */
export async function unrecordedLockers(
  tree: string,
  folders: readonly string[],
  read: (file: string) => string,
): Promise<string[]> {
  const recorded = new Set(DATA.flatMap((record) => ('name' in record ? [record.name] : [])));
  const lines: string[] = [];
  await runSession(
    folders.map((folder) => join(tree, folder)),
    { root: tree, confidence: 'high', rules: [], isSilent: true, cache: false },
    ({ snapshot }) => {
      const exported = new Map<string, ReadonlySet<string>>();
      for (const fn of snapshot.program.functions()) {
        const isWanted = folders.some((folder) => fn.file.startsWith(`${folder}/`));
        if (!isWanted || fn.item === undefined || recorded.has(fn.name)) continue;
        const names = exported.get(fn.file) ?? exportsOf(read(fn.file));
        exported.set(fn.file, names);
        if (!names.has(fn.name)) continue;
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

function exportsOf(text: string): ReadonlySet<string> {
  const names = [...text.matchAll(/^EXPORT_(?:PER_CPU_)?SYMBOL\w*\((\w+)/gm)].map(([, name = '']) => name);
  return new Set(names);
}
