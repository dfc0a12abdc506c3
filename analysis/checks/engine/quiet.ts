import { BOUNDS } from '../../base/bounds.js';
import type { FunctionRef, Program } from '../../link/types.js';

/** Functions without findings, for one check. */
export interface Quiet {
  functions: WeakSet<FunctionRef>;
}

/** Functions without findings, by check. They are skipped as long as nothing below them changes. */
export class QuietFunctions {
  private readonly byCheck = new Map<object, Quiet>();

  constructor(private readonly program: Program) {}

  of(check: object): Quiet {
    let quiet = this.byCheck.get(check);
    if (quiet === undefined) {
      quiet = { functions: new WeakSet() };
      this.byCheck.set(check, quiet);
    }
    return quiet;
  }

  /** Functions, or their skeletons, have changed. */
  forget(changed: Iterable<FunctionRef>): void {
    if (this.byCheck.size === 0) return;
    const all = [...this.byCheck.values()];
    const found = new Set<FunctionRef>();
    for (const fn of this.concerned(changed)) {
      found.add(fn);
      if (found.size < BOUNDS.changedFunctions) continue;
      for (const quiet of all) quiet.functions = new WeakSet();
      return;
    }
    for (const { functions } of all) for (const fn of found) functions.delete(fn);
  }

  /**
   * These functions and those that call them by name, directly or through functions that are not interpreted.
   */
  private *concerned(changed: Iterable<FunctionRef>): Generator<FunctionRef> {
    let rim: FunctionRef[] = [];
    for (const fn of changed) {
      yield fn;
      rim.push(fn);
    }
    for (let calls = 0; calls < BOUNDS.callersOfChanged; calls++) {
      const next = new Set<FunctionRef>();
      for (const fn of rim) {
        for (const caller of this.program.callers(fn)) {
          yield caller;
          if (!this.program.hasSkeleton(caller)) next.add(caller);
        }
      }
      rim = [...next];
    }
  }
}
