import type { FileOutline } from '../types.js';

/** The outline of a file that declares nothing. */
export function emptyOutline(text: Pick<FileOutline, 'bytes' | 'lines'>): FileOutline {
  return {
    ...text,
    includes: [],
    functions: [],
    prototypes: [],
    macros: [],
    records: [],
    typedefs: [],
    variables: [],
    constants: [],
    macroUses: [],
    lockInits: [],
    lockSites: 0,
    lockPointers: [],
    guards: [],
    orders: [],
    gaps: [],
  };
}
