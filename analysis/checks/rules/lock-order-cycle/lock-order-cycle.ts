import { BOUNDS } from '../../../base/bounds.js';
import { atLeast, lesser, type Confidence } from '../../../base/confidence.js';
import { classOf, witnessOf } from '../../../graph/edges/build.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import { CoarseGraph, type ClassPair } from '../../../graph/edges/candidates.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { EntryLocks } from '../../../graph/contexts/entry.js';
import { Feasibility } from '../../../graph/feasibility/feasibility.js';
import { Semaphores } from '../../../graph/waits/semaphores.js';
import type { Reason } from '../../../graph/feasibility/verdicts.js';
import { Writers } from '../../../graph/events/writers.js';
import { taughtOrders } from '../../../graph/orders/taught.js';
import { chooseSide, isTie } from '../../../graph/orders/side.js';
import type { Check, CheckContext } from '../../engine/check.js';
import { assumptions } from '../../story/assumptions.js';
import { cycleId } from '../../story/cycle-id.js';
import { needsSelfDeadlock } from '../../engine/consequences.js';
import { provenWays } from '../../story/proven-ways.js';
import { withWays } from '../../story/told-ways.js';
import { SelfDeadlocks } from '../self-deadlock/self-deadlock.js';
import { EntrySearch, isEntryItem, ordersAtEntry } from './entry-orders.js';
import { longerOrdersAtEntry } from './longer-entry-orders.js';
import { areOfStrangers, compareDistances, distanceOf, type Distance } from './nearness.js';
import {
  locationOf,
  shown,
  siteNames,
  spoken,
  squiggle,
  tellDependency,
  witnessId,
} from '../../story/story.js';
import type { CheckItem, Turns } from '../../engine/turns.js';
import { sectionOrder } from './section-order.js';
import { ofCycle, ofPair } from './pair-clauses.js';
import { inBothOrders, twoInstances } from './two-instances.js';
import type { Finding, Progress, Reading } from '../../types.js';

export const lockOrderCycle: Check = {
  id: 'lock-order-cycle',
  title: 'Locks are taken in orders that form a cycle',
  severity: 'error',
  *run(context, turns) {
    const { around, finder } = context;
    const graph = new CoarseGraph(
      context.collected,
      finder.acquiredWithin,
      finder.mayAcquire,
      around.classes,
      context.focus,
      (at, what) => finder.giveUp(at, what),
    );
    const callers = new KnownCallers(context.collected);
    const feasibility = cycleJudge(context, callers);
    const cycles = new Cycles(context, graph, feasibility);
    const findings: Finding[] = [];
    const reported = new Set<string>();
    let done = 0;
    const step = (): Progress => ({ stage: 'replay', done: ++done, total: 0 });
    function* atEntry(
      isProven: (one: string, other: string) => boolean,
    ): Generator<Progress, readonly Finding[]> {
      yield* context.prepareContexts();
      const search = new EntrySearch(context, feasibility, callers);
      const pairs = yield* ordersAtEntry(context, turns, search, isProven);
      return [...pairs, ...(yield* longerOrdersAtEntry(context, turns, search, feasibility, graph))];
    }
    if (turns.only !== undefined) {
      yield* askAgain(context, turns, turns.only, feasibility);
      yield* atEntry(() => false);
      yield* sectionOrder(context, turns, () => false);
      return findings;
    }
    for (const pair of graph.pairs()) {
      const finding = pair && turns.has(itemOf(pair)) && (yield* cycles.told(pair));
      if (finding && pair !== undefined) {
        findings.push(finding);
        reported.add(pairKey(...pair));
      }
      yield step();
    }
    for (const candidate of graph.longer((one, other) => cycles.isCertain(one, other))) {
      if (candidate !== undefined && !candidate.isInFocus) cycles.pass(candidate.cycle);
      else if (candidate !== undefined && turns.has(itemOf(candidate.cycle))) {
        const finding = yield* cycles.told(candidate.cycle);
        cycles.pass(candidate.cycle);
        if (finding !== undefined) findings.push(finding);
      }
      yield step();
    }
    const entry = new EntryLocks(around, callers);
    let others: readonly Dependency[] = [];
    for (const pair of graph.loops()) {
      const isNew = pair !== undefined && !reported.has(pairKey(...pair)) && turns.has(loopItem(pair));
      const found = isNew ? yield* finder.search(...pair) : [];
      // One finding for a lock class, whichever nesting levels its instances are taken with.
      if (isNew) others = others.filter(({ from }) => from === pair[0]);
      const finding =
        twoInstances(context, callers, entry, found) ?? inBothOrders(context, entry, found, others);
      others = [...others, ...found];
      if (finding !== undefined && !findings.some(({ id }) => id === finding.id)) findings.push(finding);
      yield step();
    }
    const isReported = (one: string, other: string): boolean => reported.has(pairKey(one, other));
    const isCertain = (one: string, other: string): boolean => cycles.isCertain(one, other);
    findings.push(...(yield* atEntry(isCertain)));
    findings.push(...(yield* sectionOrder(context, turns, isReported)));
    return findings;
  },
};

