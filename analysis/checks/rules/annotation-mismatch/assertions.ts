import { handlersOf } from '../../../graph/contexts/handlers.js';
import { PROMISES } from '../../../models/asserted.js';
import type { Models } from '../../../models/types.js';
import type { FileOutline } from '../../../outline/types.js';

/** What of a file asserts that a lock is held. */
export interface Assertions {
  /** Names of prototypes annotated with a lock that must be held. */
  readonly names: readonly string[];
  /** Indices of the functions that assert a held lock. */
  readonly functions: readonly number[];
}

export function assertionsIn(outline: FileOutline, models: Models): Assertions | undefined {
  const names = outline.prototypes
    .filter(({ annotations }) => annotations.some((one) => PROMISES.get(one.name) === 'holds'))
    .map(({ name }) => name);
  const { asserting: functions } = handlersOf(outline, models);
  return names.length + functions.length === 0 ? undefined : { names, functions };
}
