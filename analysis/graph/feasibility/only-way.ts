import { BOUNDS } from '../../base/bounds.js';
import { keyOf } from '../events/collect.js';
import type { ProofRun } from '../paths/proofs.js';
import type { KnownCall, KnownCallers } from '../events/callers.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import type { FunctionRef } from '../../link/types.js';
import type { Site } from '../../summaries/state/types.js';

/**
 * Whether the last step happens with the lock `key` held, or never: the functions below the root have all their callers in
 * sight, and every way into the last one passes a call that is made only with the lock held. The conditions in the callees
 * then decide when it happens, not whether; otherwise the last step would be dead code. `steps` are the calls, the last
 * one the event.
 */
export function isOnlyUnder(callers: KnownCallers, steps: readonly Site[], key: string | undefined): boolean {
  const last = steps[steps.length - 1];
  if (steps.length < 2 || last === undefined) return true;
  return (
    isEnteredUnder(callers, last.fn, key, BOUNDS.callersUnderLock) || isOnlyPassedUnder(callers, steps, key)
  );
}

/** Whether a function is entered only with the lock held: its callers hold it where they call, or are entered so. */
function isEnteredUnder(
  callers: KnownCallers,
  fn: FunctionRef,
  key: string | undefined,
  levels: number,
): boolean {
  const calls = levels === 0 ? undefined : callers.of(fn);
  if (calls === undefined || calls.length === 0) return false;
  return calls.every((call) => isUnder(call, key) || isEnteredUnder(callers, call.caller, key, levels - 1));
}

/** The same where the path goes through a function that others call as their argument: all of them with the lock held. */
export function isOnlyPassedUnder(
  callers: KnownCallers,
  steps: readonly Site[],
  key: string | undefined,
): boolean {
  return steps.some(({ fn }, i) => {
    const calls = i === 0 ? [] : (callers.ofCallback(fn) ?? []);
    return (
      calls.length > 0 &&
      calls.every((call) => isUnder(call, key)) &&
      isOnlyWay(callers, steps.slice(i), () => true)
    );
  });
}

function isUnder({ locksets }: KnownCall, key: string | undefined): boolean {
  return locksets.every(({ held }) => held.some((lock) => keyOf(lock) === key));
}

/**
 * Whether only the root leads to the last step, and it calls the next function only as `fits` says: by the states in which
 * it does.
 */
export function isOnlyWay(
  callers: KnownCallers,
  steps: readonly Site[],
  fits: (call: KnownCall) => boolean,
): boolean {
  return steps.every(({ fn }, i) => {
    const above = steps[i - 1]?.fn;
    if (above === undefined) return true;
    const calls = callers.of(fn);
    if (calls === undefined || calls.length === 0) return false;
    return calls.every((call) => call.caller === above && (i > 1 || fits(call)));
  });
}

/**
 * Whether a path through few functions of one file goes by at most one condition in its callees: that an earlier step
 * succeeded, for instance. `facts` are those at its end.
 */
export function isPlainPath(proofs: ProofRun, steps: readonly Site[], facts: KnownFacts): boolean {
  return (
    steps.length <= BOUNDS.plainPath &&
    new Set(steps.map(({ fn }) => fn.file)).size === 1 &&
    proofs.learnedSince(steps, 0, facts) <= 1
  );
}