/** Returns the function that decides whether the sides of a cycle can coincide. */
export function cycleJudge(
  context: CheckContext,
  callers = new KnownCallers(context.collected),
): Feasibility {
  const { around, collected, contexts } = context;
  const entry = new EntryLocks(around, callers);
  const { handedOver } = Semaphores.of(collected, around.classes);
  return new Feasibility(around, callers, { handedOver, entry, writers: new Writers(collected), contexts });
}

/**
 * Proven cycles, and which of them to report: among several over the same two classes, the one with the highest
 * confidence.
 */
class Cycles {
  private readonly proven = new Map<string, Finding | undefined>();
  /** Longer cycles that were judged, or would have been if they were in focus. */
  private readonly passed: (readonly string[])[] = [];
  private readonly deadlocks: SelfDeadlocks;

  constructor(
    private readonly context: CheckContext,
    private readonly graph: CoarseGraph,
    private readonly feasibility: Feasibility,
  ) {
    this.deadlocks = new SelfDeadlocks(context);
  }

  pass(cycle: readonly string[]): void {
    this.passed.push(cycle);
  }

  /**
   * Whether both orders of two classes are proven with high confidence, so that a longer cycle over them adds nothing.
   */
  isCertain(a: string, b: string): boolean {
    return this.proven.get(a < b ? itemOf([a, b]) : itemOf([b, a]))?.confidence === 'high';
  }

  /**
   * The finding for a cycle; `undefined` if there is none. A cycle also gives way to another that shares two of its
   * classes, has at least its confidence, and is shorter, or equally long and earlier. The focus does not influence
   * this choice.
   */
  *told(cycle: readonly string[]): Generator<Progress, Finding | undefined> {
    const finding = yield* this.prove(cycle);
    if (finding === undefined) return undefined;
    const isBetter = (other: Finding | undefined): boolean =>
      other !== undefined && atLeast(other.confidence, finding.confidence);
    for (const pair of this.pairsIn(cycle)) if (isBetter(yield* this.prove(pair))) return undefined;
    for (const other of this.passed) {
      if (other.filter((key) => cycle.includes(key)).length < 2) continue;
      if (isBetter(yield* this.prove(other))) return undefined;
    }
    return finding;
  }

  /** Two-class cycles over classes of a longer cycle. */
  private *pairsIn(cycle: readonly string[]): Generator<ClassPair> {
    if (cycle.length === 2) return;
    for (const a of cycle)
      for (const b of cycle)
        if (a < b && this.graph.from(a).has(b) && this.graph.from(b).has(a)) yield [a, b];
  }

