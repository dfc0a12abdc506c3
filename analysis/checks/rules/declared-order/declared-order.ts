import { BOUNDS } from '../../../base/bounds.js';
import { atLeast, lesser, type Confidence } from '../../../base/confidence.js';
import { hashText } from '../../../base/hash.js';
import { folderOf, isBelow, isOrderFile } from '../../../base/paths.js';
import { append } from '../../../base/lists.js';
import type { Contradiction, DeclaredOrder } from '../../../graph/orders/declared.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import { Writers } from '../../../graph/events/writers.js';
import { EntryLocks } from '../../../graph/contexts/entry.js';
import { Feasibility } from '../../../graph/feasibility/feasibility.js';
import { Semaphores } from '../../../graph/waits/semaphores.js';
import type { FunctionRef } from '../../../link/types.js';
import type { Check, CheckContext } from '../../engine/check.js';
import {
  locationOf,
  shown,
  siteNames,
  spoken,
  squiggle,
  tellDependency,
  witnessId,
} from '../../story/story.js';
import type { Assumption, Finding, Progress, StoryStep } from '../../types.js';

export const declaredOrder: Check = {
  id: 'declared-order',
  title: 'Locks are taken against a declared order',
  severity: 'warning',
  *run(context) {
    const declared = context.orders();
    const callers = new KnownCallers(context.collected);
    const feasibility = new Feasibility(context.around, callers, {
      handedOver: Semaphores.of(context.collected, context.around.classes).handedOver,
      entry: new EntryLocks(context.around, callers),
      writers: new Writers(context.collected),
      contexts: context.contexts,
    });
    const findings = new Map<string, Finding>();
    let done = 0;
    for (const order of declared.orders) {
      for (const finding of yield* againstOrder(context, feasibility, order))
        if (!findings.has(finding.id)) findings.set(finding.id, finding);
      yield { stage: 'check', done: ++done, total: declared.orders.length };
    }
    for (const contradiction of declared.contradictions()) {
      const finding = contradicting(context, contradiction);
      if (finding !== undefined) findings.set(finding.id, finding);
    }
    return [...findings.values()];
  },
};

/** Whether a finding against this order can reach the minimum confidence. Checked first, as the search is expensive. */
function isWorthwhile(
  { finder, minimum }: CheckContext,
  feasibility: Feasibility,
  order: DeclaredOrder,
): boolean {
  if (order.form !== 'declared') {
    if (!atLeast(feasibility.ceiling([order.from, order.to], { calls: 0, open: 0 }), minimum)) return false;
    if (minimum === 'high') return isPlain(order) && finder.isDirect(order.to, order.from);
  }
  const { calls } = finder.leastCalls(order.to, order.from);
  return Number.isFinite(calls) && atLeast(byLength(calls), minimum);
}

function byLength(calls: number): Confidence {
  return calls <= BOUNDS.declaredCallsHigh ? 'high' : calls <= BOUNDS.declaredCallsMedium ? 'medium' : 'low';
}

/** Whether the comment states an order between two unambiguous locks and nothing else. */
function isPlain({ form, certain }: DeclaredOrder): boolean {
  return (form === 'chain' || form === 'table') && certain;
}

/** Returns one finding for each function that takes the second lock of an order first. */
function* againstOrder(
  context: CheckContext,
  feasibility: Feasibility,
  order: DeclaredOrder,
): Generator<Progress, readonly Finding[]> {
  const { finder, focus } = context;
  if (!isWorthwhile(context, feasibility, order)) return [];
  const isInScope = isBelow(order.scope === '' ? [] : [order.scope]);
  const byRoot = new Map<FunctionRef, Dependency[]>();
  for (const wrong of yield* finder.search(order.to, order.from)) {
    if (!isInScope(wrong.root.file) || overruled(context, order, wrong)) continue;
    const files = [order.at, ...wrong.steps.map((step) => step.fn)].map(({ file }) => file);
    if (focus !== undefined && !files.some((file) => focus.has(file))) continue;
    append(byRoot, wrong.root, wrong);
  }
  if (byRoot.size === 0) return [];
  const right = yield* finder.search(order.from, order.to);
  const along = new Set(right.map(({ root }) => root)).size;
  return [...byRoot.values()].flatMap(
    (ways) => report(context, feasibility, order, ways, { along, against: byRoot.size }) ?? [],
  );
}

/** Whether a declaration closer to this function states the opposite order. */
function overruled(context: CheckContext, order: DeclaredOrder, wrong: Dependency): boolean {
  const [nearest] = context.orders().between(order.from, order.to, wrong.root.file);
  return nearest !== undefined && nearest.from !== order.from && nearest.scope.length > order.scope.length;
}

/** How many functions follow a declared order, and how many do not. */
interface Majority {
  readonly along: number;
  readonly against: number;
}

