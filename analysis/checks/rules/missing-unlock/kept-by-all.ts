import type { Confidence } from '../../../base/confidence.js';
import { withoutSubclass } from '../../../base/subclass.js';
import { releasesOnly } from '../../../summaries/solver/lock-functions.js';
import { isTakenHere } from '../../../graph/edges/call-steps.js';
import { everyExit } from '../../../summaries/solver/exits.js';
import { BOUNDS } from '../../../base/bounds.js';
import { annotationsOf } from '../../../link/calls/annotations.js';
import type { EventId } from '../../../skeleton/types.js';
import type { FunctionSummary, ExitEffect, HeldLock, LockRef } from '../../../summaries/state/types.js';
import { append } from '../../../base/lists.js';
import { inCaller, type Term } from '../../../summaries/locks/terms.js';
import { flatten } from '../../../graph/paths/replay.js';
import type { FunctionRef } from '../../../link/types.js';
import { named } from '../../../outline/named.js';
import { filesThatNameLock } from '../../../graph/sight/lock-namers.js';
import { keyOf, wholeClassOf } from '../../../graph/events/collect.js';
import { isOf } from '../../../graph/interrupts/sections.js';
import type { CheckContext } from '../../engine/check.js';
import { isContract, isRuledOut } from './kept-locks.js';

/** Lock kinds with an owner. */
export const OWNED: ReadonlySet<HeldLock['kind']> = new Set([
  'mutex',
  'spinlock',
  'raw_spinlock',
  'rwlock',
  'rwsem',
]);

/** A lock that a function takes and never releases. */
export interface KeptByAll {
  readonly lock: HeldLock;
  readonly exit: ExitEffect;
}

/**
 * Locks that a function takes and holds on all exits without any counterpart: no caller releases them, and no function
 * of the program releases this class on behalf of another. Unknown callers may still do so, so the result is never
 * certain; of an RCU read section, which any function may end, all callers are known.
 */
export function keptByAll(
  context: CheckContext,
  summary: FunctionSummary,
): readonly (KeptByAll & { readonly confidence: Confidence })[] {
  const { fn, rawExits } = summary;
  const [exit, ...others] = rawExits;
  const { around } = context;
  if (exit === undefined || summary.gaps.length > 0 || fn.item === undefined) return [];
  if (annotationsOf(around.program, fn).some(({ name }) => name.includes('acquires'))) return [];
  const kept = exit.acquired.filter(
    (lock) =>
      (OWNED.has(lock.kind) ||
        (lock.kind === 'rcu' && isOnlyCalled(context, fn) && !isEndedUnseen(context, fn))) &&
      lock.certain &&
      isTakenHere(around, lock.site) &&
      lock.subclass === 0 &&
      around.models.lockApi(lock.api)?.handedOver !== true &&
      others.every((way) => way.acquired.some(({ term }) => term.key === lock.term.key)),
  );
  // The callers of a global function are known only in part: the absence of one proves nothing.
  if (!fn.item.isStatic && around.program.callers(fn).length === 0) return [];
  return kept.flatMap((lock) => {
    const key = keyOf(lock);
    const isFreed = summary.apis.some(
      ({ k, locksets }) =>
        k === 'free' && locksets.some(({ held }) => held.some(({ term }) => term.key === lock.term.key)),
    );
    if (key === undefined || isFreed || isContract(context, summary, lock)) return [];
    return (lock.kind !== 'rcu' && areReleasedForOthers(context, key)) ||
      isReleasedByCaller(context, summary, key)
      ? []
      : [{ lock, exit, confidence: confidenceOf(context, fn, lock) }];
  });
}

/** A function whose name says that it takes a lock may take it for invisible code, which releases it. */
function confidenceOf({ around: { models } }: CheckContext, fn: FunctionRef, lock: HeldLock): Confidence {
  if (lock.kind === 'rcu') return 'high';
  return models.soundsLikeAcquire(fn.name) ? 'low' : 'medium';
}

/** Whether all callers of a function are known, and call it by its name. */
function isOnlyCalled({ around: { program } }: CheckContext, fn: FunctionRef): boolean {
  const outline = program.outline(fn.file);
  if (fn.item?.isStatic !== true || outline === undefined) return false;
  return program.callers(fn).length > 0 && !new Set(named(outline)).has(fn.name);
}

