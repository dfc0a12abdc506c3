import { BOUNDS } from '../base/bounds.js';
import type { Dependency, Length } from './dependency.js';

/** Calls of so many that have to be believed: of those that are always made, a few stand for however many. */
export function leastToBelieve({ calls, open }: Length): number {
  return calls <= BOUNDS.callsHigh ? calls : open + Math.min(calls - open, BOUNDS.callsHigh);
}

/** The same of paths that were replayed: where something is decided on the way, every call may be part of it. */
export function callsToBelieve(sides: readonly Dependency[]): number {
  const all = { calls: 0, open: 0 };
  for (const { calls, open } of sides) {
    all.calls += calls;
    all.open += open;
  }
  return sides.some(({ learned }) => learned > 0) ? all.calls : leastToBelieve(all);
}
