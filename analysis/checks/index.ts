import { isBelow } from '../base/paths.js';
import { EffectsTable } from '../effects/table.js';
import type { Effects } from '../effects/types.js';
import { buildGraph } from '../graph/build.js';
import { collect, keyOf, type Collected } from '../graph/collect.js';
import { Contexts } from '../graph/contexts.js';
import { DeclaredOrders } from '../graph/declared.js';
import { CallerDemands } from '../graph/demand-callers.js';
import { DependencyFinder } from '../graph/dependency.js';
import { Proofs } from '../graph/proofs.js';
import { Reach } from '../graph/reach.js';
import type { SwitchPlan } from '../graph/sections.js';
import type { LockGraph } from '../graph/types.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import type { Check, CheckContext } from './check.js';
import type { AnnotationPlan } from './annotated-effects.js';
import type { TakePlan } from './take-plan.js';
import { BoundSites } from './bound-sites.js';
import { annotationMismatch } from './annotation-mismatch.js';
import { declaredOrder } from './declared-order.js';
import { describeEffects } from './describe.js';
import type {
  Analysis,
  CreateEngine,
  Engine,
  EngineOptions,
  EngineStats,
  FunctionEffects,
  LocatedGap,
} from './engine.js';
import { Inspector, type Inspection } from './inspect.js';
import { irqInversion } from './irq-inversion.js';
import { irqState } from './irq-state.js';
import { withoutConsequences } from './consequences.js';
import { heldFreed } from './held-freed.js';
import { lockOrderCycle } from './lock-order-cycle.js';
import { missingUnlock } from './missing-unlock.js';
import { selfDeadlock } from './self-deadlock.js';
import type { Finding, Progress } from './types.js';
import { sleepInAtomic } from './sleep-in-atomic.js';
import { unbalancedUnlock } from './unbalanced-unlock.js';
import { waitDeadlock } from './wait-deadlock.js';

/** Every rule there is, in the order of their pages. */
export const CHECKS: readonly Check[] = [
  lockOrderCycle,
  selfDeadlock,
  missingUnlock,
  unbalancedUnlock,
  sleepInAtomic,
  irqState,
  irqInversion,
  waitDeadlock,
  heldFreed,
  declaredOrder,
  annotationMismatch,
];

export const createEngine: CreateEngine = (program, models, options) =>
  new LinkedEngine(program, models, options);

class LinkedEngine implements Engine {
  private readonly table: EffectsTable;
  private readonly proofs: Proofs;
  private readonly isReported: (file: string) => boolean;
  private readonly callerDemands: CallerDemands;
  /** Checks that still asked for skeletons when they ran last; the others can wait until these are served. */
  private asking: ReadonlySet<Check> = new Set();

  constructor(
    program: Program,
    models: Models,
    private readonly options: EngineOptions,
  ) {
    this.table = new EffectsTable(program, models);
    this.proofs = new Proofs(this.table);
    this.callerDemands = new CallerDemands(program);
    this.isReported = isBelow(options.report);
  }

  *run(focus?: ReadonlySet<string>): Generator<Progress, Analysis | undefined> {
    yield* this.interpret();
    if (this.table.program.hasDemands()) return undefined;
    const collected = yield* this.collect();
    const reach = new Reach(collected);
    const proofs = this.proofs.begin();
    const finder = new DependencyFinder(this.table, collected, reach, proofs);
    let contexts: Contexts | undefined;
    const allContexts = (): Contexts => (contexts ??= new Contexts(collected));
    let orders: DeclaredOrders | undefined;
    const allOrders = (): DeclaredOrders => (orders ??= new DeclaredOrders(collected, this.table.classes));
    const switchPlans = new Map<string, () => SwitchPlan>();
    const annotationPlans = new Map<string, AnnotationPlan>();
    const takePlans = new Map<string, TakePlan>();
    const { rules, confidence: minimum } = this.options;
    const context: CheckContext = {
      around: this.table,
      collected,
      reach,
      finder,
      proofs,
      contexts: allContexts,
      orders: allOrders,
      minimum,
      focus,
      switchPlans,
      annotationPlans,
      takePlans,
    };
    const checks = CHECKS.filter((check) => rules === undefined || rules.includes(check.id));
    const findings = yield* this.check(checks, context);
    if (findings === undefined) return undefined;
    const inspection = new Inspector(this.table, collected, reach, allContexts);
    return new Result(
      this.table,
      collected,
      reach,
      contexts,
      withoutConsequences(findings, this.table.classes)
        .filter(({ at }) => !this.isProvoked(at.file))
        .sort(byPlace),
      switchPlans,
      annotationPlans,
      takePlans,
      inspection,
      allOrders,
      this.isReported,
    );
  }

  /** The file makes its mistakes on purpose: it tests the lock validator. */
  private isProvoked(file: string): boolean {
    const { program, models } = this.table;
    const functions = program.outline(file)?.functions ?? [];
    return functions.some(({ calls }) => calls.some((name) => models.resetsValidator(name)));
  }

