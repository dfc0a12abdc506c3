import type { OtherApi } from './events.js';
import type { LockKind } from './locks.js';

/** The role of a function in a backtrace. */
export type StackRole =
  /** Prints a report, tracks locks, switches tasks: carries no information. */
  | { readonly k: 'machinery' }
  /** Inside the acquisition of a lock. */
  | { readonly k: 'lock'; readonly kind: LockKind }
  /** Inside a wait for something else. */
  | { readonly k: 'wait'; readonly awaits: NonNullable<OtherApi['awaits']> }
  /** Where the kernel is entered: nothing of interest is below. */
  | { readonly k: 'entry' };

/** How to make the kernel enter a function, from a shell. */
export interface EntryPoint {
  /** In words, after "by". */
  readonly how: string;
  /**
   * A shell command; `$DEVICE`, `$INTERFACE`, `$MODULE`, `$ATTRIBUTE`, `$DRIVER` and `$MOUNT` represent what only the
   * user knows.
   */
  readonly command: string;
}
