import type { Confidence } from '../../base/confidence.js';
import type { Location } from '../../base/span.js';
import type { ExecutionContext } from '../../models/types.js';

/** Why a function runs in a context although no visible code calls it there. */
export interface OutsideEntry {
  readonly context: ExecutionContext;
  /** What it is, as shown to users: `a timer`, `an interrupt handler`. */
  readonly title: string;
  /** Where that is stated: the registration, the table, the definition. */
  readonly at: Location;
  /** The function that registers it, or its own name. */
  readonly by: string;
  readonly text: string;
  readonly confidence: Confidence;
  /** It runs in this context for certain; the confidence is about other callers, which may sleep. */
  readonly isSometimes?: true;
  /** Interrupts are off when it is called, or may be. */
  readonly isOff?: true;
  /** Interrupts and bottom halves are on at some of the calls, although it must not sleep. */
  readonly isOn?: true;
  /** Lock classes held when it is called. */
  readonly holds?: readonly string[];
  /** The table member it is stored in, if any, and the name under which it is stored. */
  readonly member?: { readonly record: string; readonly field: string; readonly name: string };
}
