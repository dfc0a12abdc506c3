import { folderOf } from '../../../../base/paths.js';
import { Published } from '../../../../graph/waits/published.js';
import { unify } from '../../../../graph/waits/waiter-names.js';
import type { Waiting } from '../../../../graph/waits/waits.js';
import type { CheckContext } from '../../../engine/check.js';
import { nameByArguments } from '../../../../summaries/locks/bound.js';
import { isShared } from '../wait-terms.js';
import { inNamesOfKeeper, type Kept } from './kept-pointers.js';
import * as t from '../../../../summaries/locks/terms.js';
import type { Term } from '../../../../summaries/locks/terms.js';
import { isOf } from '../../../../graph/interrupts/sections.js';
import { target } from '../../../../graph/events/bounded.js';
import { keyOf } from '../../../../graph/events/collect.js';
import { KnownCallers } from '../../../../graph/sight/callers.js';
import type { ProofRun } from '../../../../graph/paths/proofs.js';
import { pointee } from '../../../../base/ctype.js';
import { BOUNDS } from '../../../../base/bounds.js';
import { canFollow, isOnEveryPath, isUnavoidable } from '../../../../skeleton/lowering/block-paths.js';
import type { Surroundings } from '../../../../summaries/surroundings.js';
import type { ExprId, Skeleton } from '../../../../skeleton/types.js';
import { isErrorTest } from '../../../../summaries/facts/fact.js';
import type { FunctionRef } from '../../../../link/types.js';
import type {
  AcquireEffect,
  ApiEffect,
  CallSummary,
  FunctionSummary,
  HeldLock,
  Site,
} from '../../../../summaries/state/types.js';

/** A call that completes, in the access paths of its function. */
export interface Completer {
  readonly fn: FunctionRef;
  readonly effect: ApiEffect;
  readonly object: Term;
  /** How the waiter knows the object, if not by the same member. */
  readonly kept?: Kept;
}

/** The lock that the completing code takes first and, if one function does both, its instance. */
export interface Need {
  readonly lock: Term;
  /** Its class, with the subclass in which it is taken. */
  readonly key: string | undefined;
  readonly mode: HeldLock['mode'];
  /** The completed object, in access paths of the same function. */
  readonly object: Term;
  readonly site: Site;
  /** Whether it takes the lock on some of its paths only. */
  readonly isConditional?: true;
}

/** A lock that a helper takes for its caller to release, in terms of the caller. */
function takenFor(
  summary: FunctionSummary | undefined,
  key: string,
  args: readonly Term[],
): Omit<Need, 'object'> | undefined {
  const taken = summary?.acquires.find(({ lock, nonBlocking }) => isOf(lock, key) && !nonBlocking);
  return taken && { ...needOf(taken), lock: t.inCaller(taken.lock.term, args) };
}

function needOf({ lock, site }: AcquireEffect): Omit<Need, 'object'> {
  return { lock: lock.term, key: keyOf(lock), mode: lock.mode, site };
}

/** Whether a condition tells a missing object, or an error in its place, from a parameter: no firmware, no reply. */
function isGivenObject({ exprs, parameters }: Skeleton, condition: ExprId): boolean {
  const expr = exprs[condition];
  const tested = expr?.k === 'unary' && (expr.op === '!' || isErrorTest(expr.op)) ? exprs[expr.base] : expr;
  return tested?.k === 'parameter' && pointee(parameters[tested.index]?.type ?? '') !== undefined;
}

/** Whether every path to a completion passes an event, other than those without an object in a parameter. */
function isPassed(skeleton: Skeleton, { event }: Site, completion: Site): boolean {
  return isOnEveryPath(skeleton, event, completion.event, (condition) => isGivenObject(skeleton, condition));
}

/**
 * A lock that a function takes on some way to a completion, itself or in a callee. Those who wait under the lock are
 * completed on the other ways only: in doubt, unless nothing but a parameter without an object leads there.
 */
function takenOnTheWay(
  around: Surroundings,
  { fn, acquires, calls }: FunctionSummary,
  completion: Site,
  key: string,
): Omit<Need, 'object'> | undefined {
  const skeleton = around.program.skeleton(fn);
  if (skeleton === undefined) return undefined;
  const isBefore = ({ event }: Site): boolean => canFollow(skeleton, event, completion.event);
  const own = acquires.find(
    ({ lock, nonBlocking, site }) =>
      site.via === undefined && isOf(lock, key) && !nonBlocking && isBefore(site),
  );
  if (own !== undefined)
    return isPassed(skeleton, own.site, completion) ? needOf(own) : { ...needOf(own), isConditional: true };
  for (const call of calls) {
    const callee = target(call);
    if (callee === undefined || callee === fn || call.site.via !== undefined) continue;
    const taken = takenFor(around.summaryOf(callee), key, call.args);
    if (taken !== undefined && isBefore(call.site)) return { ...taken, isConditional: true };
  }
  return undefined;
}