  private *prove(cycle: readonly string[]): Generator<Progress, Finding | undefined> {
    const item = itemOf(cycle);
    if (this.proven.has(item)) return this.proven.get(item);
    const isJudged = this.graph.mayJudge(cycle[0] ?? '');
    const finding = isJudged ? yield* judgeCycle(this.context, this.feasibility, cycle) : undefined;
    const isTold = finding !== undefined && !(yield* needsSelfDeadlock(finding, this.deadlocks));
    this.proven.set(item, isTold ? finding : undefined);
    return isTold ? finding : undefined;
  }
}

/** Prefix of work items about two instances of one class. */
const LOOP = 'loop\n';

/** The work item of a candidate: its classes, each held while the next one is taken. */
function itemOf(cycle: readonly string[]): string {
  return cycle.join('\n');
}

function loopItem(pair: ClassPair): string {
  return LOOP + itemOf(pair);
}

/** The classes of a work item, and whether it is about two instances of one class. */
function classesIn(item: string): { readonly classes: readonly string[]; readonly isLoop: boolean } {
  const isLoop = item.startsWith(LOOP);
  return { classes: (isLoop ? item.slice(LOOP.length) : item).split('\n'), isLoop };
}

/** Searches the dependencies of candidates again. Candidates with missing skeletons cannot be judged yet. */
function* askAgain(
  context: CheckContext,
  turns: Turns,
  only: ReadonlySet<CheckItem>,
  feasibility: Feasibility,
): Generator<Progress, void> {
  for (const item of only) {
    if (typeof item !== 'string' || isEntryItem(item)) continue;
    turns.has(item);
    const { classes, isLoop } = classesIn(item);
    const [from = '', to = ''] = classes;
    if (isLoop) yield* context.finder.search(from, to);
    else yield* judgeCycle(context, feasibility, classes);
    yield { stage: 'replay', done: 0, total: only.size };
  }
}

function pairKey(a: string, b: string): string {
  return a < b ? `${a}\n${b}` : `${b}\n${a}`;
}

interface Judged {
  readonly sides: readonly Dependency[];
  readonly confidence: Confidence;
  readonly reasons: readonly Reason[];
}

/**
 * Judges a cycle whose classes are listed in order: each is held while the next is taken, and the last while the first
 * is taken.
 */
function* judgeCycle(
  context: CheckContext,
  feasibility: Feasibility,
  cycle: readonly string[],
): Generator<Progress, Finding | undefined> {
  const next = (i: number): string => cycle[(i + 1) % cycle.length] ?? '';
  const least = { calls: 0, open: 0 };
  for (const [i, from] of cycle.entries()) {
    const { calls, open } = context.finder.leastCalls(from, next(i));
    least.calls += calls;
    least.open += open;
  }
  if (!atLeast(feasibility.ceiling(cycle, least), context.minimum)) return undefined;
  const options: (readonly Dependency[])[] = [];
  for (const [i, from] of cycle.entries()) {
    const sides = yield* context.finder.witnesses(from, next(i));
    if (sides.length === 0) return undefined;
    options.push(sides);
  }
  const best = bestCombination(context, feasibility, options);
  if (best === undefined) return undefined;
  return report(context, cycle, best, options);
}

/**
 * One witness per side, chosen for the highest confidence; among equals the sides that stand nearest to one another,
 * then the shortest, which come first.
 */
function bestCombination(
  { around }: CheckContext,
  feasibility: Feasibility,
  options: readonly (readonly Dependency[])[],
): Judged | undefined {
  let best: Judged | undefined;
  for (const sides of nearestFirst(options)) {
    const verdict = feasibility.judge(sides);
    if ('excluded' in verdict) continue;
    const isDoubtful = verdict.confidence !== 'low' && areOfStrangers(around, sides);
    const confidence = isDoubtful ? 'low' : verdict.confidence;
    const better =
      best === undefined ||
      (best.confidence !== confidence && lesser(best.confidence, confidence) === best.confidence);
    if (better) best = { sides, confidence, reasons: verdict.reasons };
    if (confidence === 'high') break;
  }
  return best;
}

