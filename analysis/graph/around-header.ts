import { folderOf, isBelow } from '../base/paths.js';
import type { Program } from '../link/types.js';

/**
 * The files that can see what a file declares: the file itself, and for a header of some code's own those around it that
 * include it. `undefined` for the kernel's interfaces, which anybody includes.
 */
export function filesAround(program: Program, file: string): readonly string[] | undefined {
  if (!file.endsWith('.h')) return [file];
  if (INTERFACE.test(file)) return undefined;
  const folder = folderOf(folderOf(file));
  const isNear = isBelow(folder === '' ? [] : [folder]);
  return [...program.files.keys()].filter(
    (other) => other === file || (isNear(other) && program.includesFile(other, file)),
  );
}

const INTERFACE = /^(?:arch\/[^/]+\/)?include\//u;
