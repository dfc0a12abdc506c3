import { leadsTo } from '../../../graph/events/leads-to.js';
import { matchHeld } from '../../../summaries/state/held.js';
import { callsHolding } from '../../../summaries/state/site.js';
import { callsThatRelease } from '../../../summaries/locks/bound.js';
import type { HeldLock, LockRef, Site } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import type { FunctionRef } from '../../../link/types.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import type { Event } from '../../../skeleton/types.js';

/**
 * Whether a callee that takes the lock only gives it back: the function holds it whenever it makes the call, so the callee
 * has released it before.
 */
export function isGivenBack(around: Surroundings, call: Site | undefined, { term }: HeldLock): boolean {
  return (
    call !== undefined &&
    callsHolding(around.summaryOf(call.fn), call.event, (one) => one.term.key === term.key)
  );
}

/**
 * Whether a function that is called through a pointer named like a release may have released the lock on the way from its
 * acquisition to the first step.
 */
export function mayReleaseByPointer(
  { program, models }: Surroundings,
  root: FunctionRef,
  { site }: HeldLock,
  [place]: readonly Site[],
): boolean {
  if (root.item?.indirectCalls.some((name) => models.soundsLikeRelease(name)) !== true) return false;
  const skeleton = program.skeleton(root);
  if (skeleton === undefined || place === undefined || site.fn !== root) return true;
  const pointers = eventsOf(skeleton).filter((event) => {
    if (event.k !== 'call' || typeof event.callee === 'string') return false;
    const callee = skeleton.exprs[event.callee];
    return callee?.k === 'field' && models.soundsLikeRelease(callee.name);
  });
  const takesAgain = ({ id }: Event): boolean => id === site.event;
  return (
    // The call is in a macro.
    pointers.length === 0 ||
    pointers.some(
      ({ id }) =>
        leadsTo(skeleton, site.event, id, takesAgain) && leadsTo(skeleton, id, place.event, takesAgain),
    )
  );
}

/** Whether one of these functions releases the lock on some exit. */
export function endsOnOtherWays(around: Surroundings, steps: readonly Site[], lock: HeldLock): boolean {
  const releases = (fn: FunctionRef): boolean =>
    around.summaryOf(fn)?.exits.some(({ released }) => released.some((one) => matchHeld([lock], one) >= 0)) ??
    false;
  return steps.some(({ fn }) => releases(fn));
}

/**
 * Whether those of these functions that release the lock do so behind the steps only: `cancel_work_sync(&s->work);
 * spin_unlock(&lock);`. Then no condition decides whether the lock is still held there.
 */
export function endsAfterwards(around: Surroundings, steps: readonly Site[], lock: HeldLock): boolean {
  return steps.every(({ fn, event }) => {
    const skeleton = around.program.skeleton(fn);
    const summary = around.summaryOf(fn);
    if (skeleton === undefined || summary === undefined) return false;
    const isIt = (one: LockRef): boolean => matchHeld([lock], one) >= 0;
    const own = summary.uses.filter((use) => use.k === 'release' && isIt(use.lock));
    // A callee may release it for this function.
    const below = callsThatRelease(around, summary, isIt);
    const events = [...own, ...below].map(({ site }) => site.event);
    return (
      own.every(({ site }) => site.via === undefined) &&
      events.every((end) => !leadsTo(skeleton, end, event, () => false))
    );
  });
}
