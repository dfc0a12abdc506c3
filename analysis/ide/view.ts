import type { Analysis } from '../checks/engine/engine.js';
import type { Program } from '../link/types.js';

/** What a question about a position is answered from: one finished analysis and the program it ran over. */
export interface View {
  readonly program: Program;
  readonly analysis: Analysis;
}

/** A place in a file as everywhere outside of LSP: 1-based, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
