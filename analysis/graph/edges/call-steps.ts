import { isUnavoidable } from '../../skeleton/lowering/block-paths.js';
import type { Program } from '../../link/types.js';
import { releasesOnly, takesOnly } from '../../summaries/solver/lock-functions.js';
import { flatten } from '../paths/replay.js';
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
  const wrapped = callsOf(steps) - callsOf(withoutWrappers(around, steps));
  const heldWrapped = callsOf(holdSteps) - callsOf(withoutWrappers(around, holdSteps));
  return Math.max(0, callCount(steps, holdSteps) - wrapped - heldWrapped);
}

/**
 * The steps to an operation on a lock, without calls of functions that only take or only release it: it is taken or released
 * where they are called.
 */
export function withoutWrappers(around: Surroundings, steps: readonly Site[]): readonly Site[] {
  let end = steps.length;
  for (let last = steps[end - 1]; end > 1 && last !== undefined; last = steps[end - 1]) {
    const summary = around.summaryOf(last.fn);
    if (summary === undefined || !(takesOnly(summary) || releasesOnly(summary))) break;
    end--;
  }
  return end === steps.length ? steps : steps.slice(0, end);
}

/** Whether the function of a site takes the lock itself, or by calls of functions that only take it. */
export function isTakenHere(around: Surroundings, site: Site): boolean {
  return withoutWrappers(around, flatten(site)).length === 1;
}

function callsOf(steps: readonly Site[]): number {
  return new Set(steps.map(({ fn }) => fn)).size - 1;
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

/** The number of callees on a path in which a condition decides whether the next step is reached. */
export function conditionalBelow(program: Program, steps: readonly Site[]): number {
  return steps.slice(1).filter(({ fn, event }) => {
    const skeleton = program.skeleton(fn);
    return skeleton === undefined || !isUnavoidable(skeleton, event);
  }).length;
}
