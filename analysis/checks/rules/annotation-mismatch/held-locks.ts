import { keyOf } from '../../../graph/events/collect.js';
import type { HeldLock, LockUse, Lockset } from '../../../summaries/state/types.js';

export function isEmpty({ held }: Lockset): boolean {
  return held.length === 0;
}

/** Whether the held set contains the lock, or a lock that may be the same one. */
export function holds(held: readonly HeldLock[], { lock }: LockUse): boolean {
  const key = keyOf(lock);
  return held.some((one) => {
    const own = keyOf(one);
    return own === key || own === undefined || (key === undefined && one.kind === lock.kind);
  });
}

/** Whether nothing is held but locks that are surely not the one that is asserted. */
export function areOthers(held: readonly HeldLock[], { lock }: Pick<LockUse, 'lock'>): boolean {
  const key = keyOf(lock);
  return (
    held.length === 0 ||
    (key !== undefined && held.every((one) => keyOf(one) !== undefined && keyOf(one) !== key))
  );
}
