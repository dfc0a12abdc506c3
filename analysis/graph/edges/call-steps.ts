import type { Site } from '../../summaries/state/types.js';

/** Number of call steps of a chain; recursion counts once. */
export function callCount(steps: readonly Site[]): number {
  return new Set(steps.map((step) => step.fn)).size - 1;
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