/** What completing code needs before it completes. */
export class CompleterNeeds {
  private readonly callers: KnownCallers;

  constructor(
    private readonly context: CheckContext,
    private readonly proofs: ProofRun,
  ) {
    this.callers = new KnownCallers(context.collected);
  }

  /** How the paths to a completion need `key`; `undefined` if none of them does. */
  of(completer: Completer, key: string): readonly Need[] | undefined {
    const { kept } = completer;
    const needs = this.ofOwn(completer, key);
    if (kept === undefined) return needs;
    return needs?.map((need) => ({
      ...need,
      lock: inNamesOfKeeper(kept, need.object, need.lock),
      object: kept.awaited,
    }));
  }

  private ofOwn({ fn, effect, object }: Completer, key: string): readonly Need[] | undefined {
    const summary = this.context.around.summaryOf(fn);
    if (summary === undefined) return undefined;
    const certain = this.neededBefore(summary, effect.site, key, object);
    if (certain !== undefined) return [certain];
    const above = this.neededAbove(fn, key, object, BOUNDS.callersForEntry);
    if (above !== undefined) return above;
    const sometimes = takenOnTheWay(this.context.around, summary, effect.site, key);
    return sometimes && [{ ...sometimes, object }];
  }

  /** The lock that a function holds, or has taken and released, itself or in a callee, on every path to a place. */
  private neededBefore(summary: FunctionSummary, site: Site, key: string, object: Term): Need | undefined {
    const arrived = this.proofs.arrive([site]);
    let need: Need | undefined;
    let everywhere = arrived.length > 0;
    for (const { held, ended } of arrived) {
      const taken = summary.acquires.find(
        ({ lock, nonBlocking }) => isOf(lock, key) && !nonBlocking && ended.has(lock.term.key),
      );
      const holding = held.find((lock) => isOf(lock, key) && !lock.nonBlocking);
      const helped =
        holding === undefined && taken === undefined
          ? summary.calls
              .map((call) => takenFor(this.summaryOfTarget(call), key, call.args))
              .find((one) => one !== undefined && ended.has(one.lock.key))
          : undefined;
      if (holding !== undefined)
        need = { lock: holding.term, key: keyOf(holding), mode: holding.mode, object, site: holding.site };
      else if (taken !== undefined) need = { ...needOf(taken), object };
      else if (helped !== undefined) need = { ...helped, object };
      else everywhere = false;
    }
    return everywhere ? need : this.neededBelow(summary, site, key, object);
  }

  private summaryOfTarget(call: CallSummary): FunctionSummary | undefined {
    const callee = target(call);
    return callee && this.context.around.summaryOf(callee);
  }

  /** The need of a callee that lies on every path to the completion, and that always takes the lock. */
  private neededBelow(
    { fn, calls }: FunctionSummary,
    site: Site,
    key: string,
    object: Term,
  ): Need | undefined {
    const skeleton = this.context.around.program.skeleton(fn);
    if (skeleton === undefined) return undefined;
    for (const call of calls) {
      const callee = target(call);
      if (callee === undefined || !this.mayTake(callee, key, BOUNDS.callsInHandlerInFile - 1)) continue;
      if (!isPassed(skeleton, call.site, site)) continue;
      const taken = this.alwaysTakes(callee, key, BOUNDS.callsInHandlerInFile - 1);
      if (taken !== undefined) return { ...taken, lock: t.inCaller(taken.lock, call.args), object };
    }
    return undefined;
  }

  /** How every call of a function takes the lock, itself or in a callee, in the function's own terms. */
  private alwaysTakes(fn: FunctionRef, key: string, calls: number): Omit<Need, 'object'> | undefined {
    // Most functions take nothing of the class, which their callees show faster than their paths.
    if (!this.mayTake(fn, key, calls)) return undefined;
    const { around } = this.context;
    const summary = around.summaryOf(fn);
    if (summary === undefined) {
      around.program.demand(fn, 'path');
      return undefined;
    }
    if (summary.rawExits.length === 0) return undefined;
    // Taken and released, or taken for the caller.
    const isTaken = ({ key: term }: Term): boolean =>
      summary.rawExits.every(
        ({ ended, acquired }) => ended.has(term) || acquired.some((lock) => lock.term.key === term),
      );
    const own = summary.acquires.find(
      ({ lock, nonBlocking }) => isOf(lock, key) && !nonBlocking && isTaken(lock.term),
    );
    if (own !== undefined) return needOf(own);
    const skeleton = calls > 0 ? around.program.skeleton(fn) : undefined;
    if (skeleton === undefined) return undefined;
    for (const call of summary.calls) {
      const callee = target(call);
      if (callee === undefined || callee === fn) continue;
      const taken = takenFor(around.summaryOf(callee), key, call.args);
      if (taken !== undefined && isTaken(taken.lock)) return taken;
      if (!isUnavoidable(skeleton, call.site.event)) continue;
      const below = this.alwaysTakes(callee, key, calls - 1);
      if (below !== undefined) return { ...below, lock: t.inCaller(below.lock, call.args) };
    }
    return undefined;
  }

