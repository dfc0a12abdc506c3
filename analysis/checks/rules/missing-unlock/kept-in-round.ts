import { rootOf } from '../../../skeleton/expressions/root.js';
import { absolute, type Span } from '../../../base/span.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isOtherEachRound, oneRound } from '../../../graph/events/rounds.js';
import { lockEventsOf } from '../../../graph/paths/lock-events.js';
import { LockFlow, type LockEvents } from '../../../graph/paths/lock-flow.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { Program } from '../../../link/types.js';
import { blockOf, eventsOf } from '../../../skeleton/lowering/events.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import { blocksLeadingTo, reachableBlocks } from '../../../skeleton/lowering/block-paths.js';
import type { Block, BlockId, EventId, ExprId, Skeleton } from '../../../skeleton/types.js';
import { someTerm, type Term } from '../../../summaries/locks/terms.js';
import { isOfSameRounds } from '../../../summaries/state/held.js';
import type { FunctionSummary, HeldLock, LockUse } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import { isReleasedByCaller, isReleasedForOthers } from './kept-by-all.js';
import { endsOf } from './kept-locks.js';

/** A lock that some path through a loop body leaves held, although other paths release it before the next round. */
export interface KeptInRound {
  readonly lock: HeldLock;
  /** The branches that lead to the next round past the release. */
  readonly at: readonly Span[];
}

/**
 * Locks that a round of a loop forgets: `continue` in the section. Every round begins without the lock, takes it and
 * releases it on other paths. Nothing outside of the loop releases it, so no round keeps it on purpose. A callee may
 * take it, such as one that returns the next object locked. If the rounds exceeded the budget of states, only a path to
 * the next round without any call counts.
 */
export function keptInRound(context: CheckContext, summary: FunctionSummary): readonly KeptInRound[] {
  const { models, program } = context.around;
  const { fn, gaps } = summary;
  const isBlurred = gaps.length > 0;
  if (!gaps.every(({ kind }) => kind === 'state-budget')) return [];
  const locks = isBlurred
    ? [...ownLocks(summary), ...locksOfCallees(summary)]
    : leftFromRounds(program, summary);
  const skeleton = locks.length === 0 ? undefined : program.skeleton(fn);
  if (skeleton === undefined) return [];
  const found: KeptInRound[] = [];
  for (const lock of locks) {
    const isOwned = OWNED_KINDS.includes(lock.kind) && models.lockApi(lock.api)?.handedOver !== true;
    const key = isOwned && lock.certain ? keyOf(lock) : undefined;
    if (key === undefined) continue;
    const at = branchesPast(context, summary, skeleton, lock, isBlurred);
    if (at.length === 0 || isReleasedByCaller(context, summary, key)) continue;
    if (!isReleasedForOthers(context, key, fn, false)) found.push({ lock, at });
  }
  return found;
}

/**
 * The locks that an earlier round acquired and that the function still holds: at an exit, or when the same acquisition
 * runs again.
 */
function leftFromRounds(program: Program, { acquires, rawExits }: FunctionSummary): readonly HeldLock[] {
  const left = new Map<EventId, HeldLock>();
  const note = (lock: HeldLock): void => void left.set(lock.site.event, lock);
  for (const { acquired } of rawExits) acquired.forEach(note);
  for (const { site, locksets } of acquires)
    for (const { held } of locksets) held.filter((lock) => lock.site.event === site.event).forEach(note);
  // If all rounds use one lock, the next acquisition is the better finding: it waits for itself.
  for (const { lock, site, locksets } of acquires) {
    if (isOtherEachRound(program, lock, site)) continue;
    if (locksets.some(({ held }) => held.some(({ term }) => term.key === lock.term.key)))
      left.delete(site.event);
  }
  return [...left.values()];
}

/** The locks that the function itself acquires. */
function ownLocks({ acquires }: FunctionSummary): readonly HeldLock[] {
  const own = new Map<EventId, HeldLock>();
  for (const { lock, site, api, nonBlocking, transient } of acquires)
    if (!transient && site.via === undefined)
      own.set(site.event, { ...lock, api, site, nonBlocking, certain: true });
  return [...own.values()];
}

/** The locks that callees took for the function, one for each call. */
function locksOfCallees(summary: FunctionSummary): readonly HeldLock[] {
  const taken = new Map<EventId, HeldLock>();
  for (const lock of heldWithin(summary)) if (lock.site.via !== undefined) taken.set(lock.site.event, lock);
  return [...taken.values()];
}

/** The locks held at the releases and calls of a function. */
function heldWithin({ uses, calls }: FunctionSummary): readonly HeldLock[] {
  return [...uses, ...calls].flatMap(({ locksets }) => locksets.flatMap(({ held }) => held));
}

/**
 * The branches of a round that are always reached with the lock held and that choose between the next round and a
 * release. With `isSilent`, only branches without calls on the way to the next round.
 */
