import type { FunctionRef } from '../../../link/types.js';
import { boundIn } from '../../../summaries/locks/bound.js';
import { everyExit } from '../../../summaries/solver/exits.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type {
  CallSummary,
  FunctionSummary,
  HeldLock,
  LockRef,
  Lockset,
  Site,
} from '../../../summaries/state/types.js';
import { eventAt, eventsOf } from '../../../skeleton/lowering/events.js';
import type { EventId, ExprId, Skeleton } from '../../../skeleton/types.js';
import { flagsAt } from './flags-use.js';

/** A section whose saved interrupt state goes into the variable that has the state of an outer section. */
export interface Overwriting {
  readonly site: Site;
  readonly api: string;
  readonly lock: LockRef;
  readonly holder: HeldLock;
  readonly held: readonly HeldLock[];
}

/**
 * Sections one of which begins in a function that returns the saved interrupt state, or in a macro that is given the
 * variable for it: `flags = chan_lock(a)` and, within it, `flags = chan_lock(b)`; `dev_lock(d, flags)` and `stat_lock(d, flags)`.
 */
export function* overwrittenByHelpers(
  around: Surroundings,
  summary: FunctionSummary,
): Generator<Overwriting> {
  const { fn, acquires, calls } = summary;
  const isSaved = ({ api }: HeldLock): boolean => around.models.lockApi(api)?.flagsArg !== undefined;
  const within = (
    locksets: readonly Lockset[],
    variable: string | undefined,
    event: EventId,
    lock: LockRef,
    isHelper: boolean,
  ): Pick<Overwriting, 'holder' | 'held'> | undefined => {
    for (const { held } of variable === undefined ? [] : locksets) {
      const holder = held.find(
        (one) =>
          one.certain &&
          one.site.event !== event &&
          one.term.key !== lock.term.key &&
          (isHelper || one.site.via !== undefined) &&
          variableOf(around, summary, one) === variable,
      );
      if (holder !== undefined) return { holder, held };
    }
    return undefined;
  };
  for (const call of calls) {
    if (call.site.via !== undefined || !call.locksets.some(({ held }) => held.some(isSaved))) continue;
    const taken = savedBy(around, fn, call);
    if (taken === undefined) continue;
    const outer = within(call.locksets, taken.variable, call.site.event, taken, true);
    if (outer !== undefined) yield { ...outer, site: call.site, api: taken.fn, lock: taken };
  }
  for (const { site, api, locksets, lock } of acquires) {
    const flagsArg = around.models.lockApi(api)?.flagsArg;
    if (site.via !== undefined || flagsArg === undefined) continue;
    if (!locksets.some(({ held }) => held.some((one) => one.site.via !== undefined && isSaved(one))))
      continue;
    const variable = flagsAt(around.program, fn, site.event, flagsArg);
    const outer = within(locksets, variable, site.event, lock, false);
    if (outer !== undefined) yield { ...outer, site, api, lock };
  }
}

/** The variable of a function in which the interrupt state of a lock that it holds is saved. */
function variableOf(around: Surroundings, summary: FunctionSummary, lock: HeldLock): string | undefined {
  const flagsArg = around.models.lockApi(lock.api)?.flagsArg;
  if (flagsArg === undefined) return undefined;
  const { event, via } = lock.site;
  if (via === undefined) return flagsAt(around.program, summary.fn, event, flagsArg);
  const call = ownCallAt(summary, event);
  return call && savedBy(around, summary.fn, call)?.variable;
}

/** A lock that a called function takes, and the variable of the caller in which the interrupt state is saved. */
interface Saved extends LockRef {
  readonly fn: string;
  readonly variable: string;
}

/** The lock that a called function takes on every way, if a variable of the caller gets the interrupt state. */
function savedBy(
  around: Surroundings,
  caller: FunctionRef,
  { targets, args, site: call }: CallSummary,
): Saved | undefined {
  const [target, ...others] = targets;
  const summary = target && around.summaryOf(target);
  if (target === undefined || others.length > 0 || summary === undefined) return undefined;
  const exits = everyExit(summary);
  for (const { site, api, lock } of summary.acquires) {
    const flagsArg = around.models.lockApi(api)?.flagsArg;
    if (flagsArg === undefined || site.via !== undefined) continue;
    const isKept = exits.every(({ acquired }) => acquired.some((one) => one.site.event === site.event));
    if (!isKept) continue;
    const own = flagsAt(around.program, target, site.event, flagsArg);
    const returned = returnedIn(around, target);
    const isReturned = returned.length > 0 && returned.every((one) => one === own);
    const variable = isReturned
      ? assignedTo(around, caller, call.event)
      : givenFor(around, caller, call.event, { target, event: site.event, flagsArg });
    if (variable !== undefined) return { ...boundIn(around, caller, lock, args), fn: target.name, variable };
  }
  return undefined;
}

/** The variable of the caller that a macro, or a function by its address, saves the interrupt state in. */
function givenFor(
  { program }: Surroundings,
  caller: FunctionRef,
  call: EventId,
  taking: { readonly target: FunctionRef; readonly event: EventId; readonly flagsArg: number },
): string | undefined {
  const { target } = taking;
  const below = program.skeleton(target);
  const flags = below?.exprs[argumentOf(below, taking.event, taking.flagsArg) ?? -1];
  if (flags?.k === 'parameter')
    return target.macro === undefined ? undefined : flagsAt(program, caller, call, flags.index);
  const pointer = flags?.k === 'deref' ? below?.exprs[flags.base] : undefined;
  if (pointer?.k !== 'parameter') return undefined;
  const skeleton = program.skeleton(caller);
  const address = skeleton?.exprs[argumentOf(skeleton, call, pointer.index) ?? -1];
  return address?.k === 'address' ? `${caller.id}:${address.base}` : undefined;
}

function argumentOf(skeleton: Skeleton | undefined, id: EventId, index: number): ExprId | undefined {
  const event = eventAt(skeleton, id);
  return event && 'args' in event ? event.args[index] : undefined;
}

/** What a function returns, under the names that flags variables have. */
function returnedIn({ program }: Surroundings, fn: FunctionSummary['fn']): readonly string[] {
  const blocks = program.skeleton(fn)?.blocks ?? [];
  return blocks.flatMap(({ exit }) => (exit.k === 'return' ? [`${fn.id}:${exit.value}`] : []));
}

/** The variable to which a function assigns the result of a call, under the name that flags variables have. */
function assignedTo({ program }: Surroundings, fn: FunctionSummary['fn'], call: EventId): string | undefined {
  const skeleton = program.skeleton(fn);
  for (const event of eventsOf(skeleton)) {
    const value = event.k === 'assign' ? skeleton?.exprs[event.value] : undefined;
    if (event.k === 'assign' && value?.k === 'result' && value.event === call)
      return `${fn.id}:${event.target}`;
  }
  return undefined;
}
