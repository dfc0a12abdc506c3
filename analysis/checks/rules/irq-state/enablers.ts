import { isByCall } from '../../../summaries/solver/lock-functions.js';
import { BOUNDS } from '../../../base/bounds.js';
import { targetsInFolder, target, within, type Within } from '../../../graph/events/bounded.js';
import { handlersOf } from '../../../graph/contexts/handlers.js';
import type { FunctionRef } from '../../../link/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { FlowGraph } from '../../../summaries/state/flow-graph.js';
import type { CallSummary, FunctionSummary, LockRef, Lockset, Site } from '../../../summaries/state/types.js';

/** An event that enables interrupts or bottom halves unconditionally. */
export interface Enabler {
  readonly what: 'irq' | 'bh';
  readonly api: string;
  readonly site: Site;
  readonly lock: LockRef | undefined;
  readonly locksets: readonly Lockset[];
  /** The lock is the caller's. */
  readonly isForeign: boolean;
}

/** What enables interrupts or bottom halves, and the calls that lead there. */
export class Enablers {
  private readonly known = new Map<FunctionSummary, readonly Enabler[]>();
  private readonly reaching: Within;

  /** @param isPrivate whether only the source file of a function can call it */
  constructor(
    private readonly around: Surroundings,
    private readonly isPrivate: (fn: FunctionRef) => boolean,
  ) {
    this.reaching = within(around, (fn) => this.enables(fn));
  }

  /** The enablers of one function, without those of its callees. */
  of(summary: FunctionSummary): readonly Enabler[] {
    let enablers = this.known.get(summary);
    if (enablers === undefined) {
      enablers = this.find(summary);
      this.known.set(summary, enablers);
    }
    return enablers;
  }

  /** Whether a function or its callees may enable interrupts or bottom halves. */
  reach(fn: FunctionRef): boolean {
    return this.reaching.of(fn, BOUNDS.callsToIrqEnable);
  }

  /**
   * The enablers that a function's own calls lead to, each with the steps that lead there. Follows calls with one
   * target, and calls through a pointer whose targets are all visible: those of a private table, or of functions in
   * the folder.
   */
  *through(
    summary: FunctionSummary,
    mayEnter: (call: CallSummary) => boolean = () => true,
  ): Generator<readonly [readonly Site[], Enabler]> {
    const { fn } = summary;
    for (const call of summary.calls) {
      if (call.site.via !== undefined || !mayEnter(call) || isAgain(summary, call)) continue;
      for (const callee of this.targets(call))
        if (callee !== fn) yield* this.below([call.site], callee, BOUNDS.callsToIrqEnable - 1, [fn]);
    }
  }

  private targets(call: CallSummary): readonly FunctionRef[] {
    const callee = target(call);
    if (callee !== undefined) return [callee];
    return call.targets.length <= BOUNDS.slotTargets && call.targets.every(this.isPrivate)
      ? call.targets
      : targetsInFolder(call);
  }

  /**
   * The enablers in a callee and at most `calls` calls below it, each with the steps behind `steps`. A function that
   * never returns has no effect on its caller's state. `above`: the functions already on the path.
   */
  private *below(
    steps: readonly Site[],
    callee: FunctionRef,
    calls: number,
    above: readonly FunctionRef[],
  ): Generator<readonly [readonly Site[], Enabler]> {
    if (above.includes(callee) || !this.reaching.of(callee, calls)) return;
    if (this.around.models.isNoReturn(callee.name)) return;
    const summary = this.around.summaryOf(callee);
    if (summary === undefined) {
      this.around.program.demand(callee, 'path');
      return;
    }
    const skeleton = this.around.program.skeleton(callee);
    const comesBack = ({ event }: Site): boolean =>
      skeleton === undefined || FlowGraph.of(skeleton).returnsAfter(event);
    for (const enabler of this.of(summary))
      if (comesBack(enabler.site)) yield [[...steps, enabler.site], enabler];
    if (calls === 0) return;
    for (const call of summary.calls) {
      if (call.site.via !== undefined || !comesBack(call.site) || isAgain(summary, call)) continue;
      for (const next of this.targets(call))
        yield* this.below([...steps, call.site], next, calls - 1, [...above, callee]);
    }
  }

  private find(summary: FunctionSummary): readonly Enabler[] {
    const { models } = this.around;
    const out: Enabler[] = [];
    for (const { k, ended, api, site, lock, locksets } of summary.uses) {
      const model = models.lockApi(api);
      if (k !== 'release' || ended === 'again' || model === undefined || isByCall(summary, site)) continue;
      const isForeign = ended === 'foreign';
      const enables = model.irq === 'enable' || (model.op !== 'release' && model.irq === 'disable');
      if (enables) out.push({ what: 'irq', api, site, lock, locksets, isForeign });
      else if (model.bh === true) out.push({ what: 'bh', api, site, lock, locksets, isForeign });
    }
    for (const { api, site, locksets } of summary.apis) {
      const model = models.api(api);
      if (model?.change !== 'enable' || (model.context !== 'irq' && model.context !== 'bh')) continue;
      out.push({ what: model.context, api, site, lock: undefined, locksets, isForeign: false });
    }
    return out;
  }

  private enables(fn: FunctionRef): boolean {
    const summary = this.around.summaryOf(fn);
    return summary === undefined ? this.switches(fn) : this.of(summary).length > 0;
  }

  /** Whether a function without effects (it takes no lock) enables or disables interrupts itself. */
  private switches(fn: FunctionRef): boolean {
    const { program, models } = this.around;
    const outline = program.outline(fn.file);
    return (
      fn.macro === undefined &&
      outline !== undefined &&
      handlersOf(outline, models).switching.includes(fn.index)
    );
  }
}

/** Whether the call of a lock function releases a lock for the second time, which is a mistake of its own. */
function isAgain({ uses }: FunctionSummary, { site: { event } }: CallSummary): boolean {
  return uses.some(({ ended, site }) => ended === 'again' && site.event === event);
}
