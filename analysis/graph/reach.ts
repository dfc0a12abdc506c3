import type { FunctionRef } from '../link/types.js';
import type { Collected } from './collect.js';

/** Calls followed from a call made under a lock to an acquisition. */
export const MAX_CALLS = 4;

const NOTHING: ReadonlySet<string> = new Set();

/** Which classes a function may acquire within so many calls; memoised, coarse: paths are not looked at. */
export class Reach {
  private readonly memo: Map<FunctionRef, ReadonlySet<string>>[] = [];

  constructor(private readonly collected: Collected) {}

  /** Classes acquired in `fn` or within `calls` calls below it. */
  classes(fn: FunctionRef, calls: number): ReadonlySet<string> {
    const memo = (this.memo[calls] ??= new Map());
    const known = memo.get(fn);
    if (known !== undefined) return known;
    memo.set(fn, NOTHING);
    const own = this.collected.acquires.get(fn) ?? NOTHING;
    let result = own;
    if (calls > 0) {
      let merged: Set<string> | undefined;
      for (const callee of this.collected.callees(fn)) {
        const below = this.classes(callee, calls - 1);
        if (below.size === 0) continue;
        if (merged === undefined && result.size === 0) {
          result = below;
          continue;
        }
        merged ??= new Set(result);
        for (const key of below) merged.add(key);
        result = merged;
      }
    }
    memo.set(fn, result);
    return result;
  }

  /** Distance in calls from `fn` to the nearest acquisition of `key`, -1 when out of reach. */
  distance(fn: FunctionRef, key: string): number {
    for (let calls = 0; calls < MAX_CALLS; calls++) if (this.classes(fn, calls).has(key)) return calls;
    return -1;
  }
}
