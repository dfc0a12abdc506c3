import { join } from 'node:path';
import { createModels } from '../../analysis/models/index.js';
import { runSession } from '../../cli/session.js';

/** Exported functions of some folders that come back with a lock taken or released, and that no record describes. */
export async function unrecordedLockers(
  tree: string,
  folders: readonly string[],
  read: (file: string) => string,
): Promise<string[]> {
  const models = createModels();
  const lines: string[] = [];
  await runSession(
    folders.map((folder) => join(tree, folder)),
    { root: tree, confidence: 'high', rules: [], isSilent: true, cache: false },
    ({ snapshot }) => {
      const exported = new Map<string, ReadonlySet<string>>();
      for (const fn of snapshot.program.functions()) {
        const isWanted = folders.some((folder) => fn.file.startsWith(`${folder}/`));
        if (!isWanted || fn.item === undefined || models.lockApi(fn.name) !== undefined) continue;
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
          lines.push(`${fn.name} (${fn.file}): ${net.join(', ')}${always ? '' : ', not always'}`);
      }
    },
  );
  return lines;
}

function exportsOf(text: string): ReadonlySet<string> {
  const names = [...text.matchAll(/^EXPORT_(?:PER_CPU_)?SYMBOL\w*\((\w+)/gm)].map(([, name = '']) => name);
  return new Set(names);
}
