import { BOUNDS } from '../../base/bounds.js';
import { everyExit } from '../../summaries/solver/exits.js';
import { blockOf, calleeName, eventAt } from '../../skeleton/lowering/events.js';
import { canFollow } from '../../skeleton/lowering/block-paths.js';
import type { BlockId, EventId, ExprId, Skeleton } from '../../skeleton/types.js';
import { NEGATIVE, NONZERO, POSITIVE, ZERO, type Signs } from '../../summaries/facts/fact.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { boundIn } from '../../summaries/locks/bound.js';
import { inCaller } from '../../summaries/locks/terms.js';
import type {
  AcquireEffect,
  CallSummary,
  ExitEffect,
  FunctionSummary,
  LockRef,
  LockUse,
  ReleasedLock,
} from '../../summaries/state/types.js';
import { wholeClassOf } from '../events/collect.js';
import type { LockArms, LockEvents } from './lock-flow.js';

/** What the events of a function do to one lock, including the effects of its callees. */
export interface FollowedEvents extends LockEvents {
  /** Calls that release it on some outcomes and leave it alone on the others. */
  readonly mayEnd: ReadonlySet<EventId>;
  readonly arms: ReadonlyMap<BlockId, LockArms>;
}

/**
 * What a function's own events and its callees do to a lock. `taker` is the call, if any, whose callee takes this lock:
 * if the callee looks the object up itself, the caller can name the lock only through the result.
 */
export function lockEventsOf(
  around: Surroundings,
  summary: FunctionSummary,
  lock: LockRef,
  taker?: EventId,
): FollowedEvents {
  const like = likeLock(around, summary, lock);
  const { isLock } = like;
  const takes = new Set<EventId>();
  const ends = new Set<EventId>();
  const unsure = new Set<EventId>();
  const mayEnd = new Set<EventId>();
  /** The values that acquisitions return on success, if they may fail. */
  const answers = new Map<EventId, Answer>();
  /** Calls whose callees may return with such a lock. */
  const kept = new Set<EventId>();
  for (const { k, lock: one, site } of summary.uses) {
    if (k !== 'release' || !isLock(one)) continue;
    (site.via === undefined && one.term.key === lock.term.key ? ends : unsure).add(site.event);
  }
  for (const call of summary.calls) {
    const known = call.targets.flatMap((target) => around.summaryOf(target) ?? []);
    const exits = known.flatMap(everyExit);
    const { event } = call.site;
    const mayBe = (one: LockRef): boolean => like.mayBe(call, one);
    const changes = (exit: ExitEffect): boolean => like.changes(call, exit);
    if (exits.some(({ acquired }) => acquired.some(mayBe))) kept.add(event);
    if (!exits.some(changes)) {
      // A call through a pointer without a known target may do anything. So may a callee if some of its exits were
      // considered mistakes.
      const isOpen =
        (call.callee !== undefined && call.targets.length === 0) ||
        known.some(({ rawExits }) => rawExits.some(changes)) ||
        known.some((target) => mayLeaveHeld(around, target, isLock));
      if (isOpen) unsure.add(event);
      continue;
    }
    const isSeen = known.length === call.targets.length && known.every(({ gaps }) => gaps.length === 0);
    const are = (what: 'acquired' | 'released', exit: ExitEffect): boolean =>
      what === 'acquired' && event === taker
        ? exit.acquired.filter(mayBe).length === 1
        : exit[what].some((one) => mayBe(one) && isSame(call, one, lock));
    const others = (what: 'acquired' | 'released'): boolean => exits.some((exit) => exit[what].some(mayBe));
    if (isSeen && !others('released') && exits.every((exit) => are('acquired', exit))) takes.add(event);
    else if (isSeen && !others('acquired') && exits.every((exit) => are('released', exit))) ends.add(event);
    else {
      unsure.add(event);
      const answer =
        isSeen && !others('released') ? answerOf(exits, (exit) => are('acquired', exit)) : undefined;
      if (answer !== undefined) answers.set(event, answer);
      const isOwn = known.every((target) => leavesAlone(target, exits, mayBe));
      // Effects from further below may depend on conditions that the callee's summary has lost.
      const isNear = (target: FunctionSummary, exit: ExitEffect): boolean =>
        exit.released.every((one) => !mayBe(one) || one.depth === 0 || isOnlyWrapped(target, one));
      const isNamed = (exit: ExitEffect): boolean => !exit.released.some(mayBe) || are('released', exit);
      const areNear = known.every((target) => everyExit(target).every((exit) => isNear(target, exit)));
      if (isSeen && isOwn && !others('acquired') && areNear && exits.every(isNamed)) {
        mayEnd.add(event);
        const left = answerOf(exits, (exit) => !exit.released.some(mayBe));
        if (left !== undefined) answers.set(event, left);
      }
    }
  }
  for (const { lock: one, site, api, transient } of summary.acquires) {
    // What a callee takes for this function, its exits have told.
    if (!isLock(one) || transient || (site.via !== undefined && kept.has(site.event))) continue;
    const success = around.models.lockApi(api)?.success;
    const isOwn = site.via === undefined && one.term.key === lock.term.key;
    (isOwn && success === undefined ? takes : unsure).add(site.event);
    if (isOwn && success !== undefined) answers.set(site.event, ANSWERS[success]);
  }
  /** Whether the target releases it by a call of a function that does nothing else to it. */
  function isOnlyWrapped({ fn, calls }: FunctionSummary, { event, depth }: ReleasedLock): boolean {
    const targets = calls.find(({ site }) => site.event === event)?.targets ?? [];
    const below = targets.map((target) => everyExit(around.summaryOf(target)));
    // What a call is given to call back, it may leave alone.
    const called = calleeName(eventAt(around.program.skeleton(fn), event));
    return (
      depth === 1 &&
      below.length > 0 &&
      targets.every(({ name }) => name === called) &&
      below.every((ways) => ways.length > 0 && ways.every(({ released }) => released.length > 0))
    );
  }
  function leavesAlone(
    { acquires, uses }: FunctionSummary,
    exits: readonly ExitEffect[],
    mayBe: (one: LockRef) => boolean,
  ): boolean {
    const taken = acquires.filter(({ lock: one }) => mayBe(one));
    if (taken.length === 0) return true;
    // It retakes what it has dropped. If the result tells the exits apart, no lost condition decides which do not.
    const isBack = ({ lock: one, site }: AcquireEffect): boolean =>
      site.via === undefined &&
      uses.some(
        (use) => use.k === 'release' && use.ended === 'foreign' && use.lock.term.key === one.term.key,
      );
    return taken.every(isBack) && answerOf(exits, ({ released }) => released.some(mayBe)) !== undefined;
  }
  const skeleton = around.program.skeleton(summary.fn);
  const changing = [takes, ends, unsure];
  return {
    takes,
    ends,
    unsure,
    mayEnd,
    arms: skeleton === undefined ? new Map() : armsOf(skeleton, answers, changing),
  };
}

