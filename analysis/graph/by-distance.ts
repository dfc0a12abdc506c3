import type { FunctionRef } from '../link/types.js';

/**
 * Answers about functions, kept by the number of calls that were left to look at when they were found: what is
 * found where the search ends is no answer for a search that begins there. Each answer asks for those with fewer
 * calls only, so that recursion ends too, and no answer depends on which was asked for first.
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
