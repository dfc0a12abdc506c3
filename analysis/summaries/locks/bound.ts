import type { FunctionRef } from '../../link/types.js';
import { everyExit } from '../solver/exits.js';
import { ownCallAt } from '../state/site.js';
import type { CallSummary, FunctionSummary, HeldLock, LockRef } from '../state/types.js';
import type { Surroundings } from '../surroundings.js';
import { inCaller, type Term } from './terms.js';

/** A callee's lock in the terms of its caller, which knows the class of what it passes. */
export function boundIn(
  { classes }: Surroundings,
  caller: FunctionRef,
  lock: LockRef,
  args: readonly Term[],
): LockRef {
  const term = inCaller(lock.term, args);
  if (lock.key !== undefined) return { ...lock, term };
  const found = classes.classOf(term, lock.kind, lock.subclass, caller.file);
  return 'key' in found ? { ...lock, term, key: found.key } : { ...lock, term };
}

/** A lock that a callee has taken, by the arguments of the call; `undefined` for one that the function takes itself. */
export function nameByArguments(
  around: Surroundings,
  { site: { fn, event, via } }: HeldLock,
): Term | undefined {
  const call = via && ownCallAt(around.summaryOf(fn), event);
  const [callee, another] = call?.targets ?? [];
  if (via === undefined || callee === undefined || another !== undefined) return undefined;
  const taken = everyExit(around.summaryOf(callee))
    .flatMap(({ acquired }) => acquired)
    .find(({ site }) => site.fn === via.fn && site.event === via.event);
  return taken && inCaller(taken.term, call?.args ?? []);
}

/** The calls of a function that release such a lock for it, whatever way they take. */
export function callsThatRelease(
  around: Surroundings,
  { fn, calls }: FunctionSummary,
  isIt: (lock: LockRef) => boolean,
): readonly CallSummary[] {
  return calls.filter(({ targets, args }) =>
    targets
      .flatMap((callee) => everyExit(around.summaryOf(callee)))
      .some(({ released }) => released.some((one) => isIt(boundIn(around, fn, one, args)))),
  );
}
