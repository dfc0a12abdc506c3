import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import { keyOf } from '../events/collect.js';
import type { ProofRun } from '../paths/proofs.js';
import type { KnownCall, KnownCallers } from '../sight/callers.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import type { FunctionRef } from '../../link/types.js';
import type { Site } from '../../summaries/state/types.js';

/**
 * Whether the last step happens either with the lock `key` held or never. All callers of the functions below the root
 * are visible, and every path into the last one passes a call made only with the lock held. The conditions in the
 * callees then decide when it happens, not whether; otherwise the last step would be dead code. `steps` are the calls,
 * the last one the event.
 */
export function isOnlyUnder(callers: KnownCallers, steps: readonly Site[], key: string | undefined): boolean {
  const last = steps[steps.length - 1];
  if (steps.length < 2 || last === undefined) return true;
  return (
    isEnteredUnder(callers, last.fn, key, BOUNDS.callersUnderLock) || isOnlyPassedUnder(callers, steps, key)
  );
}

/**
 * Whether a function is entered only with the lock held: its callers hold it at the call, or are themselves entered
 * with it held.
 */
function isEnteredUnder(
  callers: KnownCallers,
  fn: FunctionRef,
  key: string | undefined,
  levels: number,
): boolean {
  const calls = levels === 0 ? undefined : (callers.of(fn) ?? callers.ofFolder(fn));
  if (calls === undefined || calls.length === 0) return false;
  return calls.every((call) => isUnder(call, key) || isEnteredUnder(callers, call.caller, key, levels - 1));
}

/**
 * The last step in a function that is only entered with the lock held, 0 if there is none: what this function does, it
 * does with the lock held, or never.
 */
export function lastEnteredUnder(
  callers: KnownCallers,
  steps: readonly Site[],
  key: string | undefined,
): number {
  for (let i = steps.length - 2; i > 0; i--) {
    const fn = steps[i]?.fn;
    if (fn !== undefined && isEnteredUnder(callers, fn, key, BOUNDS.callersUnderLock)) return i;
  }
  return 0;
}

/** As {@link isOnlyUnder}, for a path through a callback: all functions that call it through an argument hold the lock. */
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
 * Whether only the root leads to the last step, and the root calls the next function only in states that `fits`
 * accepts.
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
 * Whether a path through few functions of one file depends on at most one condition in its callees, for instance the
 * success of an earlier step; or, of one folder, on none. `facts` are those at its end.
 */
export function isPlainPath(proofs: ProofRun, steps: readonly Site[], facts: KnownFacts): boolean {
  const files = new Set(steps.map(({ fn }) => fn.file));
  const folders = new Set([...files].map(folderOf));
  if (steps.length > BOUNDS.plainPath || folders.size !== 1) return false;
  return proofs.learnedSince(steps, 0, facts) <= (files.size === 1 ? 1 : 0);
}
