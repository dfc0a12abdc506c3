import type { FunctionRef } from '../../../link/types.js';
import { switchesOff } from '../../../models/records/kinds.js';
import type { OtherApi } from '../../../models/types.js';
import { switchedBy } from '../../../graph/paths/switch-events.js';
import { leadsTo } from '../../../graph/events/leads-to.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import { canFollow } from '../../../skeleton/lowering/block-paths.js';
import type { Event, ExprId, LockEvent, Skeleton } from '../../../skeleton/types.js';
import { everyExit } from '../../../summaries/solver/exits.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { CallSummary, FunctionSummary, Site } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';

/** Whether it is disabled on every path to a place in a function, rather than only on some. */
export function isAlwaysOff(
  summary: FunctionSummary | undefined,
  place: Site | undefined,
  what: 'irq' | 'bh' | 'preempt',
): boolean {
  const all = [...(summary?.calls ?? []), ...(summary?.apis ?? []), ...(summary?.acquires ?? [])];
  return all
    .filter(({ site }) => site.via === undefined && site.event === place?.event)
    .every(({ locksets }) =>
      locksets.every(({ context }) => (what === 'irq' ? context.irq === 'off' : context[what] > 0)),
    );
}

/**
 * Whether the function itself disables it, or, unless it is interrupts, a helper on every way, and some path from there to
 * one of its places does not enable it again. `byLock`: it counts, too, that the function takes back a lock of its callers.
 */
export function isSwitchedOffHere(
  around: Surroundings,
  fn: FunctionRef,
  place: Site | undefined,
  { what, byLock }: { readonly what: 'irq' | 'bh' | 'preempt'; readonly byLock: boolean },
): boolean {
  const { program, models } = around;
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined || place === undefined) return false;
  const summary = around.summaryOf(fn);
  const changeOf = (event: Event): OtherApi['change'] => {
    // A helper that leaves interrupts off often ends a processor's work.
    if (event.k === 'call') {
      const isRelease = typeof event.callee === 'string' && models.soundsLikeRelease(event.callee);
      if (what === 'irq') return byLock && isRelease ? 'enable' : undefined;
      const call = ownCallAt(summary, event.id);
      return call && changeBy(around, call, what);
    }
    if (event.k === 'acquire' || event.k === 'release') {
      const isOf = what === 'irq' && byLock && (event.k === 'release' || isTakenBack(skeleton, event));
      return isOf ? models.lockApi(event.api)?.irq : undefined;
    }
    const model = event.k === 'context' ? models.api(event.api) : undefined;
    const isIt = model?.context === what || (what === 'preempt' && model?.context === 'preempt-pagefault');
    return isIt ? model.change : undefined;
  };
  const flagsOf = (event: Event): ExprId | undefined => {
    if (event.k === 'acquire' || event.k === 'release')
      return event.args[models.lockApi(event.api)?.flagsArg ?? -1];
    return event.k === 'context' ? event.args[0] : undefined;
  };
  /** Whether some path from an event that disables it reaches the place before the enabling counterpart. */
  const leadsThere = (by: Event): boolean => {
    const saved = new Set<ExprId | undefined>();
    return leadsTo(skeleton, by.id, place.event, (event) => {
      const change = changeOf(event);
      if (change === 'save') saved.add(flagsOf(event));
      if (change !== 'restore') return change === 'enable';
      // A state saved since then records that it was disabled.
      return changeOf(by) === 'save' ? flagsOf(event) === flagsOf(by) : !saved.has(flagsOf(event));
    });
  };
  return eventsOf(skeleton).some((event) => {
    return switchesOff(changeOf(event)) && leadsThere(event);
  });
}

/** Whether a function has released a lock before it takes it: then it is one of its callers'. */
function isTakenBack(skeleton: Skeleton, { id, lock }: LockEvent): boolean {
  return eventsOf(skeleton).some(
    (event) => event.k === 'release' && event.lock === lock && canFollow(skeleton, event.id, id),
  );
}

/** The same for the call of a helper. A state of which one is not sure counts as enabled. */
function changeBy(
  around: Surroundings,
  call: CallSummary,
  what: 'bh' | 'preempt',
): 'disable' | 'enable' | undefined {
  const change = switchedBy(around, call, what, (context) => context[what]);
  if (change === undefined) return undefined;
  return change === 'off' && !call.targets.some((target) => isForFaults(around, target))
    ? 'disable'
    : 'enable';
}

/** Whether a helper that counts as disabling preemption disables only page faults, as far as it shows. */
function isForFaults(around: Surroundings, target: FunctionRef): boolean {
  const { program, models } = around;
  const mapsPages = eventsOf(program.skeleton(target)).some(
    (event) => event.k === 'context' && models.api(event.api)?.context === 'preempt-pagefault',
  );
  const exits = everyExit(around.summaryOf(target));
  return !mapsPages && exits.every(({ context }) => context.faults >= context.preempt);
}