/**
 * Whether callers may end a read section without a trace: the models take the function, or one that a caller calls, for an
 * operation on another lock. The summary of a caller then shows that lock alone, and not what else the body does.
 */
function isEndedUnseen({ around: { program, models } }: CheckContext, fn: FunctionRef): boolean {
  const endsSection = (name: string): boolean => {
    const api = models.lockApi(name);
    return api?.op === 'release' && api.kind === 'rcu';
  };
  const endsBesides = (name: string, file: string): boolean =>
    models.lockApi(name) !== undefined &&
    program.resolveCall(name, file).some(({ item }) => item?.calls.some(endsSection));
  return (
    models.lockApi(fn.name) !== undefined ||
    program
      .callers(fn)
      .some(({ item, file }) => item?.calls.some((name) => endsBesides(name, file)) !== false)
  );
}

/**
 * Locks that a function holds at some exit and never releases, although they are variables of its driver: no other code can
 * name them, and no function of the driver releases what it has not taken. Others that take such a lock then wait for ever.
 */
export function keptOfFile(context: CheckContext, summary: FunctionSummary): readonly KeptByAll[] {
  const { fn, rawExits, uses, gaps } = summary;
  const { around, collected } = context;
  if (gaps.length > 0 || annotationsOf(around.program, fn).some(({ name }) => name.includes('acquires')))
    return [];
  const isOwn = (lock: HeldLock): boolean =>
    lock.term.k === 'global' && filesThatNameLock(around, lock)?.has(fn.file) === true;
  const found = new Map<string, KeptByAll>();
  for (const exit of rawExits) {
    for (const lock of exit.acquired) {
      const key = keyOf(lock);
      if (key === undefined || found.has(key) || !lock.certain || !OWNED.has(lock.kind)) continue;
      if (!isTakenHere(around, lock.site) || around.models.lockApi(lock.api)?.handedOver === true) continue;
      if (!isOwn(lock) || uses.some(({ k, lock: used }) => k === 'release' && isOf(used, key))) continue;
      if (areReleasedForOthers(context, key) || isContract(context, summary, lock)) continue;
      if (isForGood(context, lock)) continue;
      const isTakenElsewhere = collected
        .touches(key)
        .some((other) => other.fn !== fn && other.acquires.some((one) => isOf(one.lock, key)));
      if (isTakenElsewhere && !isReleasedByCaller(context, summary, key)) found.set(key, { lock, exit });
    }
  }
  return [...found.values()];
}

/**
 * Whether the lock may be kept for good on purpose: it is the only one for writing, and all others that take such a lock
 * do it for reading. They are to stop until the machine is off.
 */
export function isForGood({ collected }: CheckContext, lock: HeldLock): boolean {
  const key = keyOf(lock);
  if (key === undefined || lock.mode !== 'write') return false;
  const others = collected
    .touches(key)
    .flatMap(({ fn, acquires }) =>
      fn === lock.site.fn ? [] : acquires.filter((one) => isOf(one.lock, key) && one.site.via === undefined),
    );
  return others.length > 0 && others.every(({ lock: one }) => one.mode === 'read');
}

/** A lock that a function took together with a call back, and the callback that should have released it. */
export interface KeptByCallback extends KeptByAll {
  readonly callback: FunctionRef;
}

/**
 * Locks with which an API called the caller's callback, which has to release them: the release function of
 * kref_put_mutex(). Only where its body is visible and nothing else releases the lock.
 */
export function keptByCallback(context: CheckContext, summary: FunctionSummary): readonly KeptByCallback[] {
  const { around, collected } = context;
  if (summary.gaps.length > 0) return [];
  const found = new Map<string, KeptByCallback>();
  for (const exit of summary.rawExits) {
    for (const lock of exit.acquired) {
      const key = keyOf(lock);
      if (key === undefined || !lock.certain || !isTakenHere(around, lock.site) || found.has(key)) continue;
      if (around.models.lockApi(lock.api)?.callbackArg === undefined) continue;
      const { event } = lock.site;
      const call = summary.calls.find(({ site }) => site.via === undefined && site.event === event);
      const callback = call?.targets.length === 1 ? call.targets[0] : undefined;
      if (callback?.item === undefined || (collected.summaries.get(callback)?.gaps.length ?? 0) > 0) continue;
      if (isReleasedByCaller(context, summary, key) || isReleasedForOthers(context, key, summary.fn))
        continue;
      found.set(key, { lock, exit, callback });
    }
  }
  return [...found.values()];
}