/**
 * Whether a callee's callees return with a lock on some exits only, which the callee's own exits have lost: nothing tells
 * their callers which.
 */
function mayLeaveHeld(
  around: Surroundings,
  { calls }: FunctionSummary,
  isLock: (lock: LockRef) => boolean,
  levels = BOUNDS.wrapperLevels - 1,
): boolean {
  return calls.some(({ targets }) => {
    if (targets.length > BOUNDS.slotTargets) return false;
    return targets.some((target) => {
      const below = around.summaryOf(target);
      if (below === undefined) return false;
      const isKept = below.rawExits.some(({ acquired }) => acquired.some(isLock));
      if (isKept) return !below.exits.some(({ acquired }) => acquired.some(isLock));
      return levels > 1 && mayLeaveHeld(around, below, isLock, levels - 1);
    });
  });
}

/**
 * Whether the function itself or a callee may take or release a lock of this class for it. Otherwise
 * {@link lockEventsOf} is empty for every lock of the class.
 */
export function mayChange(around: Surroundings, summary: FunctionSummary, lock: LockRef): boolean {
  const { isLock, changes } = likeLock(around, summary, lock);
  return (
    summary.acquires.some(({ lock: one, transient }) => !transient && isLock(one)) ||
    summary.uses.some(({ k, lock: one }) => k === 'release' && isLock(one)) ||
    summary.calls.some((call) =>
      call.targets.some((target) => {
        const callee = around.summaryOf(target);
        return callee !== undefined && everyExit(callee).some((exit) => changes(call, exit));
      }),
    )
  );
}

/**
 * Whether a call behind another release of the lock leads to a function without a visible body that is named for a lock:
 * `fault_and_lock()` may return with the lock that is released here.
 */
export function mayBeTakenUnseen(
  around: Surroundings,
  summary: FunctionSummary,
  { lock, site }: LockUse,
): boolean {
  const skeleton = around.program.skeleton(summary.fn);
  if (skeleton === undefined) return false;
  const others = summary.uses.filter(({ k, lock: one }) => k === 'release' && one.term.key === lock.term.key);
  return summary.calls.some(
    (call) =>
      canFollow(skeleton, call.site.event, site.event) &&
      others.some((other) => canFollow(skeleton, other.site.event, call.site.event)) &&
      mayTakeUnseen(around, summary, call, BOUNDS.wrapperLevels),
  );
}

function mayTakeUnseen(
  around: Surroundings,
  { fn }: FunctionSummary,
  { targets, site, callee }: CallSummary,
  levels: number,
): boolean {
  if (targets.length > BOUNDS.slotTargets) return false;
  const { models, program } = around;
  if (targets.length === 0) {
    const name = callee === undefined ? calleeName(eventAt(program.skeleton(fn), site.event)) : undefined;
    return name !== undefined && models.soundsLikeAcquire(name);
  }
  return targets.some((target) => {
    const below = around.summaryOf(target);
    if (below === undefined) return !program.hasSkeleton(target) && models.soundsLikeAcquire(target.name);
    return levels > 1 && below.calls.some((call) => mayTakeUnseen(around, below, call, levels - 1));
  });
}

