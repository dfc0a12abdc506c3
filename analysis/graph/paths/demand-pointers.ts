import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import type { CallSummary, FunctionSummary } from '../../summaries/state/types.js';
import type { FunctionRef, Program } from '../../link/types.js';

/**
 * Demands the functions that call through a pointer and are called with a lock held: where such a call leads is known
 * only once the function is interpreted, and it may have no lock call of its own. Only in the folder of the holder, and
 * a few calls down.
 */
export class PointerDemands {
  constructor(private readonly program: Program) {}

  /** Considers what an interpreted function calls. */
  add({ fn, calls }: FunctionSummary): void {
    for (const call of calls)
      for (const target of call.targets) if (isUnderLock(call)) this.below(target, fn, BOUNDS.callsToPointer);
  }

  /** Considers a function without skeleton that is new in its file. */
  addCallee(fn: FunctionRef, summaryOf: (fn: FunctionRef) => FunctionSummary | undefined): void {
    for (const caller of this.holdersAbove(fn, summaryOf, BOUNDS.callsToPointer))
      this.below(fn, caller, BOUNDS.callsToPointer);
  }

  private below(fn: FunctionRef, holder: FunctionRef, calls: number): void {
    const { program } = this;
    if (folderOf(fn.file) !== folderOf(holder.file) || program.hasSkeleton(fn)) return;
    if (fn.item !== undefined && fn.item.indirectCalls.length > 0) program.demand(fn, 'path');
    if (calls > 1) for (const callee of program.callees(fn)) this.below(callee, holder, calls - 1);
  }

  /** Interpreted functions that call `fn` with a lock held, directly or through functions without skeleton. */
  private *holdersAbove(
    fn: FunctionRef,
    summaryOf: (fn: FunctionRef) => FunctionSummary | undefined,
    calls: number,
  ): Generator<FunctionRef> {
    for (const caller of this.program.callers(fn)) {
      const summary = summaryOf(caller);
      if (summary?.calls.some((call) => call.targets.includes(fn) && isUnderLock(call))) yield caller;
      else if (summary === undefined && calls > 1) yield* this.holdersAbove(caller, summaryOf, calls - 1);
    }
  }
}

function isUnderLock({ locksets }: CallSummary): boolean {
  return locksets.some(({ held }) => held.some(({ kind }) => kind !== 'rcu' && kind !== 'seqcount'));
}
