import { switchesOff } from '../../models/records/kinds.js';
import { BOUNDS } from '../../base/bounds.js';
import type { FunctionRef } from '../../link/types.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import type { EventId } from '../../skeleton/types.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { Context } from '../../summaries/state/context.js';
import type { CallSummary, FunctionSummary } from '../../summaries/state/types.js';
import type { FollowedEvents } from './lock-events.js';

/** State that code can disable for itself without a lock. */
export type Switched = 'irq' | 'bh' | 'preempt';

export const SWITCHED: readonly Switched[] = ['irq', 'bh', 'preempt'];

/** The same in words. */
export const SWITCHED_NAMES: Readonly<Record<Switched, string>> = {
  irq: 'interrupts',
  bh: 'bottom halves',
  preempt: 'preemption',
};

/** How many times it is disabled at a point, relative to the function's entry; negative if it was enabled too often. */
export function levelOf({ irq, bh, preempt, faults, isRestored }: Context, what: Switched): number {
  switch (what) {
    case 'irq':
      return irq === 'off' ? 1 : isRestored ? -1 : 0;
    case 'bh':
      return bh;
    case 'preempt':
      // Disabling preemption also disables page faults.
      return preempt - faults;
  }
}

/** The same for the effect of a callee, which may enable what its caller has disabled. */
function changeFor(context: Context, what: Switched): number {
  return what === 'irq' && context.irq === 'on' ? -1 : levelOf(context, what);
}

/** What a function's own events and its callees do to one of them, expressed as events of a lock. */
export function switchEventsOf(
  around: Surroundings,
  summary: FunctionSummary,
  what: Switched,
): FollowedEvents {
  const { models, program } = around;
  const takes = new Set<EventId>();
  const ends = new Set<EventId>();
  const unsure = new Set<EventId>();
  const unseen = new Set(
    summary.calls
      .filter(({ callee, targets }) => callee === undefined && targets.length === 0)
      .map(({ site }) => site.event),
  );
  for (const event of eventsOf(program.skeleton(summary.fn))) {
    if (event.k === 'call') {
      const isUnseen = typeof event.callee === 'string' && unseen.has(event.id);
      if (isUnseen && models.soundsLikeRelease(event.callee)) unsure.add(event.id);
    } else if (event.k === 'context') {
      const api = models.api(event.api);
      if (api?.context !== what || api.change === undefined) continue;
      (switchesOff(api.change) ? takes : ends).add(event.id);
    } else if ('lock' in event) {
      // A lock may carry the state on: `spin_unlock(a); local_irq_restore(flags)`.
      const api = models.lockApi(event.api);
      if ((what === 'irq' && api?.irq !== undefined) || (what === 'bh' && api?.bh === true))
        unsure.add(event.id);
    }
  }
  for (const call of summary.calls) {
    const change = switchedBy(around, call, what);
    const { event } = call.site;
    if (change === 'off') takes.add(event);
    else if (change === 'on') ends.add(event);
    else if (change === 'unsure') unsure.add(event);
  }
  return { takes, ends, unsure, mayEnd: new Set(), arms: new Map() };
}

/**
 * What the callee of a call leaves switched off or on: a helper such as `scratch_get()`. `unsure` if its ways differ, or the
 * definitions that its file has for several configurations; `undefined` if it changes nothing. `changeOf` is the change
 * that an exit makes.
 */
export function switchedBy(
  around: Surroundings,
  { targets, callee }: CallSummary,
  what: Switched,
  changeOf = (context: Context): number => changeFor(context, what),
): 'off' | 'on' | 'unsure' | undefined {
  const { models, program } = around;
  if (callee?.k === 'field' && models.soundsLikeRelease(callee.name)) return 'unsure';
  // Neither does the interpreter follow a slot with so many targets, such as the probe function of any driver.
  if (targets.length > BOUNDS.slotTargets) return undefined;
  const levels = new Set<number>();
  let isUnsure = false;
  for (const target of targets.flatMap((one) => variantsOf(around, one))) {
    const known = around.summaryOf(target);
    if (known === undefined) {
      const isUnseen = !program.hasSkeleton(target);
      if (isUnseen && models.soundsLikeRelease(target.name)) isUnsure = true;
      else if (isUnseen && leadsToEnd(around, target, changeOf, BOUNDS.wrapperLevels)) {
        program.demand(target, 'path');
        isUnsure = true;
      }
      levels.add(0);
      continue;
    }
    for (const { context } of known.rawExits) levels.add(Math.sign(changeOf(context)));
    if (known.gaps.length > 0) levels.add(0);
  }
  if (isUnsure) return 'unsure';
  if (levels.size === 0 || (levels.size === 1 && levels.has(0))) return undefined;
  if (levels.size > 1) return 'unsure';
  return levels.has(1) ? 'off' : 'on';
}

/** The definitions of a function in its file, of which a configuration chooses one. */
function variantsOf({ program }: Surroundings, fn: FunctionRef): readonly FunctionRef[] {
  const all = program.resolveCall(fn.name, fn.file).filter(({ file }) => file === fn.file);
  return all.includes(fn) ? all : [fn];
}

/** Whether a function known by its outline only calls, within a number of calls, one that enables what others disabled. */
function leadsToEnd(
  around: Surroundings,
  fn: FunctionRef,
  changeOf: (context: Context) => number,
  calls: number,
): boolean {
  return around.program.callees(fn).some((callee) => {
    const known = around.summaryOf(callee);
    if (known !== undefined) return known.rawExits.some(({ context }) => changeOf(context) < 0);
    return calls > 1 && leadsToEnd(around, callee, changeOf, calls - 1);
  });
}
