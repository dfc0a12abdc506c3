import type { Analysis } from '../../checks/engine/engine.js';
import type { Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';

/** The source that evidence is compared with: a finished analysis and its texts. */
export interface SourceWorld {
  readonly program: Program;
  readonly analysis: Analysis;
  readonly models: Models;
  /** Lines of a file without line ends; `undefined` if it can no longer be read. */
  readonly linesOf: (file: string) => readonly string[] | undefined;
}
