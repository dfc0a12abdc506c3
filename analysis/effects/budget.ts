import type { Gap } from '../base/gap.js';
import { absolute } from '../base/span.js';
import type { FunctionRef } from '../link/types.js';

/** More locks in one path than are kept apart: what is said of the function any further would be a guess. */
export class TooManyLocks extends Error {
  override readonly name = 'TooManyLocks';
}

/** Does work as far as locks are kept apart; false where they were too many. */
export function* withinBudget<T>(work: Generator<T, void>): Generator<T, boolean> {
  try {
    yield* work;
    return true;
  } catch (error) {
    if (error instanceof TooManyLocks) return false;
    throw error;
  }
}

/** Something of a function was left out. */
export function budgetGap({ line, name }: FunctionRef): Gap {
  const at = absolute({ line: 0, column: 1, endLine: 0, endColumn: 1 }, line);
  return { kind: 'state-budget', at, detail: name };
}
