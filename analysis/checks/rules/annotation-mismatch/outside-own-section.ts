import { hashText } from '../../../base/hash.js';
import { blockOf } from '../../../skeleton/lowering/events.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import { canFollow } from '../../../skeleton/lowering/block-paths.js';
import type { FunctionRef } from '../../../link/types.js';
import type { EventId, Expr, Skeleton } from '../../../skeleton/types.js';
import { isOlder, rootOf, someTerm } from '../../../summaries/locks/terms.js';
import { matchHeld } from '../../../summaries/state/held.js';
import { callsHolding } from '../../../summaries/state/site.js';
import type { FunctionSummary, LockRef, LockUse, Site } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isOtherEachRound } from '../../../graph/events/rounds.js';
import { lockEventsOf, mayChange } from '../../../graph/paths/lock-events.js';
import { boundTo } from '../../../graph/paths/lock-flow.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import type { CheckContext } from '../../engine/check.js';
import { planTaking } from '../../engine/take-plan.js';
import { tellChain } from '../../story/chain.js';
import { isDecidedBy } from '../../story/deciding.js';
import { locationOf, shown, siteNames, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

/**
 * Reports a call that leads to an assertion, if the caller's own code shows that nobody holds the lock: either the path
 * acquired the lock and released it before the call, or every path from the call on acquires it, which would deadlock
 * if the lock were held. The callers of the caller do not matter. `steps` ends in the assertion.
 */
export function outsideOwnSection(
  context: CheckContext,
  use: LockUse,
  caller: FunctionSummary,
  steps: readonly [Site, Site, ...Site[]],
): Finding | undefined {
  const key = keyOf(use.lock);
  const skeleton = context.around.program.skeleton(caller.fn);
  if (key === undefined || skeleton === undefined || caller.gaps.length > 0) return undefined;
  // A long path is credible only within one file.
  if (steps.length > 3 && steps.some(({ fn }) => fn.file !== caller.fn.file)) return undefined;
  if (mayComeWithLock(context, caller, key)) return undefined;
  if (steps.slice(1).some(({ fn }) => mayRelease(context, fn, key))) return undefined;
  if (context.around.classes.info(key)?.generic === true) return undefined;
  // Most callers only pass by, or hold a lock of the class, and what follows replays the path.
  if (
    !mayChange(context.around, caller, use.lock) ||
    callsHolding(caller, steps[0].event, (lock) => keyOf(lock) === key)
  )
    return undefined;
  const arrived = context.proofs
    .arrive(steps)
    .find((one) => isOutside(context, caller, steps[0], skeleton, one));
  if (arrived === undefined) return undefined;
  const { classes } = context.around;
  const name = shown(classes, key);
  const asserting = use.site.fn.name;
  const isBehind = arrived.lock !== undefined && arrived.ended.has(arrived.lock.term.key);
  // The callee reaches the assertion only in some state of its object, which the caller may have ruled out: `if
  // (info->prog)`.
  const isByState = isAssertedByState(context, use);
  const id = hashText(
    ['annotation-mismatch', 'outside', caller.fn.file, caller.fn.name, asserting, key].join('\n'),
  );
  const plan = planTaking(
    context,
    { use, key },
    { caller: caller.fn, at: locationOf(steps[0]), callee: steps[1].fn },
  );
  // Of several calls, the first is reported.
  if (plan !== undefined && !context.takePlans.has(id)) context.takePlans.set(id, plan);
  return {
    id,
    rule: 'annotation-mismatch',
    severity: 'warning',
    confidence: isByState ? 'low' : 'high',
    message: `calls ${steps[1].fn.name}() ${isBehind ? 'after the release of' : 'before it takes'} ${name}, which ${asserting}() asserts is held`,
    at: locationOf(steps[0]),
    locks: [name],
    story: tellChain(classes, steps, `asserts that ${name} is held`, 0, {
      held: arrived.held,
      told: arrived.held,
    }),
    assumes: [],
    witnesses: [witnessId(['annotation-mismatch', 'outside', key, ...siteNames(steps)])],
    evidence: [],
    fixes: [],
  };
}

/**
 * A test of an object's member, or of a call's result about an object, decides whether the function reaches the
 * assertion.
 */
function isAssertedByState({ around }: CheckContext, { site }: LockUse): boolean {
  const skeleton = around.program.skeleton(site.fn);
  return skeleton !== undefined && isDecidedBy(skeleton, site.event, ASKED);
}

const ASKED: ReadonlySet<Expr['k'] | undefined> = new Set(['field', 'result']);

/** Whether the root function's own operations on the lock prove that it is free at an arrival. */
function isOutside(
  context: CheckContext,
  caller: FunctionSummary,
  call: Site,
  skeleton: Skeleton,
  { lock, held, ended, initialised }: Arrived,
): boolean {
  const { event } = call;
  if (lock === undefined || matchHeld(held, lock) >= 0 || initialised.has(lock.term.key)) return false;
  // A value with only a known origin may be another object each time.
  if (someTerm(lock.term, isOlder)) return false;
  if (isOtherEachRound(context.around.program, lock, call)) return false;
  // A newly allocated object is unreachable for other code.
  const root = rootOf(lock.term);
  if (root.k === 'result' && context.around.models.isAllocator(root.origin)) return false;
  if (ended.has(lock.term.key))
    return (
      isEndedFirst(context, caller, skeleton, lock, event) &&
      !mayTakeBetween(context, caller, skeleton, lock, event)
    );
  return isTakenBehind(context, caller, skeleton, lock, event);
}

/**
 * Whether the function, or a callee on all of its outcomes, has released the lock before an event. A callee that
 * releases it on some outcomes only usually walks from lock to lock and releases another lock of the class.
 */
function isEndedFirst(
  { around }: CheckContext,
  summary: FunctionSummary,
  skeleton: Skeleton,
  lock: LockRef,
  event: EventId,
): boolean {
  const { ends, mayEnd } = lockEventsOf(around, summary, lock);
  return [...ends, ...mayEnd].some((end) => canFollow(skeleton, end, event));
}

/** Whether every path from an event on acquires the lock with a blocking call before any other operation on it. */
function isTakenBehind(
  { around }: CheckContext,
  summary: FunctionSummary,
  skeleton: Skeleton,
  lock: LockRef,
  event: EventId,
): boolean {
  const all = lockEventsOf(around, summary, lock);
  const shared = summary.acquires.filter(
    ({ lock: one, api }) =>
      one.term.key === lock.term.key &&
      (one.mode === 'read' || around.models.lockApi(api)?.recursive === true),
  );
  if (shared.length > 0) return false;
  const { takes, ends } = all;
  // The call drops and retakes the lock: the function is called with the lock held.
  if (ends.has(event) || all.unsure.has(event)) return false;
  const { blocks } = skeleton;
  const at = blockOf(skeleton, event);
  const block = blocks[at];
  if (block === undefined) return false;
  const behind = block.events.slice(block.events.findIndex(({ id }) => id === event) + 1);
  const first = behind.find(({ id }) => takes.has(id) || ends.has(id) || all.unsure.has(id));
  if (first !== undefined) return takes.has(first.id);
  const bound = boundTo(blocks, all, 'takes');
  const to = successors(block.exit);
  return to.length > 0 && to.every((next) => bound.has(next));
}

/** Whether a function releases its caller's lock: it is annotated as the second half of a lock/unlock pair. */
function mayRelease({ around }: CheckContext, fn: FunctionRef, key: string): boolean {
  const exits = around.summaryOf(fn)?.rawExits ?? [];
  return exits.some(({ released }) => released.some((lock) => keyOf(lock) === key));
}

/** Whether a callee of the function returns on some exit with the lock held. */
function mayComeWithLock({ around }: CheckContext, { calls }: FunctionSummary, key: string): boolean {
  return calls.some(({ targets }) =>
    targets.some((target) => {
      const exits = around.summaryOf(target)?.rawExits ?? [];
      const keeps = exits.map(({ acquired }) => acquired.some((lock) => keyOf(lock) === key));
      return keeps.includes(true) && keeps.includes(false);
    }),
  );
}

/**
 * Whether a call that receives the object and has no visible body may happen between a release of the lock and an
 * event: it may acquire the lock for its caller.
 */
function mayTakeBetween(
  { around }: CheckContext,
  summary: FunctionSummary,
  skeleton: Skeleton,
  lock: LockRef,
  event: EventId,
): boolean {
  const root = rootOf(lock.term).key;
  const unseen = new Set(
    summary.calls
      .filter(
        ({ targets, args }) =>
          !targets.some((target) => around.summaryOf(target) !== undefined) &&
          args.some((arg) => rootOf(arg).key === root),
      )
      .map(({ site }) => site.event),
  );
  if (unseen.size === 0) return false;
  const ends = new Set(
    summary.uses
      .filter(({ k, lock: one }) => k === 'release' && one.term.key === lock.term.key)
      .map(({ site }) => site.event),
  );
  return [...unseen].some(
    (call) => canFollow(skeleton, call, event) && [...ends].some((end) => canFollow(skeleton, end, call)),
  );
}
