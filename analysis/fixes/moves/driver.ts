import { folderOf } from '../../base/paths.js';
import type { Program } from '../../link/types.js';

/**
 * The files of a driver: those of its folder that share a header of the folder with it, directly or through other
 * files. A folder may hold hundreds of drivers. A file that includes no such header may belong with any other file
 * there.
 */
export function driverFiles(program: Program, file: string): readonly string[] {
  const folder = folderOf(file);
  const all = program.filesIn(folder);
  const own = new Map(
    all.map((each) => [each, program.included(each).filter((header) => folderOf(header) === folder)]),
  );
  if ((own.get(file) ?? []).length === 0) return all;
  const found = new Set([file, ...(own.get(file) ?? [])]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const [each, headers] of own) {
      if (!found.has(each) && !headers.some((header) => found.has(header))) continue;
      for (const one of [each, ...headers]) found.add(one);
    }
  }
  return all.filter((each) => found.has(each));
}
