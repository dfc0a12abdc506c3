import { BOUNDS } from '../base/bounds.js';
import { atLeast } from '../base/confidence.js';
import { isBelow } from '../base/paths.js';
import { runToEnd } from '../base/progress.js';
import { SummaryTable } from '../summaries/solver/table.js';
import type { FunctionSummary } from '../summaries/state/types.js';
import { Contributions, type Collected } from '../graph/events/collect.js';
import { ContextMemory } from '../graph/contexts/context-memory.js';
import { Contexts } from '../graph/contexts/contexts.js';
import { DeclaredOrders } from '../graph/orders/declared.js';
import { CallerDemands } from '../graph/paths/demand-callers.js';
import { PointerDemands } from '../graph/paths/demand-pointers.js';
import { DependencyFinder } from '../graph/edges/dependency.js';
import { LockCalls, MayAcquire } from '../graph/edges/may-acquire.js';
import { Proofs } from '../graph/paths/proofs.js';
import { AcquiredWithin } from '../graph/edges/acquired-within.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import { newPlans, type Check, type CheckContext } from './engine/check.js';
import { annotationMismatch } from './rules/annotation-mismatch/annotation-mismatch.js';
import { DeadArms } from './engine/dead-arms.js';
import { GivenValues } from './engine/given-values.js';
import { declaredOrder } from './rules/declared-order/declared-order.js';
import type { Analysis, CreateEngine, Engine, EngineOptions } from './engine/engine.js';
import { Inspector } from './engine/inspect.js';
import { irqInversion } from './rules/irq-inversion/irq-inversion.js';
import { irqState } from './rules/irq-state/irq-state.js';
import { withoutConsequences } from './engine/consequences.js';
import { heldFreed } from './rules/held-freed/held-freed.js';
import { lockOrderCycle } from './rules/lock-order-cycle/lock-order-cycle.js';
import { missingUnlock } from './rules/missing-unlock/missing-unlock.js';
import { selfDeadlock } from './rules/self-deadlock/self-deadlock.js';
import { Result } from './result.js';
import type { Finding, Progress } from './types.js';
import { sleepInAtomic } from './rules/sleep-in-atomic/sleep-in-atomic.js';
import { byPlace } from './engine/told.js';
import { QuietFunctions } from './engine/quiet.js';
import { Turns, type CheckItem } from './engine/turns.js';
import { unbalancedUnlock } from './rules/unbalanced-unlock/unbalanced-unlock.js';
import { waitDeadlock } from './rules/wait-deadlock/wait-deadlock.js';
import { whyOrders } from './engine/why.js';
import { NeededBodies } from './story/needed-bodies.js';
import { withShortNames } from './story/short-names.js';

/** All rules, in the order of their pages. */
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

/** A complete run, and the version of the program it ran on. */
interface Complete {
  readonly changes: number;
  readonly focus: ReadonlySet<string> | undefined;
  readonly analysis: Analysis;
}

class LinkedEngine implements Engine {
  private readonly table: SummaryTable;
  private readonly proofs: Proofs;
  private readonly isReported: (file: string) => boolean;
  private readonly callerDemands: CallerDemands;
  private readonly pointerDemands: PointerDemands;
  /** Checks that demanded skeletons in their last run. */
  private asking = new Map<Check, Turns>();
  /** Cheapest first: cycles are proven by replaying paths, and annotations are compared with the locks that callers hold. */
  private readonly order = [...CHECKS].reverse();
  /** The turns of the running check. */
  private turns: Turns | undefined;
  /** How often all checks have processed all items. */
  private sweeps = 0;
  /** Index of the check that runs first: the last one that demanded something. */
  private first = 0;
  private readonly quiet: QuietFunctions;
  private readonly contextMemory = new ContextMemory();
  private readonly contributions = new Contributions();
  private orders: DeclaredOrders | undefined;
  private complete: Complete | undefined;

  constructor(
    program: Program,
    private readonly models: Models,
    private readonly options: EngineOptions,
  ) {
    this.table = new SummaryTable(program, models);
    this.proofs = new Proofs(this.table);
    this.callerDemands = new CallerDemands(program);
    this.pointerDemands = new PointerDemands(program);
    this.quiet = new QuietFunctions(program);
    this.isReported = isBelow(options.report);
  }