/** A lock that a helper took for a function, and a helper that releases it only for other arguments than it gets here. */
export interface KeptByArguments extends KeptByAll {
  readonly helper: FunctionRef;
}

/**
 * Locks that a helper took and that are held on all exits, although the function calls a helper that releases such locks:
 * `begin(log, EXCL); … end(log, EXCL);` where end() only releases for SYNC. With these arguments that helper does nothing
 * to locks, so its call is there for the release.
 */
export function keptByArguments(context: CheckContext, summary: FunctionSummary): readonly KeptByArguments[] {
  const { around } = context;
  const [exit, ...others] = summary.rawExits;
  if (exit === undefined || summary.gaps.length > 0) return [];
  return exit.acquired.flatMap((lock) => {
    const key = keyOf(lock);
    const { via, event } = lock.site;
    if (via === undefined || key === undefined || !lock.certain || !OWNED.has(lock.kind)) return [];
    if (!others.every((way) => way.acquired.some(({ term }) => term.key === lock.term.key))) return [];
    const call = summary.calls.find(({ site, targets, args }) => {
      const [helper, another] = targets;
      if (site.via !== undefined || site.event <= event || helper === undefined || another) return false;
      return isIdleFor(around.summaryOf(helper), args, lock);
    });
    const helper = call?.targets[0];
    if (helper === undefined || isReleasedByCaller(context, summary, key)) return [];
    return [{ lock, exit, helper }];
  });
}

/** Whether a function releases this lock on some exits, all of which these arguments rule out, and no lock on the others. */
function isIdleFor(summary: FunctionSummary | undefined, args: readonly Term[], lock: HeldLock): boolean {
  const exits = everyExit(summary);
  const left = exits.filter((exit) => !isRuledOut(exit, args));
  return (
    left.length > 0 &&
    left.every(({ acquired, released }) => acquired.length + released.length === 0) &&
    exits.some(({ released }) => released.some(({ term }) => inCaller(term, args).key === lock.term.key))
  );
}

interface Foreign {
  /** Classes, without subclass, that some function releases without having taken them. */
  readonly any: ReadonlySet<string>;
  /** By class, without subclass: the functions that release such a lock for others, themselves or through a helper. */
  readonly by: ReadonlyMap<string, readonly FunctionRef[]>;
}

const foreign = new WeakMap<CheckContext, Foreign>();

function releasedForOthers(context: CheckContext): Foreign {
  const known = foreign.get(context);
  if (known) return known;
  const any = new Set<string>();
  const by = new Map<string, FunctionRef[]>();
  for (const summary of context.collected.summaries.values()) {
    const { fn, uses, rawExits, gaps } = summary;
    // The calls of a function that only releases tell for whom it does so.
    if (releasesOnly(summary) && isOnlyCalled(context, fn)) continue;
    const own = new Set<string>();
    for (const { released } of rawExits) for (const lock of released) own.add(wholeClassOf(lock));
    for (const { k, ended, lock } of uses) {
      const plain = k === 'release' && ended === 'foreign' ? keyOf(lock) : undefined;
      if (plain === undefined) continue;
      const key = withoutSubclass(plain);
      any.add(key);
      // Otherwise it takes the lock again before it returns.
      if (gaps.length > 0 || rawExits.length === 0) own.add(key);
    }
    for (const key of own) append(by, key, fn);
  }
  const found = { any, by };
  foreign.set(context, found);
  return found;
}

/** Whether some function releases a lock of the class that it has not taken. */
export function areReleasedForOthers(context: CheckContext, key: string): boolean {
  return releasedForOthers(context).any.has(withoutSubclass(key));
}

/**
 * Whether some function releases a lock of the class that `keeper` may have left held, other than for callers that
 * acquired it elsewhere. With `byItself`, `keeper` may be such a function.
 */
export function isReleasedForOthers(
  context: CheckContext,
  key: string,
  keeper: FunctionRef,
  byItself = true,
): boolean {
  const releasing = releasedForOthers(context).by.get(withoutSubclass(key)) ?? [];
  return releasing.some(
    (fn) =>
      (byItself || (fn !== keeper && !isOnlyThrough(context, fn, key, keeper))) &&
      !isForHolders(context, fn, key, keeper),
  );
}

