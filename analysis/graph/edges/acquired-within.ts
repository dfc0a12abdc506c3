import { BOUNDS } from '../../base/bounds.js';
import type { FunctionRef } from '../../link/types.js';
import { Bounded } from '../events/bounded.js';
import type { Collected } from '../events/collect.js';

const NOTHING: ReadonlySet<string> = new Set();

/** The classes that a function may acquire within a number of calls; memoized, coarse: paths are not checked. */
export class AcquiredWithin {
  private readonly bounded: Bounded<ReadonlySet<string>>;

  constructor(private readonly collected: Collected) {
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

  /** The class under its other subclasses, each of which is a separate class here. */
  otherSubclasses(key: string): readonly string[] {
    return this.collected.otherSubclasses(key);
  }

  /** Number of calls from `fn` to the nearest acquisition of `key`; -1 if out of reach. */
  distance(fn: FunctionRef, key: string): number {
    // Most functions do not reach it, and the widest set shows that at once.
    if (!this.classes(fn, BOUNDS.callsUnderLock - 1).has(key)) return -1;
    let calls = 0;
    while (!this.classes(fn, calls).has(key)) calls++;
    return calls;
  }
}

/** Shares a set as long as one of them has all keys: most functions add nothing to the set of one callee. */
function union(own: ReadonlySet<string>, below: Iterable<ReadonlySet<string>>): ReadonlySet<string> {
  let result = own;
  let merged: Set<string> | undefined;
  for (const keys of below) {
    if (merged === undefined) {
      if (hasAll(result, keys)) continue;
      if (hasAll(keys, result)) {
        result = keys;
        continue;
      }
      result = merged = new Set(result);
    }
    for (const key of keys) merged.add(key);
  }
  return result;
}

function hasAll(all: ReadonlySet<string>, keys: ReadonlySet<string>): boolean {
  if (all === keys) return true;
  if (all.size < keys.size) return false;
  for (const key of keys) if (!all.has(key)) return false;
  return true;
}
