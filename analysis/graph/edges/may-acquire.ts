import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import type { FunctionRef } from '../../link/types.js';
import type { Collected } from '../events/collect.js';

const NOTHING: ReadonlySet<string> = new Set();
const NO_STEPS: readonly CallStep[] = [];

/** One call of a function, with the facts that decide which acquisitions below it count. */
export interface CallStep {
  readonly callee: FunctionRef;
  /** The call is conditional or may have several targets. */
  readonly isOpen: boolean;
}

/** A function's own acquisitions and calls. */
export interface Calls {
  acquires(fn: FunctionRef): ReadonlySet<string>;
  steps(fn: FunctionRef): readonly CallStep[];
}

/** Acquisitions of functions, and their calls that return, as far as paths to a lock are followed. */
export class LockCalls implements Calls {
  private readonly known = new Map<FunctionRef, readonly CallStep[]>();

  constructor(private readonly collected: Collected) {}

  acquires(fn: FunctionRef): ReadonlySet<string> {
    return this.collected.acquires.get(fn) ?? NOTHING;
  }

  steps(fn: FunctionRef): readonly CallStep[] {
    let known = this.known.get(fn);
    if (known === undefined) this.known.set(fn, (known = this.find(fn)));
    return known;
  }

  private find(fn: FunctionRef): readonly CallStep[] {
    const { collected } = this;
    const summary = collected.summaries.get(fn);
    const found = new Map<FunctionRef, boolean>();
    const note = (callee: FunctionRef, isOpen: boolean): void => {
      if (callee !== fn && collected.comesBack(callee))
        found.set(callee, isOpen && found.get(callee) !== false);
    };
    if (summary === undefined) {
      // In a function with only an outline, calls within its folder count as unconditional; the path is still checked
      // before it is reported.
      const folder = folderOf(fn.file);
      for (const callee of collected.callees(fn)) note(callee, folderOf(callee.file) !== folder);
    } else {
      for (const { targets, isAlways } of summary.calls) {
        if (targets.length > BOUNDS.edgeTargets) continue;
        for (const callee of targets) note(callee, !isAlways || targets.length > 1);
      }
    }
    return found.size === 0 ? NO_STEPS : [...found].map(([callee, isOpen]) => ({ callee, isOpen }));
  }
}

/** A function whose callees are being visited. */
interface OpenFunction {
  readonly fn: FunctionRef;
  readonly steps: readonly CallStep[];
  readonly index: number;
  low: number;
  at: number;
}

/**
 * May-acquire sets: the lock classes that a function acquires, directly or through callees at any depth. Only open
 * calls count: an unconditional call with one target is free. The sets are computed bottom-up over the strongly
 * connected components of calls that are not open; an open call refers to the sets with one open call less.
 */
export class MayAcquire {
  private readonly known: Map<FunctionRef, ReadonlySet<string>>[] = [];

  constructor(private readonly calls: Calls) {}

  /** Classes acquired in `fn` or below it, with at most this many open calls on the path. */
  within(fn: FunctionRef, open: number): ReadonlySet<string> {
    const known = (this.known[open] ??= new Map<FunctionRef, ReadonlySet<string>>());
    let found = known.get(fn);
    if (found === undefined) {
      this.solve(fn, open, known);
      found = known.get(fn);
    }
    return found ?? NOTHING;
  }

  /**
   * Minimum number of open calls on a path from `fn` to an acquisition of `key`; one above the limit if there is none.
   */
  openCalls(fn: FunctionRef, key: string): number {
    let open = 0;
    while (open <= BOUNDS.openCalls && !this.within(fn, open).has(key)) open++;
    return open;
  }

  /** Tarjan's algorithm without recursion, since call chains may be long. */
  private solve(root: FunctionRef, open: number, known: Map<FunctionRef, ReadonlySet<string>>): void {
    const indices = new Map<FunctionRef, number>();
    const stack: FunctionRef[] = [];
    const frames: OpenFunction[] = [];
    const enter = (fn: FunctionRef): void => {
      const index = indices.size;
      indices.set(fn, index);
      stack.push(fn);
      frames.push({ fn, steps: this.calls.steps(fn), index, low: index, at: 0 });
    };
    enter(root);
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const step = frame.steps[frame.at++];
      if (step === undefined) {
        frames.pop();
        const above = frames.at(-1);
        if (above !== undefined) above.low = Math.min(above.low, frame.low);
        if (frame.low === frame.index) this.settle(stack.splice(stack.lastIndexOf(frame.fn)), open, known);
      } else if (!step.isOpen && !known.has(step.callee)) {
        const index = indices.get(step.callee);
        if (index === undefined) enter(step.callee);
        else frame.low = Math.min(frame.low, index);
      }
    }
  }

  /** All members of a component have the same set. */
  private settle(
    members: readonly FunctionRef[],
    open: number,
    known: Map<FunctionRef, ReadonlySet<string>>,
  ): void {
    const parts = new Set<ReadonlySet<string>>();
    for (const fn of members) {
      parts.add(this.calls.acquires(fn));
      for (const { callee, isOpen } of this.calls.steps(fn)) {
        if (!isOpen) parts.add(known.get(callee) ?? NOTHING);
        else if (open > 0) parts.add(this.within(callee, open - 1));
      }
    }
    const all = union(parts);
    for (const fn of members) known.set(fn, all);
  }
}

/** Shares a set as long as nothing is added. */
function union(parts: Iterable<ReadonlySet<string>>): ReadonlySet<string> {
  let result = NOTHING;
  let merged: Set<string> | undefined;
  for (const keys of parts) {
    if (keys.size === 0) continue;
    if (result.size === 0) {
      result = keys;
      continue;
    }
    for (const key of keys) {
      if (result.has(key)) continue;
      merged ??= new Set(result);
      merged.add(key);
      result = merged;
    }
  }
  return result;
}
