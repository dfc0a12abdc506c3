import type { Surroundings } from '../effects/step.js';
import { dependency, isMet, NO_EFFECT } from '../effects/table.js';
import type { FunctionRef } from '../link/types.js';

/** Functions that a replay looked at, and what it depended on of each of them: {@link dependency}, or {@link BODY}. */
export type UsedEffects = ReadonlyMap<FunctionRef, string>;

/** A function was run itself: what comes of it otherwise does not matter. */
const BODY = 'body';

/** Notes what of a function was looked at, unless more of it was before. */
export function note(used: Map<FunctionRef, string>, fn: FunctionRef, on: string): void {
  const old = used.get(fn);
  if (old === undefined || old === BODY || (old === NO_EFFECT && on !== BODY)) used.set(fn, on);
}

/** Notes that a function was run, or would have been if it had a skeleton. */
export function noteRun(used: Map<FunctionRef, string>, fn: FunctionRef, { program }: Surroundings): void {
  note(used, fn, program.hasSkeleton(fn) ? BODY : dependency(undefined));
}

/** Whether everything that was looked at is still the same. */
export function stillHolds(used: UsedEffects, around: Surroundings): boolean {
  for (const [fn, on] of used) {
    if (around.program.functionById(fn.id) !== fn) return false;
    if (on !== BODY && !isMet(around.effectsOf(fn), on)) return false;
  }
  return true;
}
