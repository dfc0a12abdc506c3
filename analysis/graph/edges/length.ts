import { BOUNDS } from '../../base/bounds.js';
import type { Dependency, Length } from './dependency.js';

/** The number of calls that count against a path: unconditional calls count only up to a few. */
export function leastToBelieve({ calls, open }: Length): number {
  return calls <= BOUNDS.callsHigh ? calls : open + Math.min(calls - open, BOUNDS.callsHigh);
}

/** The same for replayed paths: after a decision, every call may depend on it. */
export function callsToBelieve(sides: readonly Dependency[]): number {
  const all = { calls: 0, open: 0 };
  for (const { calls, open } of sides) {
    all.calls += calls;
    all.open += open;
  }
  return sides.some(({ learned }) => learned > 0) ? all.calls : leastToBelieve(all);
}
