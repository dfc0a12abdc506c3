import type { Surroundings } from '../../summaries/interpret/step.js';
import { dependency, isMet, NO_EFFECT } from '../../summaries/solver/known.js';
import type { FunctionRef } from '../../link/types.js';

/** What a replay depended on for each function it used: {@link dependency}, or {@link BODY}. */
export type Noted = Map<FunctionRef, string>;

/** The same as stored with a replay: as arrays, in a third of the memory of a map. */
export interface UsedSummaries {
  readonly functions: readonly FunctionRef[];
  readonly on: readonly string[];
}

export function usedSummaries(noted: Noted): UsedSummaries {
  return { functions: [...noted.keys()], on: [...noted.values()] };
}

/** The function itself was run, so its summary does not matter. */
const BODY = 'body:';

/** Notes a dependency on a function, unless a stronger one is already noted. */
export function note(used: Noted, fn: FunctionRef, on: string): void {
  const old = used.get(fn);
  if (old === undefined || isBody(old) || (old === NO_EFFECT && !isBody(on))) used.set(fn, on);
}

/** Notes that a function was run, or would have been if it had a skeleton. */
export function noteRun(used: Noted, fn: FunctionRef, around: Surroundings): void {
  note(used, fn, around.program.hasSkeleton(fn) ? bodyOf(fn, around) : dependency(undefined));
}

/** What running a function depends on: its body, and the targets of its calls through slots. */
function bodyOf(fn: FunctionRef, around: Surroundings): string {
  return `${BODY}${around.slotsOf(fn)}`;
}

/** Notes the dependencies of a cached result. */
export function noteAll(used: Noted, { functions, on }: UsedSummaries): void {
  for (const [i, what] of on.entries()) {
    const fn = functions[i];
    if (fn !== undefined) note(used, fn, what);
  }
}

/** Whether all dependencies are still valid. */
export function stillHolds({ functions, on }: UsedSummaries, around: Surroundings): boolean {
  return functions.every(
    (fn, i) => around.program.functionById(fn.id) === fn && holds(fn, on[i] ?? '', around),
  );
}

function holds(fn: FunctionRef, on: string, around: Surroundings): boolean {
  const summary = around.summaryOf(fn);
  return isBody(on) ? on === bodyOf(fn, around) : isMet(summary, on);
}

function isBody(on: string): boolean {
  return on.startsWith(BODY);
}
