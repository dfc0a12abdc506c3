import { keyOf, wholeClassOf } from '../../../graph/events/collect.js';
import type { HeldLock, LockUse, Lockset } from '../../../summaries/state/types.js';

export function isEmpty({ held }: Lockset): boolean {
  return held.length === 0;
}

/** The class of a lock, in whatever subclass it is taken: an assertion names none. */
function classOf(lock: Parameters<typeof keyOf>[0]): string | undefined {
  return keyOf(lock) === undefined ? undefined : wholeClassOf(lock);
}

/** Whether the held set contains the lock, or a lock that may be the same one. */
export function holds(held: readonly HeldLock[], { lock }: LockUse): boolean {
  const key = classOf(lock);
  return held.some((one) => {
    const own = classOf(one);
    return own === key || own === undefined || (key === undefined && one.kind === lock.kind);
  });
}

/** Whether nothing is held but locks that are surely not the one that is asserted. */
export function areOthers(held: readonly HeldLock[], { lock }: Pick<LockUse, 'lock'>): boolean {
  const key = classOf(lock);
  return (
    held.length === 0 ||
    (key !== undefined && held.every((one) => classOf(one) !== undefined && classOf(one) !== key))
  );
}