function nearestFirst(options: readonly (readonly Dependency[])[]): readonly (readonly Dependency[])[] {
  const found: { readonly sides: readonly Dependency[]; readonly distance: Distance }[] = [];
  for (const sides of combinations(options)) {
    if (found.length === BOUNDS.combinationsPerCycle) break;
    found.push({ sides, distance: distanceOf(sides) });
  }
  return found.sort((a, b) => compareDistances(a.distance, b.distance)).map(({ sides }) => sides);
}

/** All choices of one element per list, in order of the sum of indices. */
function* combinations<T>(lists: readonly (readonly T[])[]): Generator<readonly T[]> {
  const most = lists.reduce((sum, list) => sum + list.length - 1, 0);
  for (let sum = 0; sum <= most; sum++) yield* withSum(lists, sum);
}

function* withSum<T>(lists: readonly (readonly T[])[], sum: number): Generator<readonly T[]> {
  const [first, ...rest] = lists;
  if (first === undefined) {
    if (sum === 0) yield [];
    return;
  }
  for (let i = 0; i < first.length && i <= sum; i++) {
    const head = first[i];
    if (head === undefined) continue;
    for (const tail of withSum(rest, sum - i)) yield [head, ...tail];
  }
}

function report(
  context: CheckContext,
  cycle: readonly string[],
  best: Judged,
  options: readonly (readonly Dependency[])[],
): Finding | undefined {
  const { classes } = context.around;
  const sides = best.sides.map((side, i) => ({
    from: classOf(side.from, classes),
    to: classOf(side.to, classes),
    witnesses: [side, ...(options[i] ?? []).filter((other) => other !== side)].map((other) =>
      witnessOf(other, best.confidence),
    ),
  }));
  const declared = [
    ...context.orders().known(cycle, best.sides[0]?.root.file ?? ''),
    ...taughtOrders(context.collected, classes, cycle),
  ];
  const { wrong, reason } = chooseSide(sides, { declared });
  const reading = readingOf(best.sides, wrong, classes);
  if (reading === undefined) return undefined;
  const id = cycleId(cycle);
  if (isTie(reason)) {
    const others = best.sides.flatMap((_, other) => (other === wrong ? [] : other));
    context.otherSides.set(id, () => others.flatMap((other) => readingOf(best.sides, other, classes) ?? []));
  }
  const finding: Finding = {
    id,
    rule: 'lock-order-cycle',
    severity: 'error',
    confidence: best.confidence,
    ...reading,
    assumes: assumptions(best.reasons),
    witnesses: options
      .flatMap((list) =>
        list.map((side) =>
          witnessId([
            'lock-order-cycle',
            side.from,
            side.to,
            ...siteNames(side.holdSteps),
            ...siteNames(side.steps),
          ]),
        ),
      )
      .sort(),
    evidence: [],
    fixes: [],
  };
  provenWays.set(finding, options);
  return withWays(finding, best.sides);
}

/** The report of a cycle in which side `wrong` is the one to change. */
function readingOf(sides: readonly Dependency[], wrong: number, classes: Classes): Reading | undefined {
  const told = [...sides.slice(wrong), ...sides.slice(0, wrong)];
  const [at] = told;
  if (at === undefined) return undefined;
  const names = told.map((side) => shown(classes, side.from));
  return {
    ...message(told, classes),
    at: locationOf(squiggle(at)),
    locks: [...names.slice(1), ...names.slice(0, 1)],
    story: told.flatMap((side, i) => tellDependency(classes, side, i)),
  };
}

type Classes = CheckContext['around']['classes'];

function message(told: readonly Dependency[], classes: Classes): Pick<Finding, 'message' | 'pair'> {
  const [wrong, other] = told;
  if (wrong === undefined || other === undefined) return { message: '' };
  const to = spoken(classes, wrong.to, wrong.from);
  const from = spoken(classes, wrong.from, wrong.to);
  const own = `takes ${to} while holding ${from}`;
  if (told.length === 2) return ofPair(own, other.root.name, 'takes them in the opposite order');
  return {
    message: ofCycle(
      own,
      told.map((side) => shown(classes, side.from)),
    ),
  };
}