/** Which locks are of the class of one, which locks of a callee may be, and which of its exits change one that may be. */
interface LikeLock {
  readonly isLock: (other: LockRef) => boolean;
  readonly mayBe: (call: CallSummary, other: LockRef) => boolean;
  readonly changes: (call: CallSummary, exit: ExitEffect) => boolean;
}

function likeLock(around: Surroundings, { fn }: FunctionSummary, lock: LockRef): LikeLock {
  const key = wholeClassOf(lock);
  const isLock = (other: LockRef): boolean => wholeClassOf(other) === key;
  const mayBe = ({ args }: CallSummary, other: LockRef): boolean => {
    if (isLock(other)) return true;
    if (other.key !== undefined || other.kind !== lock.kind) return false;
    // A callee that receives a pointer to the lock does not know its class. Of a wrapper around it, the caller does.
    if (other.fallback === undefined) return true;
    return wholeClassOf(boundIn(around, fn, other, args)) === key;
  };
  const changes = (call: CallSummary, { acquired, released }: ExitEffect): boolean =>
    acquired.some((one) => mayBe(call, one)) || released.some((one) => mayBe(call, one));
  return { isLock, mayBe, changes };
}

/** The values by which an event reports that it has taken the lock, and those by which it reports that it has not. */
interface Answer {
  readonly taking: Signs;
  readonly other: Signs;
}

const ANSWERS: Readonly<Record<'zero' | 'nonzero', Answer>> = {
  zero: { taking: ZERO, other: NONZERO },
  nonzero: { taking: NONZERO, other: ZERO },
};

/** The values that a callee returns if it has taken the lock, provided that it returns others if not. */
function answerOf(exits: readonly ExitEffect[], takes: (exit: ExitEffect) => boolean): Answer | undefined {
  let [taking, other] = [0, 0];
  for (const exit of exits) {
    if (takes(exit)) taking |= exit.signs;
    else other |= exit.signs;
  }
  return (taking & other) !== 0 || taking === 0 || other === 0 ? undefined : { taking, other };
}

/** The block that follows a call if its result is an error; `undefined` if no branch behind the call tests for that alone. */
export function failingArm(skeleton: Skeleton, call: EventId): BlockId | undefined {
  const answer = { taking: ZERO, other: NEGATIVE };
  const arms = armsOf(skeleton, new Map([[call, answer]]), [new Set([call])]);
  return arms.get(blockOf(skeleton, call))?.free;
}

/** The branches on one of these results in the block of the event that returns it. */
function armsOf(
  { blocks, exprs }: Skeleton,
  answers: ReadonlyMap<EventId, Answer>,
  changing: readonly ReadonlySet<EventId>[],
): ReadonlyMap<BlockId, LockArms> {
  const arms = new Map<BlockId, LockArms>();
  if (answers.size === 0) return arms;
  blocks.forEach(({ events, exit }, id) => {
    const changes = events.filter((event) => changing.some((set) => set.has(event.id)));
    const event = changes[changes.length - 1];
    const answer = event && answers.get(event.id);
    if (event === undefined || answer === undefined || exit.k !== 'branch') return;
    const behind = events.slice(events.indexOf(event) + 1);
    const isIt = (expr: ExprId): boolean => {
      const value = exprs[expr];
      if (value?.k === 'result') return value.event === event.id;
      const stored = behind.flatMap((one) => (one.k === 'assign' && one.target === expr ? [one.value] : []));
      const last = stored[stored.length - 1];
      return last !== undefined && value?.k === 'local' && isIt(last);
    };
    const isZero = (expr: ExprId): boolean => {
      const value = exprs[expr];
      return value?.k === 'constant' && value.value === 0;
    };
    const asked = exprs[exit.condition];
    let when: Signs | undefined;
    if (isIt(exit.condition)) when = NONZERO;
    else if (asked?.k === 'unary' && isIt(asked.base)) when = TRUE_FOR[asked.op];
    else if (asked?.k === 'binary' && isIt(asked.left) && isZero(asked.right))
      // A test for errors alone treats every other result as success.
      when = asked.op === '<' && (answer.taking & POSITIVE) === 0 ? NONZERO : TRUE_FOR[asked.op];
    if (when === undefined || exit.whenTrue === exit.whenFalse) return;
    if ((answer.taking & ~when) === 0 && (answer.other & when) === 0)
      arms.set(id, { held: exit.whenTrue, free: exit.whenFalse });
    else if ((answer.other & ~when) === 0 && (answer.taking & when) === 0)
      arms.set(id, { held: exit.whenFalse, free: exit.whenTrue });
  });
  return arms;
}

/** The values that make a condition true, if it compares with zero or tests for an error pointer. */
const TRUE_FOR: Readonly<Record<string, Signs>> = {
  '!': ZERO,
  '!=': NONZERO,
  '==': ZERO,
  '<': NEGATIVE,
  'is-error': NEGATIVE,
  'is-error-or-null': NEGATIVE | ZERO,
};

/** Whether a callee's lock is this one in terms of the caller. */
function isSame({ args }: CallSummary, callees: LockRef, lock: LockRef): boolean {
  return inCaller(callees.term, args).key === lock.term.key;
}
