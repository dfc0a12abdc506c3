import { folderOf, ORDER_FILE } from '../../../analysis/base/paths.js';
import type { FileUpdate } from '../../../analysis/workspace/index.js';
import type { Files, SkippedFile } from '../../api.js';

/** The order files that apply to these paths, from each path up to the root. */
export function ordersAbove(files: Files, paths: readonly string[]): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  for (const path of paths) {
    for (let folder = path; !seen.has(folder); folder = folderOf(folder) || '.') {
      seen.add(folder);
      const file = folder === '.' ? ORDER_FILE : `${folder}/${ORDER_FILE}`;
      if (files.kindOf(file) === 'file') found.add(file);
    }
  }
  return [...found];
}

/** The lines of an order file that cannot be read. */
export function malformedLines({ file, summary }: FileUpdate): readonly SkippedFile[] {
  return (summary?.outline.gaps ?? []).map(({ at, detail }) => ({
    file,
    reason: 'malformed-order',
    line: at.line,
    detail,
  }));
}
