import type { Surroundings } from '../effects/step.js';
import { dependency, isMet, NO_EFFECT } from '../effects/known.js';
import type { FunctionRef } from '../link/types.js';

/** What it depended on of each function that it looked at: {@link dependency}, or {@link BODY}. */
export type Noted = Map<FunctionRef, string>;

/** The same, to be kept with a replay: by place, in a third of the memory of a map. */
export interface UsedEffects {
  readonly functions: readonly FunctionRef[];
  readonly on: readonly string[];
}

export function usedEffects(noted: Noted): UsedEffects {
  return { functions: [...noted.keys()], on: [...noted.values()] };
}

/** A function was run itself: what comes of it otherwise does not matter. */
const BODY = 'body:';

/** Notes what of a function was looked at, unless more of it was before. */
export function note(used: Noted, fn: FunctionRef, on: string): void {
  const old = used.get(fn);
  if (old === undefined || isBody(old) || (old === NO_EFFECT && !isBody(on))) used.set(fn, on);
}

/** Notes that a function was run, or would have been if it had a skeleton. */
export function noteRun(used: Noted, fn: FunctionRef, around: Surroundings): void {
  note(used, fn, around.program.hasSkeleton(fn) ? bodyOf(fn, around) : dependency(undefined));
}

/** What running a function itself depends on: its body, and what its calls through slots lead to. */
function bodyOf(fn: FunctionRef, around: Surroundings): string {
  return `${BODY}${around.slotsOf(fn)}`;
}

/** Notes what was looked at to find something that was kept. */
export function noteAll(used: Noted, { functions, on }: UsedEffects): void {
  for (const [i, what] of on.entries()) {
    const fn = functions[i];
    if (fn !== undefined) note(used, fn, what);
  }
}

/** Whether everything that was looked at is still the same. */
export function stillHolds({ functions, on }: UsedEffects, around: Surroundings): boolean {
  return functions.every(
    (fn, i) => around.program.functionById(fn.id) === fn && holds(fn, on[i] ?? '', around),
  );
}

function holds(fn: FunctionRef, on: string, around: Surroundings): boolean {
  const effects = around.effectsOf(fn);
  return isBody(on) ? on === bodyOf(fn, around) : isMet(effects, on);
}

function isBody(on: string): boolean {
  return on.startsWith(BODY);
}
