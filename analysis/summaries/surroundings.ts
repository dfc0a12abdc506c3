import type { FunctionRef, Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import type { ClassTable } from './locks/locks.js';
import type { Concern } from './concern.js';
import type { FunctionSummary } from './state/types.js';

/** What interpretation needs from the rest of the program. */
export interface Surroundings {
  readonly program: Program;
  readonly models: Models;
  readonly classes: ClassTable;
  /**
   * Summary of a callee; `undefined` if its body is missing or it is being interpreted right now. The
   * caller promises to treat a summary that is nothing to its concern like none.
   */
  summaryOf(fn: FunctionRef, concern?: Concern): FunctionSummary | undefined;
  /** The function in the place of another, if it is the same to callers: itself, or what an edit made of it. */
  successor(fn: FunctionRef): FunctionRef | undefined;
  /** Targets of a call through a member of this record, as seen from a file. */
  slotTargets(record: string, field: string, file: string): readonly FunctionRef[];
  /** Functions that a function designator or a variable holding one leads to when it is called. */
  namedTargets(name: string, file: string): readonly FunctionRef[];
  /** Text that identifies the targets of a function's calls through values. */
  slotsOf(fn: FunctionRef): string;
}
