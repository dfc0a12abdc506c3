import type { FunctionRef } from '../../link/types.js';
import type { FunctionSummary } from '../state/types.js';
import type { Interpretation } from './known.js';

/** The result of interpreting a function in one pass over its component. */
export type Pass = Omit<Interpretation, 'component'>;

/**
 * Results of the passes over recursive components, from the last time each was solved. A component is solved from the
 * bottom again whenever anything in it or below it changes. Most members then see the same summaries as before, pass by
 * pass, and need not be interpreted again.
 */
export class Passes {
  private readonly byFunction = new Map<FunctionRef, readonly Pass[]>();

  find(fn: FunctionRef, isCurrent: (pass: Pass) => boolean): Pass | undefined {
    return this.byFunction.get(fn)?.find(isCurrent);
  }

  /**
   * Replaces the results of earlier passes over a function. Summaries go through `settle`, which shares equal parts.
   */
  replace(
    fn: FunctionRef,
    passes: readonly Pass[],
    settle: (summary: FunctionSummary) => FunctionSummary,
  ): void {
    this.byFunction.set(
      fn,
      passes.map((pass) => ({ ...pass, summary: settle(pass.summary) })),
    );
  }

  /** Takes over the results of another table's passes. */
  adopt({ byFunction }: Passes): void {
    for (const [fn, passes] of byFunction) this.byFunction.set(fn, passes);
  }

  forget(fn: FunctionRef): void {
    this.byFunction.delete(fn);
  }
}
