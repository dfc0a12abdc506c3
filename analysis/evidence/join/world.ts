import type { Analysis } from '../../checks/engine/engine.js';
import type { Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';

/** The source that evidence is held against: one finished analysis, and the texts it ran over. */
export interface SourceWorld {
  readonly program: Program;
  readonly analysis: Analysis;
  readonly models: Models;
  /** Lines of a file, without line ends; `undefined` where it cannot be read any more. */
  readonly linesOf: (file: string) => readonly string[] | undefined;
}
