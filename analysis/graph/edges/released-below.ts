import { withoutSubclass } from '../../base/subclass.js';
import { someTerm } from '../../summaries/locks/terms.js';
import type { FunctionSummary, Lockset, LockRef, Site } from '../../summaries/state/types.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { wholeClassOf } from '../events/collect.js';

/**
 * Whether the root's lock of class `key` is released by a callee on every path to the last step, so that no replay can
 * arrive with it held: `done()` drops the caller's lock around a callback. Decided from the locksets of the callees, which
 * is far cheaper than a replay. `false` also where the root holds several locks of the class, or a callee takes another.
 *
 * @param steps calls from the root, then the event
 */
export function isReleasedBelow(around: Surroundings, steps: readonly Site[], key: string): boolean {
  const [first, ...below] = steps;
  if (first === undefined || below.length === 0) return false;
  const ofClass = classTest(key);
  const isOne = (locks: readonly LockRef[]): boolean => {
    const [lock, another] = locks.filter(ofClass);
    return another === undefined && (lock === undefined || !isElement(lock));
  };
  if (!locksetsAt(around.summaryOf(first.fn), first).every(({ held }) => isOne(held))) return false;
  let isReleased = false;
  for (const step of below) {
    const locksets = locksetsAt(around.summaryOf(step.fn), step);
    if (locksets.length === 0 || locksets.some(({ held }) => held.some(ofClass))) return false;
    isReleased ||= locksets.every(({ released }) => isOne(released) && released.some(ofClass));
  }
  return isReleased;
}

function classTest(key: string): (lock: LockRef) => boolean {
  const wanted = withoutSubclass(key);
  return (lock) => wholeClassOf(lock) === wanted;
}

/** Of several locks in one array, a function may release another than the held one. */
function isElement({ term }: LockRef): boolean {
  return someTerm(term, ({ k }) => k === 'index');
}

/** What a function may hold and may have released at one of its own events. */
function locksetsAt(summary: FunctionSummary | undefined, { event }: Site): readonly Lockset[] {
  if (summary === undefined) return [];
  for (const events of [summary.calls, summary.acquires, summary.apis, summary.uses])
    for (const { site, locksets } of events)
      if (site.event === event && site.via === undefined) return locksets;
  return [];
}
