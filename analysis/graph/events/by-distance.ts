import type { FunctionRef } from '../../link/types.js';

/**
 * Memoizes answers by the number of calls left to follow: the answer at the end of a search differs from that of a
 * search that starts there. Each answer queries only those with fewer calls left, so recursion ends and no answer
 * depends on the order of queries.
 */
export class ByDistance<T> {
  private readonly known: Map<FunctionRef, T>[] = [];

  of(fn: FunctionRef, calls: number, find: () => T): T {
    const answers = (this.known[calls] ??= new Map<FunctionRef, T>());
    const known = answers.get(fn);
    if (known !== undefined || answers.has(fn)) return known as T;
    const found = find();
    answers.set(fn, found);
    return found;
  }
}
