import type { Analysis } from '../checks/engine/engine.js';
import type { Program } from '../link/types.js';

/** The basis of answers about a position: a finished analysis and its program. */
export interface View {
  readonly program: Program;
  readonly analysis: Analysis;
}

/** A place in a file as everywhere outside of LSP: 1-based, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
