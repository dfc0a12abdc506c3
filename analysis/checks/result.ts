import { isByCall } from '../summaries/solver/lock-functions.js';
import type { LocatedGap } from '../base/gap.js';
import type { SummaryTable } from '../summaries/solver/table.js';
import type { FunctionSummary } from '../summaries/state/types.js';
import { buildGraph } from '../graph/edges/build.js';
import { keyOf, type Collected } from '../graph/events/collect.js';
import type { LockGraph } from '../graph/events/types.js';
import type { AcquiredWithin } from '../graph/edges/acquired-within.js';
import type { Contexts } from '../graph/contexts/contexts.js';
import type { Cured, SwitchPlan } from '../graph/interrupts/sections.js';
import type { DeclaredOrders } from '../graph/orders/declared.js';
import type { ProofRun } from '../graph/paths/proofs.js';
import type { FunctionRef } from '../link/types.js';
import type { Finding, Progress, Reading } from './types.js';
import { BoundSites } from './engine/bound-sites.js';
import type { Plans } from './engine/check.js';
import { costsOf } from './engine/costs.js';
import { describeSummary } from './engine/describe.js';
import type { Analysis, EngineStats, ShownSummary } from './engine/engine.js';
import type { Inspection } from './engine/inspect.js';
import type { AnnotationPlan, TakePlan } from './engine/plans.js';

/** What a complete run leaves. */
export interface CompleteRun extends Pick<Analysis, 'findings' | 'inspection' | 'why'> {
  readonly table: SummaryTable;
  readonly collected: Collected;
  readonly proofs: ProofRun;
  readonly acquiredWithin: AcquiredWithin;
  /** The contexts in which functions are entered; `undefined` if no rule asked for them. */
  readonly contexts: Contexts | undefined;
  readonly plans: Plans;
  readonly orders: () => DeclaredOrders;
  readonly isReported: (file: string) => boolean;
}

/** What a complete run found; the rest is computed when asked for. */
export class Result implements Analysis {
  readonly findings: readonly Finding[];
  readonly inspection: Inspection;
  readonly why: Analysis['why'];
  readonly gaps: readonly LocatedGap[];
  private counted: EngineStats | undefined;
  private built: LockGraph | undefined;

  constructor(private readonly run: CompleteRun) {
    const { proofs, collected } = run;
    this.findings = run.findings;
    this.inspection = run.inspection;
    this.why = run.why;
    const gaps: LocatedGap[] = [...proofs.gaps];
    for (const [fn, summary] of collected.summaries) {
      if (fn.macro !== undefined) continue;
      for (const gap of summary.gaps) gaps.push({ ...gap, file: fn.file, function: fn.name });
    }
    this.gaps = gaps;
  }

  get stats(): EngineStats {
    return (this.counted ??= this.count());
  }

  private count(): EngineStats {
    const bound = new BoundSites(this.run.collected, this.run.table.classes);
    let functionsComplete = 0;
    let lockSitesResolved = 0;
    for (const [fn, summary] of this.run.collected.summaries) {
      if (fn.macro !== undefined || !this.run.isReported(fn.file)) continue;
      if ((fn.item?.lockSites ?? 0) > 0 && summary.gaps.length === 0) functionsComplete++;
      lockSitesResolved += this.resolvedSites(summary, bound);
    }
    return {
      functionsComplete,
      lockSitesResolved,
      costs: costsOf(this.run.collected, this.run.table, this.run.proofs.costs),
    };
  }

  get graph(): LockGraph {
    const steps = this.prepareGraph();
    while (!this.built) steps.next();
    return this.built;
  }

  *prepareGraph(): Generator<Progress, void> {
    const { collected, acquiredWithin, contexts, table } = this.run;
    this.built ??= yield* buildGraph(collected, acquiredWithin, table.classes, table.models, contexts);
  }

  get declared(): DeclaredOrders {
    return this.run.orders();
  }

  /**
   * Lock calls in a function whose class is a declared lock, as seen by the function or by each of its
   * callers.
   */
  private resolvedSites(summary: FunctionSummary, bound: BoundSites): number {
    const events = new Set<number>();
    const { classes } = this.run.table;
    for (const { site, lock, api } of [...summary.acquires, ...summary.uses]) {
      if (isByCall(summary, site) || this.run.table.models.lockApi(api)?.isLockSite !== true) continue;
      const key = keyOf(lock);
      const isDeclared =
        key === undefined ? bound.isDeclared(summary.fn, lock) : classes.info(key)?.declaredAt !== undefined;
      if (isDeclared) events.add(site.event);
    }
    return Math.min(events.size, summary.fn.item?.lockSites ?? events.size);
  }

  summary(fn: FunctionRef): ShownSummary | undefined {
    const summary = this.run.collected.summaries.get(fn);
    const skeleton = this.run.table.program.skeleton(fn);
    return summary && skeleton && describeSummary(summary, skeleton, this.run.table.classes);
  }

  effects(fn: FunctionRef): FunctionSummary | undefined {
    return this.run.collected.summaries.get(fn);
  }

  switchPlan(findingId: string): SwitchPlan | undefined {
    return this.run.plans.switchPlans.get(findingId)?.();
  }

  stillToSwitch(cured: Cured): SwitchPlan | undefined {
    return this.run.plans.lateAsked.switchPlan?.(cured);
  }

  otherSides(findingId: string): readonly Reading[] {
    return this.run.plans.otherSides.get(findingId)?.() ?? [];
  }

  takePlan(findingId: string): TakePlan | undefined {
    return this.run.plans.takePlans.get(findingId);
  }

  annotationPlan(findingId: string): AnnotationPlan | undefined {
    return this.run.plans.annotationPlans.get(findingId);
  }
}
