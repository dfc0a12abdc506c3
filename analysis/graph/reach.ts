import { BOUNDS } from '../base/bounds.js';
import type { FunctionRef } from '../link/types.js';
import { Bounded } from './bounded.js';
import type { Collected } from './collect.js';

const NOTHING: ReadonlySet<string> = new Set();

/** Which classes a function may acquire within so many calls; memoised, coarse: paths are not looked at. */
export class Reach {
  private readonly bounded: Bounded<ReadonlySet<string>>;

  constructor(collected: Collected) {
    this.bounded = new Bounded(
      (fn) => collected.returning(fn),
      (fn) => collected.acquires.get(fn) ?? NOTHING,
      union,
    );
  }

  /** Classes acquired in `fn` or within `calls` calls below it. */
  classes(fn: FunctionRef, calls: number): ReadonlySet<string> {
    return this.bounded.of(fn, calls);
  }

  /** Distance in calls from `fn` to the nearest acquisition of `key`, -1 when out of reach. */
  distance(fn: FunctionRef, key: string): number {
    // Most lead nowhere, which the widest set tells at once.
    if (!this.classes(fn, BOUNDS.callsUnderLock - 1).has(key)) return -1;
    let calls = 0;
    while (!this.classes(fn, calls).has(key)) calls++;
    return calls;
  }
}

/** Sets are shared as long as there is nothing to add. */
function union(own: ReadonlySet<string>, below: Iterable<ReadonlySet<string>>): ReadonlySet<string> {
  let result = own;
  let merged: Set<string> | undefined;
  for (const keys of below) {
    if (keys.size === 0) continue;
    if (merged === undefined && result.size === 0) {
      result = keys;
      continue;
    }
    merged ??= new Set(result);
    for (const key of keys) merged.add(key);
    result = merged;
  }
  return result;
}
