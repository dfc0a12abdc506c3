import type { BlockId, EventId, ExprId, Skeleton } from '../../skeleton/types.js';
import { ZERO } from '../../summaries/facts/fact.js';
import type { Surroundings } from '../../summaries/interpret/step.js';
import { inCaller } from '../../summaries/locks/terms.js';
import { withoutSubclass } from '../../summaries/state/held.js';
import type { CallSummary, ExitEffect, FunctionSummary, LockRef } from '../../summaries/state/types.js';
import { keyOf } from '../events/collect.js';
import type { LockArms, LockEvents } from './lock-flow.js';

/** What the events of a function do to one lock, with what its callees do for it. */
export interface FollowedEvents extends LockEvents {
  /** Calls that release it on some outcome; on the others they leave it alone. */
  readonly mayEnd: ReadonlySet<EventId>;
  readonly arms: ReadonlyMap<BlockId, LockArms>;
}

/** What a function's own events and its callees do to a lock. */
export function lockEventsOf(around: Surroundings, summary: FunctionSummary, lock: LockRef): FollowedEvents {
  const key = withoutSubclass(keyOf(lock) ?? '');
  const isLock = (other: LockRef): boolean => withoutSubclass(keyOf(other) ?? '') === key;
  // A callee that gets a pointer to the lock does not know its class.
  const mayBe = (other: LockRef): boolean =>
    isLock(other) || (keyOf(other) === undefined && other.kind === lock.kind);
  const takes = new Set<EventId>();
  const ends = new Set<EventId>();
  const unsure = new Set<EventId>();
  const mayEnd = new Set<EventId>();
  /** What acquisitions that may fail answer if they succeed. */
  const answers = new Map<EventId, Answer>();
  for (const { lock: one, site, api, transient } of summary.acquires) {
    if (!isLock(one) || transient) continue;
    const success = around.models.lockApi(api)?.success;
    const isOwn = site.via === undefined && one.term.key === lock.term.key;
    (isOwn && success === undefined ? takes : unsure).add(site.event);
    if (isOwn && success !== undefined) answers.set(site.event, success);
  }
  for (const { k, lock: one, site } of summary.uses) {
    if (k !== 'release' || !isLock(one)) continue;
    (site.via === undefined && one.term.key === lock.term.key ? ends : unsure).add(site.event);
  }
  const changes = ({ acquired, released }: ExitEffect): boolean =>
    acquired.some(mayBe) || released.some(mayBe);
  for (const call of summary.calls) {
    const known = call.targets.flatMap((target) => around.summaryOf(target) ?? []);
    const exits = known.flatMap((target) => target.exits);
    const { event } = call.site;
    if (!exits.some(changes)) {
      // What lies behind a pointer of which no function is known may do anything, and so may a callee of which some exits
      // were taken for mistakes.
      const isOpen =
        (call.callee !== undefined && call.targets.length === 0) ||
        known.some(({ rawExits }) => rawExits.some(changes));
      if (isOpen) unsure.add(event);
      continue;
    }
    const isSeen = known.length === call.targets.length && known.every(({ gaps }) => gaps.length === 0);
    const are = (what: 'acquired' | 'released', exit: ExitEffect): boolean =>
      exit[what].some((one) => mayBe(one) && isSame(call, one, lock));
    const others = (what: 'acquired' | 'released'): boolean => exits.some((exit) => exit[what].some(mayBe));
    if (isSeen && !others('released') && exits.every((exit) => are('acquired', exit))) takes.add(event);
    else if (isSeen && !others('acquired') && exits.every((exit) => are('released', exit))) ends.add(event);
    else {
      unsure.add(event);
      const answer =
        isSeen && !others('released') ? answerOf(exits, (exit) => are('acquired', exit)) : undefined;
      if (answer !== undefined) answers.set(event, answer);
      const isOwn = known.every(({ acquires }) => !acquires.some(({ lock: one }) => mayBe(one)));
      // What climbs from further below may hang on conditions that the callee has lost.
      const isNear = (exit: ExitEffect): boolean =>
        exit.released.every((one) => !mayBe(one) || one.depth === 0);
      const isNamed = (exit: ExitEffect): boolean => !exit.released.some(mayBe) || are('released', exit);
      if (isSeen && isOwn && !others('acquired') && exits.every((exit) => isNear(exit) && isNamed(exit)))
        mayEnd.add(event);
    }
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

type Answer = 'zero' | 'nonzero';

/** What a callee answers if it has taken the lock, if it answers something else otherwise. */
function answerOf(exits: readonly ExitEffect[], takes: (exit: ExitEffect) => boolean): Answer | undefined {
  let [taking, other] = [0, 0];
  for (const exit of exits) {
    if (takes(exit)) taking |= exit.signs;
    else other |= exit.signs;
  }
  if ((taking & other) !== 0 || taking === 0 || other === 0) return undefined;
  if (taking === ZERO) return 'zero';
  return other === ZERO ? 'nonzero' : undefined;
}

/** The branches that ask for one of these answers in the block of the event that gives it. */
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
    const isFlipped = asked?.k === 'binary' && asked.op === '==';
    const isAsked =
      isIt(exit.condition) ||
      (asked?.k === 'binary' &&
        (asked.op === '<' || asked.op === '!=' || isFlipped) &&
        isIt(asked.left) &&
        isZero(asked.right));
    if (!isAsked || exit.whenTrue === exit.whenFalse) return;
    const [nonzero, zero] = isFlipped ? [exit.whenFalse, exit.whenTrue] : [exit.whenTrue, exit.whenFalse];
    arms.set(id, answer === 'zero' ? { held: zero, free: nonzero } : { held: nonzero, free: zero });
  });
  return arms;
}

/** Whether a callee's lock is this one in the caller's names. */
function isSame({ args }: CallSummary, callees: LockRef, lock: LockRef): boolean {
  return inCaller(callees.term, args).key === lock.term.key;
}