  /** Runs the checks that last asked for something first: while they ask again, no other need run. */
  private *check(
    checks: readonly Check[],
    context: CheckContext,
  ): Generator<Progress, Finding[] | undefined> {
    const { program } = this.table;
    const findings: Finding[] = [];
    const asking = new Set<Check>();
    const last = this.asking;
    const urgent = checks.filter((check) => last.has(check));
    const others = checks.filter((check) => !last.has(check));
    for (const group of [urgent, others]) {
      for (const check of group) {
        const before = program.demandsMade;
        findings.push(...(yield* check.run(context)));
        if (program.demandsMade > before) asking.add(check);
      }
      if (!program.hasDemands()) continue;
      this.asking = asking;
      return undefined;
    }
    this.asking = new Set();
    return findings;
  }

  /** Interprets what may have changed, and asks for the callers that its effects concern. */
  private *interpret(): Generator<Progress, void> {
    const changed = this.table.begin();
    this.callerDemands.begin();
    let done = 0;
    for (const fn of changed) {
      const effects = this.table.effectsOf(fn);
      if (effects === undefined) continue;
      if (fn.macro === undefined) this.callerDemands.add(effects);
      yield { stage: 'effects', done: ++done, total: 0 };
    }
    this.callerDemands.end();
    this.table.settled();
  }

  private *collect(): Generator<Progress, Collected> {
    const steps = collect(this.table);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value;
      yield { stage: 'effects', done: step.value.done, total: 0 };
    }
  }
}

function byPlace(a: Finding, b: Finding): number {
  return (
    compare(a.at.file, b.at.file) ||
    a.at.line - b.at.line ||
    a.at.column - b.at.column ||
    compare(a.rule, b.rule) ||
    compare(a.id, b.id)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

class Result implements Analysis {
  readonly gaps: readonly LocatedGap[];
  private counted: EngineStats | undefined;
  private built: LockGraph | undefined;

  constructor(
    private readonly table: EffectsTable,
    private readonly collected: Collected,
    private readonly reach: Reach,
    private readonly contexts: Contexts | undefined,
    readonly findings: readonly Finding[],
    private readonly switchPlans: ReadonlyMap<string, () => SwitchPlan>,
    private readonly annotationPlans: ReadonlyMap<string, AnnotationPlan>,
    private readonly takePlans: ReadonlyMap<string, TakePlan>,
    readonly inspection: Inspection,
    private readonly orders: () => DeclaredOrders,
    private readonly isReported: (file: string) => boolean,
  ) {
    const gaps: LocatedGap[] = [];
    for (const [fn, effects] of collected.effects) {
      if (fn.macro !== undefined) continue;
      for (const gap of effects.gaps) gaps.push({ ...gap, file: fn.file, function: fn.name });
    }
    this.gaps = gaps;
  }

  get stats(): EngineStats {
    return (this.counted ??= this.count());
  }

  private count(): EngineStats {
    const bound = new BoundSites(this.collected, this.table.classes);
    let functionsComplete = 0;
    let lockSitesResolved = 0;
    for (const [fn, effects] of this.collected.effects) {
      if (fn.macro !== undefined || !this.isReported(fn.file)) continue;
      if ((fn.item?.lockSites ?? 0) > 0 && effects.gaps.length === 0) functionsComplete++;
      lockSitesResolved += this.resolvedSites(effects, bound);
    }
    return { functionsComplete, lockSitesResolved };
  }

  get graph(): LockGraph {
    const steps = this.prepareGraph();
    while (!this.built) steps.next();
    return this.built;
  }

  *prepareGraph(): Generator<Progress, void> {
    const { classes, models } = this.table;
    this.built ??= yield* buildGraph(this.collected, this.reach, classes, models, this.contexts);
  }

  get declared(): DeclaredOrders {
    return this.orders();
  }

  /**
   * Lock calls written in a function whose class is a declared lock (DESIGN §6): as the function sees it, or as
   * each of its callers does.
   */
  private resolvedSites(effects: Effects, bound: BoundSites): number {
    const events = new Set<number>();
    const { classes } = this.table;
    for (const { site, lock, api } of [...effects.acquires, ...effects.uses]) {
      if (site.via !== undefined || this.table.models.lockApi(api)?.isLockSite !== true) continue;
      const key = keyOf(lock);
      const isDeclared =
        key === undefined ? bound.isDeclared(effects.fn, lock) : classes.info(key)?.declaredAt !== undefined;
      if (isDeclared) events.add(site.event);
    }
    return Math.min(events.size, effects.fn.item?.lockSites ?? events.size);
  }

  effects(fn: FunctionRef): FunctionEffects | undefined {
    const effects = this.collected.effects.get(fn);
    const skeleton = this.table.program.skeleton(fn);
    return effects && skeleton && describeEffects(effects, skeleton, this.table.classes);
  }

  switchPlan(findingId: string): SwitchPlan | undefined {
    return this.switchPlans.get(findingId)?.();
  }

  takePlan(findingId: string): TakePlan | undefined {
    return this.takePlans.get(findingId);
  }

  annotationPlan(findingId: string): AnnotationPlan | undefined {
    return this.annotationPlans.get(findingId);
  }
}
