import { sameFunction } from '../../link/files/same-interface.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import { isAccessor } from '../interpret/accessors.js';
import { endsContext } from '../interpret/declared-calls.js';
import type { AcquireEffect, CallSummary, FunctionSummary } from '../state/types.js';
import type { Interpretation } from './known.js';
import type { Pass } from './passes.js';

/**
 * Edited functions that no caller can tell from what they were: most edits of a body change nothing that a caller sees.
 * What was computed with the earlier function holds with its successor.
 */
export class Successors {
  private readonly known = new WeakMap<FunctionRef, FunctionRef>();
  /** By the function in its place: the summary of a function that is gone, until the new one is interpreted. */
  private readonly pending = new Map<FunctionRef, FunctionSummary>();

  constructor(private readonly program: Program) {}

  /** A function is gone. Only one with the same declaration at the same place in its file may be its successor. */
  replaced(fn: FunctionRef, known: Interpretation | undefined): void {
    this.pending.delete(fn);
    if (known === undefined || known.component !== undefined || fn.item === undefined) return;
    const now = this.program.functionAt(fn.file, fn.index);
    if (now?.item !== undefined && now !== fn && sameFunction(fn.item, now.item))
      this.pending.set(now, known.summary);
  }

  /** A function was interpreted, without recursion. */
  interpreted(fn: FunctionRef, summary: FunctionSummary): void {
    const before = this.pending.get(fn);
    if (before === undefined) return;
    this.pending.delete(fn);
    if (areAlike(before, summary, this.program.models)) this.known.set(before.fn, fn);
  }

  /** Nothing that is pending is of use any more. */
  settled(): void {
    this.pending.clear();
  }

  /** The function itself, if it is still there, else its successor. */
  of(fn: FunctionRef): FunctionRef | undefined {
    let at: FunctionRef | undefined = fn;
    while (at !== undefined && this.program.functionById(at.id) !== at) at = this.known.get(at);
    return at;
  }

  /** An interpretation with the successors of the functions it used; the same object if all of them are there. */
  renewed<T extends Pass>(pass: T): T {
    const { summary, used } = pass;
    if (used.every((fn) => this.program.functionById(fn.id) === fn)) return pass;
    const now = (all: readonly FunctionRef[]): readonly FunctionRef[] => all.map((fn) => this.of(fn) ?? fn);
    const calls = summary.calls.map((call) => {
      const targets = now(call.targets);
      return targets.every((target, i) => target === call.targets[i]) ? call : { ...call, targets };
    });
    return { ...pass, used: now(used), summary: { ...summary, calls } };
  }
}

/**
 * Whether interpreting a caller gives the same with each of two summaries of a function, of which both leave its locks as
 * they were. A signature names the function wherever its places tell callers of it.
 */
function areAlike(before: FunctionSummary, now: FunctionSummary, models: Models): boolean {
  return (
    before.signature === now.signature &&
    [before, now].every(isPlain) &&
    isAccessor(before.fn, before.fn, models) === isAccessor(now.fn, now.fn, models) &&
    endsContext(before.fn, models) === endsContext(now.fn, models) &&
    textOf(before.acquires) === textOf(now.acquires) &&
    sameCallees(before.calls, now.calls)
  );
}

/** Whether callers need not look at what a function does inside: it was interpreted in full and leaves locks as they were. */
function isPlain({ exits, byArgument, gaps }: FunctionSummary): boolean {
  return (
    gaps.length === 0 &&
    byArgument === undefined &&
    exits.every(
      ({ acquired, released, turned }) =>
        acquired.length === 0 && released.length === 0 && turned === undefined,
    )
  );
}

/** The locks that a function takes, in the order of its summary. */
function textOf(acquires: readonly AcquireEffect[]): string {
  return acquires
    .map(({ lock: { term, key, fallback, kind, mode, subclass }, api }) =>
      [term.key, key, fallback, kind, mode, subclass, api].join(),
    )
    .join('\n');
}

function sameCallees(left: readonly CallSummary[], right: readonly CallSummary[]): boolean {
  const [before, now] = [left, right].map((calls) => calls.flatMap(({ targets }) => targets));
  return (
    before !== undefined &&
    now !== undefined &&
    before.length === now.length &&
    before.every((fn, i) => fn === now[i])
  );
}
