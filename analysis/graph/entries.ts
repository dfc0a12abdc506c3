import type { Confidence } from '../base/confidence.js';
import type { Location } from '../base/span.js';
import type { ExecutionContext } from '../models/types.js';

/** Why a function runs in a context although nobody in sight calls it there. */
export interface Entry {
  readonly context: ExecutionContext;
  /** What it is, as told to people: `a timer`, `an interrupt handler`. */
  readonly title: string;
  /** Where that is said: the registration, the table, the definition. */
  readonly at: Location;
  /** The function that registers it, its own name otherwise. */
  readonly by: string;
  readonly text: string;
  readonly confidence: Confidence;
  /** Classes of locks that it is called with. */
  readonly holds?: readonly string[];
  /** For a member of a table: which. */
  readonly member?: { readonly record: string; readonly field: string };
}
