import type { Dependency, Length } from './dependency.js';

/** Call steps of all sides together up to which a path is believed. */
export const MAX_CALLS_HIGH = 3;

/** Calls of so many that have to be believed: of those that are always made, a few stand for however many. */
export function leastToBelieve({ calls, open }: Length): number {
  return calls <= MAX_CALLS_HIGH ? calls : open + Math.min(calls - open, MAX_CALLS_HIGH);
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
