import type { FunctionRef } from '../../link/types.js';
import type { Site } from '../../summaries/state/types.js';
import type { Surroundings } from '../../summaries/surroundings.js';

/** Number of call steps of both ends together; recursion counts once. */
export function callCount(steps: readonly Site[], holdSteps: readonly Site[]): number {
  return callsOf(steps) + callsOf(holdSteps) - sharedCalls(steps, holdSteps);
}

/** The same without calls of functions that only take the lock. */
export function callsWithoutWrappers(
  around: Surroundings,
  steps: readonly Site[],
  holdSteps: readonly Site[],
): number {
  const wrapped = [steps, holdSteps].filter((way) => {
    const last = way.at(-1)?.fn;
    return callsOf(way) > 0 && last !== undefined && isLockWrapper(around, last);
  });
  return Math.max(0, callCount(steps, holdSteps) - wrapped.length);
}

function callsOf(steps: readonly Site[]): number {
  return new Set(steps.map(({ fn }) => fn)).size - 1;
}

/** Whether a function does nothing to locks but take the one of its argument, whatever it returns: a lock under another name. */
function isLockWrapper(around: Surroundings, fn: FunctionRef): boolean {
  const summary = around.summaryOf(fn);
  if (summary === undefined) return false;
  const { acquires, uses, calls, apis, rawExits } = summary;
  const [only] = acquires;
  return (
    acquires.length === 1 &&
    only !== undefined &&
    uses.length === 0 &&
    apis.length === 0 &&
    calls.every(({ targets, callee }) => targets.length === 0 && callee === undefined) &&
    rawExits.length > 0 &&
    rawExits.every(({ acquired }) => acquired.length === 1 && acquired[0]?.site.event === only.site.event)
  );
}

/** Number of calls that both ends share. */
export function sharedCalls(steps: readonly Site[], holdSteps: readonly Site[]): number {
  let shared = 0;
  while (
    shared < holdSteps.length - 1 &&
    shared < steps.length - 1 &&
    sameSite(holdSteps[shared], steps[shared])
  ) {
    shared++;
  }
  return shared;
}

function sameSite(a: Site | undefined, b: Site | undefined): boolean {
  return a !== undefined && b !== undefined && a.event === b.event && a.fn === b.fn;
}
