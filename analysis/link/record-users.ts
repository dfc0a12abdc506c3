import { BOUNDS } from '../base/bounds.js';
import { folderOf } from '../base/paths.js';
import type { Program } from './types.js';

/**
 * The source files that may have instances of a record that a file declares: a source file itself, or the sources beside a
 * header; none for a header without sources beside it, which any file may include.
 */
export function usersOfRecord(program: Program, declared: string): readonly string[] {
  if (declared.endsWith('.c')) return [declared];
  const beside = [...program.filesIn(folderOf(declared))].filter((file) => file.endsWith('.c'));
  return beside.length > BOUNDS.filesOfOneRecord ? [] : beside;
}
