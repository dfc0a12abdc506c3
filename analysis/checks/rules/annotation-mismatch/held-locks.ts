import { keyOf, wholeClassOf } from '../../../graph/events/collect.js';
import type { KnownCallers } from '../../../graph/sight/callers.js';
import { BOUNDS } from '../../../base/bounds.js';
import type { FunctionRef } from '../../../link/types.js';
import { SPINNING_KINDS } from '../../../models/records/kinds.js';
import type { FunctionSummary, HeldLock, LockUse, Lockset } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';

export function isEmpty({ held }: Lockset): boolean {
  return held.length === 0;
}

/** The class of a lock, in whatever subclass it is taken: an assertion names none. */
function classOf(lock: Parameters<typeof keyOf>[0]): string | undefined {
  return keyOf(lock) === undefined ? undefined : wholeClassOf(lock);
}

/** Whether holders of a class spin, and so cannot sleep. */
export function isSpinning({ classes }: Surroundings, key: string | undefined): boolean {
  const kind = key === undefined ? undefined : classes.info(key)?.kind;
  return kind !== undefined && SPINNING_KINDS.has(kind);
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

/** Whether a function asserts the lock of `use`, so that its own callers have to hold it. */
export function asserts(summary: FunctionSummary | undefined, use: LockUse): boolean {
  const key = keyOf(use.lock);
  return summary?.uses.some((own) => own.k === 'assert-held' && keyOf(own.lock) === key) === true;
}

/** A function that visibly holds the lock and leads to `fn` through callers that assert it. */
export function holderAbove(
  around: Surroundings,
  callers: KnownCallers,
  fn: FunctionRef,
  use: LockUse,
  below: readonly FunctionRef[] = [],
): FunctionRef | undefined {
  if (below.length >= BOUNDS.callersForAnnotation || below.includes(fn)) return undefined;
  for (const caller of callers.callersOf(fn)) {
    const summary = around.summaryOf(caller);
    const calls = summary?.calls.filter(({ targets }) => targets.length === 1 && targets[0] === fn) ?? [];
    const isHeld = calls.some(({ locksets }) => locksets.some(({ held }) => holds(held, use)));
    if (below.length > 0 && isHeld) return caller;
    const above = asserts(summary, use)
      ? holderAbove(around, callers, caller, use, [...below, fn])
      : undefined;
    if (above !== undefined) return above;
  }
  return undefined;
}
