import { ZERO } from '../../../../summaries/facts/fact.js';
import type { ExitEffect, FunctionSummary, HeldLock } from '../../../../summaries/state/types.js';

/**
 * Whether a function returns NULL with the lock held although NULL tells its callers that it is not: either `other` returns
 * NULL without the lock, and the function hands out an object under it otherwise, or the function always releases the lock
 * before it returns an object. NULL may also end an iteration whose lock another function releases: then the lock is held
 * with and without a next object.
 */
export function isNullUnheld(
  { fn, rawExits }: FunctionSummary,
  other: ExitEffect,
  exit: ExitEffect,
  lock: HeldLock,
): boolean {
  if (exit.signs !== ZERO) return false;
  const handing = rawExits.filter(({ signs }) => (signs & ZERO) === 0);
  const holds = ({ acquired }: ExitEffect): boolean =>
    acquired.some(({ term }) => term.key === lock.term.key);
  if (other.signs === ZERO && handing.some(holds)) return true;
  return (
    fn.item?.returns.endsWith('*') === true &&
    handing.length > 0 &&
    handing.every((way) => !holds(way) && way.ended.has(lock.term.key))
  );
}