function branchesPast(
  context: CheckContext,
  summary: FunctionSummary,
  skeleton: Skeleton,
  lock: HeldLock,
  isSilent: boolean,
): readonly Span[] {
  const start = blockOf(skeleton, lock.site.event);
  const names = lock.site.via === undefined ? ownNames(summary, lock) : namesFromCallee(summary, lock);
  if (start < 0 || isEndedElsewhere(summary, skeleton, names, start)) return [];
  const { blocks, next } = oneRound(skeleton, start);
  const ends = new Set(names.flatMap((name) => [...endsOf(context, summary, skeleton, name)]));
  if (lock.site.via !== undefined) handedOver(context, summary, names).forEach((event) => ends.add(event));
  const flow = new LockFlow(blocks, { ...eventsUnder(context, summary, names), ends });
  if (!flow.isFreeBefore(start)) return [];
  const renewing = blocksLeadingTo(blocks, (block) => block === blocks[next]);
  // A path that releases and leaves the loop says nothing about the rounds that continue: they may collect the locks.
  const ending = blocksLeadingTo(
    blocks,
    (block, id) => renewing.has(id) && block.events.some((event) => ends.has(event.id)),
  );
  return blocks.flatMap(({ exit }, id) => {
    if ((exit.k !== 'branch' && exit.k !== 'switch') || !flow.isHeldBehind(id)) return [];
    const to = successors(exit);
    const isPast = (one: BlockId): boolean =>
      !ending.has(one) && renewing.has(one) && (!isSilent || !callsFrom(blocks, one));
    const isForgotten = to.some((one) => ending.has(one)) && to.some(isPast);
    return isForgotten ? [absolute(exit.at, summary.fn.line)] : [];
  });
}

/** The names of a lock that the function itself takes, in the rounds that take it. */
function ownNames({ acquires }: FunctionSummary, lock: HeldLock): readonly HeldLock[] {
  return acquires.flatMap((one) =>
    one.site.event === lock.site.event && one.site.via === undefined ? [{ ...lock, ...one.lock }] : [],
  );
}

/** The names of a lock that a callee took and the function holds. */
function namesFromCallee(summary: FunctionSummary, lock: HeldLock): readonly HeldLock[] {
  const names = new Map([[lock.term.key, lock]]);
  for (const one of heldWithin(summary)) if (isOfSameRounds(one, lock)) names.set(one.term.key, one);
  return [...names.values()];
}

/**
 * Calls without a visible body that receive the object of a lock, under any of its names: an API that hands out locked
 * objects may have a function that takes them back.
 */
export function handedOver(
  { around }: CheckContext,
  { calls }: FunctionSummary,
  names: readonly HeldLock[],
): readonly EventId[] {
  const isObject = (arg: Term): boolean =>
    names.some(({ term }) => someTerm(term, ({ key }) => key === arg.key));
  return calls
    .filter(({ targets, args }) => !targets.some((fn) => around.summaryOf(fn)) && args.some(isObject))
    .map(({ site }) => site.event);
}

/** Whether a call happens in or behind a block. */
function callsFrom(blocks: readonly Block[], from: BlockId): boolean {
  return [...reachableBlocks({ blocks }, from, -1)].some((id) =>
    blocks[id]?.events.some(({ k }) => k === 'call'),
  );
}

/** The operations on the lock under any of its names: one acquisition names another object in each round. */
function eventsUnder(
  { around }: CheckContext,
  summary: FunctionSummary,
  names: readonly HeldLock[],
): Omit<LockEvents, 'ends'> {
  const all = names.map((name) =>
    lockEventsOf(around, summary, name, name.site.via === undefined ? undefined : name.site.event),
  );
  const arms = new Map(all.flatMap((one) => [...one.arms]));
  const takes = new Set(all.flatMap((one) => [...one.takes]));
  const unsure = new Set(all.flatMap((one) => [...one.unsure]).filter((event) => !takes.has(event)));
  return { takes, unsure, arms };
}

/**
 * Whether the function releases a lock of the class that an earlier round kept: it is spelled differently from the
 * acquisition, or released on a path without the acquisition. A lock that a callee took is spelled through the value
 * the callee returned.
 */
function isEndedElsewhere(
  { uses }: FunctionSummary,
  skeleton: Skeleton,
  names: readonly HeldLock[],
  start: BlockId,
): boolean {
  const before = reachableBlocks(skeleton, 0, start);
  const keys = new Set(names.map(keyOf));
  const terms = new Set(names.map(({ term }) => term.key));
  /** How each operation and each call spells its lock or its arguments. */
  const written = new Map<EventId, readonly ExprId[]>();
  for (const event of eventsOf(skeleton))
    if ('lock' in event) written.set(event.id, [event.lock]);
    else if (event.k === 'call') written.set(event.id, event.args);
  const [taker] = names;
  const isTaken = (spelled: readonly ExprId[] = []): boolean => {
    if (taker === undefined) return false;
    if (taker.site.via === undefined)
      return spelled.length === 1 && spelled[0] === written.get(taker.site.event)?.[0];
    const results = resultsOf(skeleton, taker.site.event);
    return spelled.some((lock) => results.has(rootOf(skeleton, lock)));
  };
  const isSame = ({ lock, site }: LockUse): boolean =>
    terms.has(lock.term.key) || (site.via === undefined && isTaken(written.get(site.event)));
  return uses.some(
    (use) =>
      use.k === 'release' &&
      keys.has(keyOf(use.lock)) &&
      (!isSame(use) || before.has(blockOf(skeleton, use.site.event))),
  );
}

/** Locals that hold only the result of a call, or constants. */
function resultsOf(skeleton: Skeleton, call: EventId): ReadonlySet<ExprId> {
  const { exprs } = skeleton;
  const [results, others] = [new Set<ExprId>(), new Set<ExprId>()];
  for (const event of eventsOf(skeleton)) {
    if (event.k !== 'assign' || exprs[event.target]?.k !== 'local') continue;
    const value = exprs[event.value];
    if (value?.k === 'result' && value.event === call) results.add(event.target);
    else if (value?.k !== 'constant') others.add(event.target);
  }
  return new Set([...results].filter((local) => !others.has(local)));
}