function report(
  context: CheckContext,
  feasibility: Feasibility,
  order: DeclaredOrder,
  ways: readonly Dependency[],
  majority: Majority,
): Finding | undefined {
  const { along, against } = majority;
  const [wrong] = ways;
  if (wrong === undefined || wrong.held.some((lock) => lock !== wrong.holds && sameClass(lock, order.from)))
    return undefined;
  const { classes } = context.around;
  const from = spoken(classes, order.from, order.to);
  const to = spoken(classes, order.to, order.from);
  const isFile = order.form === 'declared';
  // An order file that names two classes covers all locks of these classes.
  const weighed = feasibility.alone(wrong, isFile ? ['same-instance', 'subclass'] : []);
  const source = isFile ? order.at.file : `a comment in ${order.at.file}`;
  const assumes: Assumption[] = [
    { reason: 'declared', text: `the order declared in ${order.at.file} is the intended one` },
    ...(along + against > 0
      ? [{ reason: 'majority', text: `functions that follow it: ${along}; that do not: ${against}` }]
      : []),
    ...weighed.reasons.map(({ reason, text }) => ({ reason, text })),
  ];
  return {
    id: hashText(['declared-order', order.from, order.to, wrong.root.file, wrong.root.name].join('\n')),
    rule: 'declared-order',
    severity: 'warning',
    confidence: isAboutOthers(context, order, wrong)
      ? lesser('medium', confidenceOf(order, wrong, weighed.confidence, majority))
      : confidenceOf(order, wrong, weighed.confidence, majority),
    message: `takes ${from} while holding ${to}, against the order that ${source} declares`,
    at: locationOf(squiggle(wrong)),
    locks: [shown(classes, order.from), shown(classes, order.to)],
    story: [
      ...tellDependency(classes, wrong, 0),
      declaration(order, `says that ${from} is taken before ${to}`),
    ],
    assumes,
    witnesses: ways
      .map((way) =>
        witnessId([
          'declared-order',
          order.from,
          order.to,
          ...siteNames(way.holdSteps),
          ...siteNames(way.steps),
        ]),
      )
      .sort(),
    evidence: [],
    fixes: [],
  };
}

function sameClass(
  lock: { readonly key: string | undefined; readonly fallback: string | undefined },
  key: string,
): boolean {
  return (lock.key ?? lock.fallback) === key;
}

function declaration({ at }: DeclaredOrder, text: string): StoryStep {
  return { path: 0, ...at, function: '', text, held: [] };
}

/** Whether the order is a comment by one user of a shared lock class and the code belongs to another user. */
function isAboutOthers(
  { around: { classes } }: CheckContext,
  order: DeclaredOrder,
  wrong: Dependency,
): boolean {
  if (order.form === 'declared') return false;
  const isShared = [order.from, order.to].some((key) => classes.info(key)?.generic === true);
  return isShared && !isBelow([folderOf(order.at.file) || '.'])(wrong.root.file);
}

function confidenceOf(
  order: DeclaredOrder,
  { calls }: Dependency,
  weighed: Confidence,
  { along, against }: Majority,
): Confidence {
  let confidence = lesser(weighed, byLength(calls));
  if (order.form === 'declared') return confidence;
  // If most code violates a comment, the comment is outdated or about other locks.
  if (against > along) return 'low';
  confidence = lesser(confidence, isPlain(order) && along > 0 && calls === 0 ? 'high' : 'medium');
  return order.certain ? confidence : lesser(confidence, along > 0 ? 'medium' : 'low');
}

/** Reports declarations that contradict each other. */
function contradicting(context: CheckContext, orders: Contradiction): Finding | undefined {
  const { focus } = context;
  const told = [...orders].sort((a, b) => Number(isOrderFile(a.at.file)) - Number(isOrderFile(b.at.file)));
  const last = told.at(-1);
  if (last === undefined || (focus !== undefined && !orders.some(({ at }) => focus.has(at.file))))
    return undefined;
  const { classes } = context.around;
  const before = ({ from, to }: DeclaredOrder): string =>
    `${spoken(classes, from, to)} before ${spoken(classes, to, from)}`;
  const others = told.filter((order) => order !== last);
  const files = orders.filter(({ at }) => isOrderFile(at.file)).length;
  const keys = orders.map(({ from }) => from).sort();
  return {
    id: hashText(['declared-order', 'contradiction', ...keys].join('\n')),
    rule: 'declared-order',
    severity: 'warning',
    confidence: files === orders.length ? 'high' : files > 0 ? 'medium' : 'low',
    message: `declares ${before(last)}, which contradicts ${others.map((each) => `${before(each)} (${each.at.file})`).join(' and ')}`,
    at: { ...last.at, function: '' },
    locks: orders.map(({ from }) => shown(classes, from)),
    story: [last, ...others].map((order) =>
      declaration(order, `says that ${before(order).replace(' before ', ' is taken before ')}`),
    ),
    assumes: [],
    witnesses: [witnessId(['declared-order', 'contradiction', ...keys])],
    evidence: [],
    fixes: [],
  };
}