  /** Whether a function may take the lock within a number of calls, in any subclass. */
  private mayTake(fn: FunctionRef, key: string, calls: number): boolean {
    const { acquiredWithin } = this.context;
    const classes = acquiredWithin.classes(fn, calls);
    return classes.has(key) || acquiredWithin.otherSubclasses(key).some((other) => classes.has(other));
  }

  /**
   * The needs of the callers if all are known and each needs the lock before it calls, or has callers that do; `undefined`
   * otherwise.
   */
  private neededAbove(
    fn: FunctionRef,
    key: string,
    object: Term,
    levels: number,
  ): readonly Need[] | undefined {
    // The release of an object, for one, is passed to what drops a reference.
    const calls = levels > 0 ? (this.callers.ofStored(fn) ?? this.callers.ofCallback(fn)) : undefined;
    if (calls === undefined || calls.length === 0) return undefined;
    const needs: Need[] = [];
    for (const { caller, args, locksets } of calls) {
      const holding = locksets.map(({ held }) => held.find((lock) => isOf(lock, key) && !lock.nonBlocking));
      const given = t.inCaller(object, args);
      const [first] = holding;
      if (first !== undefined && !holding.includes(undefined)) {
        const { term: lock, mode, site } = first;
        needs.push({ lock, key: keyOf(first), mode, object: given, site });
        continue;
      }
      const before = this.neededBeforeCalls(caller, fn, key, object);
      if (before !== undefined) {
        needs.push(...before);
        continue;
      }
      const drops = locksets.some(({ released }) => released.some((lock) => isOf(lock, key)));
      const above = drops ? undefined : this.neededAbove(caller, key, given, levels - 1);
      if (above === undefined) return undefined;
      needs.push(...above);
    }
    return needs;
  }

  /** The needs of a function before each of its calls of another one; `undefined` if there are calls without. */
  private neededBeforeCalls(
    caller: FunctionRef,
    fn: FunctionRef,
    key: string,
    object: Term,
  ): readonly Need[] | undefined {
    const summary = this.context.around.summaryOf(caller);
    const own = summary?.calls.filter(({ targets, site }) => targets.includes(fn) && site.via === undefined);
    const needs = own?.map(
      ({ site, args }) => summary && this.neededBefore(summary, site, key, t.inCaller(object, args)),
    );
    const known = needs?.flatMap((need) => need ?? []) ?? [];
    return known.length > 0 && known.length === needs?.length ? known : undefined;
  }
}

/** A wait for a completion. A completion on the stack is identified by the name through which other code knows it. */
export type Awaiting = Waiting & { readonly published: Published | undefined };

/**
 * Whether the completer's lock is the held one, assuming that both completions are the same. A lock that a callee took
 * has two names: by what the callee returned, and by what it was given.
 */
export function isSameLock(context: CheckContext, waiting: Awaiting, need: Need, holds: HeldLock): boolean {
  if (isSameByName(context, waiting, need, holds)) return true;
  const term = nameByArguments(context.around, holds);
  return term !== undefined && isSameByName(context, waiting, need, { ...holds, term });
}

function isSameByName(
  context: CheckContext,
  { object, published, root }: Awaiting,
  need: Need,
  holds: HeldLock,
): boolean {
  if (t.rootOf(holds.term).k === 'global' && need.lock.key === holds.term.key) return true;
  if (published === undefined && isShared(object, holds.term)) return false;
  const translate = unify(need.object, object);
  const needed = translate && t.rebuild(need.lock, translate);
  if (published === undefined) {
    if (needed?.key === holds.term.key) return true;
    // The completer finds a request through the lock's owner: what the two have in common does not name the lock.
    const isUntold = needed === undefined || needed.key === need.lock.key;
    return isUntold && isHandedWith(context, new Published(object, []), holds, root);
  }
  if (needed === undefined) return false;
  return published.resolved(needed).key === holds.term.key || isHandedWith(context, published, holds, root);
}

/** Whether a function hands a request to the owner of the lock, which its own folder declares. */
function isHandedWith(
  { around }: CheckContext,
  published: Published,
  holds: HeldLock,
  root: FunctionRef,
): boolean {
  const info = around.classes.info(keyOf(holds) ?? '');
  return (
    info?.declaredAt !== undefined &&
    !info.generic &&
    folderOf(info.declaredAt.file) === folderOf(root.file) &&
    published.isHandedWith(holds.term, around.summaryOf(root))
  );
}