/** Whether all releases of the class in a function are calls of another one. */
function isOnlyThrough(context: CheckContext, fn: FunctionRef, key: string, keeper: FunctionRef): boolean {
  const summary = context.collected.summaries.get(fn);
  if (summary === undefined) return false;
  const { calls, uses, rawExits } = summary;
  const through = new Set(
    calls.filter(({ targets }) => targets.every((one) => one === keeper)).map(({ site }) => site.event),
  );
  const isOther = (lock: LockRef, event: EventId): boolean => isOf(lock, key) && !through.has(event);
  return (
    !uses.some(({ k, lock, site }) => k === 'release' && isOther(lock, site.event)) &&
    !rawExits.some(({ released }) => released.some((lock) => isOther(lock, lock.event)))
  );
}

/** Whether only holders of the class, or such functions, call this function: it releases what its caller took. */
function isForHolders(
  context: CheckContext,
  fn: FunctionRef,
  key: string,
  keeper: FunctionRef,
  levels = 1,
): boolean {
  const { around, collected } = context;
  const isFromElsewhere = ({ site }: HeldLock): boolean =>
    flatten(site).every((step, i) => i === 0 || step.fn !== keeper);
  const callers = around.program.callers(fn);
  const releasing = everyExit(collected.summaries.get(fn)).filter(({ released }) =>
    released.some((lock) => isOf(lock, key)),
  );
  const isChosen = releasing.length > 0;
  const mayRelease = (args: readonly Term[]): boolean =>
    !isChosen || releasing.some((exit) => !isRuledOut(exit, args));
  return (
    callers.length > 0 &&
    callers.every((caller) => {
      // Arguments may choose another lock.
      const all = (collected.summaries.get(caller)?.calls ?? []).filter(({ targets }) =>
        targets.includes(fn),
      );
      const calls = all.filter(({ args }) => mayRelease(args));
      if (calls.length === 0 && all.length > 0) return true;
      const isHeld = calls.every(({ locksets }) =>
        locksets.some(({ held }) => held.some((lock) => isOf(lock, key) && isFromElsewhere(lock))),
      );
      if (calls.length > 0 && isHeld) return true;
      return levels < BOUNDS.wrapperLevels && isForHolders(context, caller, key, keeper, levels + 1);
    })
  );
}

/**
 * Whether a direct or indirect caller releases the class, itself or by another callee that releases it for its caller. A
 * caller without a summary may do anything; its skeleton is demanded.
 */
export function isReleasedByCaller(
  { around, collected }: CheckContext,
  { fn }: FunctionSummary,
  key: string,
): boolean {
  const seen = new Set([fn]);
  const waiting = [fn];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const caller of around.program.callers(next)) {
      if (seen.has(caller)) continue;
      seen.add(caller);
      const summary = collected.summaries.get(caller);
      if (summary === undefined && !around.program.sourceUnavailable(caller))
        around.program.demand(caller, 'path');
      if (summary === undefined || seen.size > BOUNDS.callersForConvention) return true;
      const own = heldAtCalls(summary, next, key);
      const isGiven = ({ term }: LockRef): boolean => !own.has(term.key);
      if (summary.uses.some(({ k, lock }) => k === 'release' && isOf(lock, key) && isGiven(lock)))
        return true;
      const callees = summary.calls.flatMap(({ targets }) => targets);
      const others = callees.filter((callee) => callee !== fn);
      if (others.some((callee) => releasesForCaller(around.summaryOf(callee), key))) return true;
      // The caller hands the lock on to its own callers.
      if (summary.rawExits.some(({ acquired }) => acquired.some((lock) => isOf(lock, key))))
        waiting.push(caller);
    }
  }
  return false;
}

/** The locks of a class that a function holds at each of its calls of another one, which did not take them. */
function heldAtCalls({ calls }: FunctionSummary, callee: FunctionRef, key: string): ReadonlySet<string> {
  const locksets = calls.filter(({ targets }) => targets.includes(callee)).flatMap((call) => call.locksets);
  const isOwn = (lock: HeldLock): boolean =>
    isOf(lock, key) && flatten(lock.site).every((step) => step.fn !== callee);
  const [first, ...others] = locksets.map(({ held }) => held.filter(isOwn).map(({ term }) => term.key));
  return new Set(first?.filter((term) => others.every((held) => held.includes(term))));
}

function releasesForCaller(callee: FunctionSummary | undefined, key: string): boolean {
  return callee?.rawExits.some(({ released }) => released.some((lock) => isOf(lock, key))) === true;
}