  *run(focus?: ReadonlySet<string>): Generator<Progress, Analysis | undefined> {
    const { program } = this.table;
    const { changes } = program;
    const { complete } = this;
    // Consumers of a result may demand more skeletons, and a later run may find more with them.
    const isLast = complete?.changes === changes && !program.hasDemands();
    if (isLast && sameSet(complete.focus, focus)) return complete.analysis;
    const analysis = yield* this.runAgain(focus);
    if (analysis !== undefined) this.complete = { changes, focus, analysis };
    return analysis;
  }

  lighten(): void {
    this.proofs.forget();
  }

  twin(program: Program, options: EngineOptions): Engine | undefined {
    if (this.complete?.changes !== this.table.program.changes) return undefined;
    const twin = new LinkedEngine(program, this.models, options);
    twin.table.adopt(this.table);
    twin.contributions.adopt(this.contributions);
    return twin;
  }

  private *runAgain(focus: ReadonlySet<string> | undefined): Generator<Progress, Analysis | undefined> {
    yield* this.interpret();
    if (this.table.program.hasDemands()) return undefined;
    const collected = yield* this.collect();
    const acquiredWithin = new AcquiredWithin(collected);
    const proofs = this.proofs.begin();
    const finder = new DependencyFinder(
      this.table,
      collected,
      acquiredWithin,
      new MayAcquire(new LockCalls(collected)),
      proofs,
    );
    let contexts: Contexts | undefined;
    const memory = this.contextMemory;
    const readContexts = this.shared(() => Contexts.read(collected, memory));
    const prepareContexts = function* (): Generator<Progress, void> {
      contexts ??= yield* readContexts();
    };
    const allContexts = (): Contexts => (contexts ??= runToEnd(readContexts()));
    let orders: DeclaredOrders | undefined;
    const allOrders = (): DeclaredOrders =>
      (orders ??= this.orders = DeclaredOrders.read(collected, this.table.classes, this.orders));
    const plans = newPlans();
    const { rules, confidence: minimum } = this.options;
    const focusFiles = focus && [...focus].sort();
    const context: CheckContext = {
      around: this.table,
      collected,
      acquiredWithin,
      finder,
      proofs,
      contexts: allContexts,
      prepareContexts,
      orders: allOrders,
      minimum,
      focus,
      focused: () => collected.inFiles(focusFiles),
      ...plans,
    };
    const isAsked = ({ id }: Pick<Check, 'id'>): boolean => rules === undefined || rules.includes(id);
    // Runs every rule, whichever are requested: every rule demands bodies, and the known bodies determine what is
    // found.
    const values = new GivenValues(context);
    const bodies = new NeededBodies(this.table.program);
    const weighed = (found: readonly Finding[]): readonly Finding[] =>
      found.map((finding) => {
        if (!atLeast(finding.confidence, minimum)) return finding;
        bodies.demand(finding);
        return values.weighed(finding);
      });
    const findings = yield* this.check(context, weighed);
    if (findings === undefined) return undefined;
    this.proofs.end();
    const deadArms = new DeadArms(this.table.program);
    return new Result({
      table: this.table,
      collected,
      proofs,
      acquiredWithin,
      contexts,
      findings: withoutConsequences(findings)
        .filter(({ rule, at }) => isAsked({ id: rule }) && !this.isProvoked(at.file))
        .filter((finding) => takesPart(finding, focus))
        .map((finding) => deadArms.weighed(finding))
        .map((finding) => withShortNames(finding, this.table.program))
        .sort(byPlace),
      plans,
      inspection: new Inspector(this.table, collected, acquiredWithin, allContexts),
      why: (from, to) => whyOrders(context, from, to),
      orders: allOrders,
      isReported: this.isReported,
    });
  }

  /** The file contains deliberate bugs: it tests lockdep. */
  private isProvoked(file: string): boolean {
    const { program, models } = this.table;
    const functions = program.outline(file)?.functions ?? [];
    return functions.some(({ calls }) => calls.some((name) => models.resetsValidator(name)));
  }

  /**
   * Runs the checks: first those that demanded skeletons, alone as long as they demand more, then all of them in a
   * sweep. In the first sweeps all checks demand what they lack before any of it arrives. Later, a check that demands
   * something ends the sweep, and the next one begins with it: a result needs one sweep without demands, and the
   * checks before it would otherwise run once more for each check behind them. `weigh` demands skeletons, too, so the
   * findings of a check are weighed before the next check runs.
   */
  private *check(
    context: CheckContext,
    weigh: (found: readonly Finding[]) => readonly Finding[],
  ): Generator<Progress, Finding[] | undefined> {
    const { program } = this.table;
    const asked = this.asking;
    this.asking = new Map();
    for (const [check, turns] of asked) yield* this.look(check, context, turns.again);
    if (program.hasDemands()) return undefined;
    const found = new Map<Check, readonly Finding[]>();
    const isEarly = this.sweeps < BOUNDS.sweepsToEnd;
    const { first, order } = this;
    for (const check of [...order.slice(first), ...order.slice(0, first)]) {
      found.set(check, weigh(yield* this.look(check, context, undefined)));
      if (isEarly || !program.hasDemands()) continue;
      this.first = order.indexOf(check);
      return undefined;
    }
    this.sweeps++;
    return program.hasDemands() ? undefined : CHECKS.flatMap((check) => found.get(check) ?? []);
  }

  /**
   * Work that all checks share. Its demands do not count as those of the item that happens to need it first; the last
   * sweep sees what arrived.
   */
  private shared<T>(start: () => Generator<Progress, T>): () => Generator<Progress, T> {
    const { table } = this;
    const turns = (): Turns | undefined => this.turns;
    return function* () {
      const before = table.program.demandsMade;
      const result = yield* start();
      turns()?.exclude(table.program.demandsMade - before);
      return result;
    };
  }

  /** Runs one check over all or some of its items, and records which of them demand skeletons. */
  private *look(
    check: Check,
    context: CheckContext,
    only: ReadonlySet<CheckItem> | undefined,
  ): Generator<Progress, readonly Finding[]> {
    const turns = new Turns(this.table.program, only, this.quiet.of(check));
    this.turns = turns;
    const findings = yield* check.run(context, turns);
    turns.end();
    this.turns = undefined;
    if (turns.hasAsked) this.asking.set(check, turns);
    return findings;
  }

  /** Interprets what may have changed, and demands the callers that its summary concerns. */
  private *interpret(): Generator<Progress, void> {
    const { table } = this;
    const { isNew, program } = table;
    let linked = 0;
    for (const _ of program.prepare()) yield { stage: 'bind', done: ++linked, total: 2 * program.files.size };
    const changed = table.begin();
    this.quiet.forget(changed);
    for (const { done } of table.ask(changed)) yield { stage: 'selection', done, total: 0 };
    if (program.hasDemands()) return;
    let done = 0;
    for (const _ of this.callerDemands.begin()) yield { stage: 'selection', done, total: 0 };
    for (const macro of this.callerDemands.macros()) {
      const summary = macro && (yield* this.summaryOf(macro, done));
      if (summary !== undefined) this.callerDemands.add(summary);
      else yield { stage: 'summaries', done, total: 0 };
    }
    for (const fn of changed) {
      const summary = yield* this.summaryOf(fn, done);
      if (summary === undefined) {
        // The first run considers the callers of every function.
        if (!isNew && !program.hasSkeleton(fn)) {
          const summaryOf = (other: FunctionRef): FunctionSummary | undefined => table.summaryOf(other);
          this.callerDemands.addCaller(fn, summaryOf);
          this.pointerDemands.addCallee(fn, summaryOf);
        }
        continue;
      }
      this.callerDemands.add(summary);
      this.pointerDemands.add(summary);
      yield { stage: 'summaries', done: ++done, total: 0 };
    }
    for (const _ of this.callerDemands.end()) yield { stage: 'selection', done, total: 0 };
    this.table.settled();
  }

  /** A function's summary, computed in slices, after `done` others. */
  private *summaryOf(fn: FunctionRef, done: number): Generator<Progress, FunctionSummary | undefined> {
    const work = this.table.computed(fn);
    for (let step = work.next(); ; step = work.next()) {
      if (step.done === true) return step.value;
      yield { stage: 'summaries', done, total: 0 };
    }
  }

  private *collect(): Generator<Progress, Collected> {
    const steps = this.contributions.collect(this.table);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value;
      yield { stage: 'summaries', done: step.value.done, total: 0 };
    }
  }
}

/**
 * Whether a file of the focus takes part in a finding. A check may also make other findings, without the bodies that
 * a run over everything demands.
 */
function takesPart({ at, story }: Finding, focus: ReadonlySet<string> | undefined): boolean {
  return focus === undefined || focus.has(at.file) || story.some(({ file }) => focus.has(file));
}

function sameSet(left: ReadonlySet<string> | undefined, right: ReadonlySet<string> | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left.size === right.size && [...left].every((each) => right.has(each));
}
