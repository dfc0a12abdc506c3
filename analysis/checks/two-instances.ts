import type { Confidence } from '../base/confidence.js';
import { hashText } from '../base/hash.js';
import { withoutSubclass } from '../effects/held.js';
import { rootOf, someTerm, type Term } from '../effects/terms.js';
import type { KnownCallers } from '../graph/callers.js';
import type { Dependency } from '../graph/dependency.js';
import type { ExprId, Skeleton } from '../summary/types.js';
import type { CheckContext } from './check.js';
import { locationOf, shown, siteNames, spoken, squiggle, tellDependency, witnessId } from './story.js';
import type { Finding } from './types.js';

const ORDERS: ReadonlySet<string> = new Set(['<', '>', '<=', '>=']);

/**
 * Two instances of one class with nothing that orders them: `lock(&a->l); lock(&b->l)` in a function that
 * may be called with the two exchanged, or elements of one array taken upwards here and downwards there. A
 * hierarchy (one is reached through the other) or a comparison of the two is an order. A nesting annotation
 * only silences lockdep: it is an order unless callers are seen to pass the two both ways.
 */
export function twoInstances(
  context: CheckContext,
  callers: KnownCallers,
  dependencies: readonly Dependency[],
): Finding | undefined {
  for (const side of dependencies) {
    const [a, b] = [side.holds.term, side.lock.term];
    if (a.key === b.key || !exchangeable(a, b) || isOrdered(context, a, b, side)) continue;
    const passed = exchanged(callers, side);
    // A nesting annotation stands for an order that the caller knows, unless callers are seen to break it.
    if (side.from !== side.to && passed !== true) continue;
    const isOrder = passed === false || (passed === undefined && passedInOrder(callers, side));
    return report(context, [side], confidenceOf(context, side, isOrder));
  }
  const upward = dependencies.find((side) => direction(side) > 0);
  const downward = dependencies.find((side) => direction(side) < 0);
  if (upward === undefined || downward === undefined) return undefined;
  return report(context, [downward, upward], upward.calls + downward.calls <= 3 ? 'high' : 'medium');
}

/** The two are named alike from two parameters, so another caller may name them the other way round. */
function exchangeable(a: Term, b: Term): boolean {
  const [x, y] = [rootOf(a), rootOf(b)];
  if (x.k !== 'parameter' || y.k !== 'parameter' || x.key === y.key) return false;
  return a.key.replaceAll(x.key, '@') === b.key.replaceAll(y.key, '@');
}

/** The path compared the two objects before, or its function does so to exchange them. */
function isOrdered(context: CheckContext, a: Term, b: Term, side: Dependency): boolean {
  const [x, y] = [rootOf(a).key, rootOf(b).key];
  if (side.steps.some(({ fn }) => comparesParameters(context.around.program.skeleton(fn)))) return true;
  for (const { term } of side.facts.known()) {
    if (term.k !== 'operation' || !ORDERS.has(term.op)) continue;
    const mentions = (key: string): boolean => someTerm(term, (part) => part.key === key);
    if (mentions(x) && mentions(y)) return true;
  }
  return false;
}

/** A comparison by size of two parameters that are pointers: an order by address. */
function comparesParameters(skeleton: Skeleton | undefined): boolean {
  const { exprs = [], parameters = [] } = skeleton ?? {};
  const isPointer = (id: ExprId): boolean => {
    let expr = exprs[id];
    while (expr?.k === 'cast') expr = exprs[expr.base];
    return expr?.k === 'parameter' && parameters[expr.index]?.type.endsWith('*') === true;
  };
  return exprs.some(
    (expr) => expr.k === 'binary' && ORDERS.has(expr.op) && isPointer(expr.left) && isPointer(expr.right),
  );
}

/** Whether two callers pass the same two objects in opposite order; `undefined` when not all callers are known. */
function exchanged(callers: KnownCallers, side: Dependency): boolean | undefined {
  const calls = callers.of(side.root);
  const [x, y] = [rootOf(side.holds.term), rootOf(side.lock.term)];
  if (calls === undefined || x.k !== 'parameter' || y.k !== 'parameter') return undefined;
  const passed = new Set<string>();
  for (const { args } of calls) {
    const [first, second] = [args?.[x.index]?.key ?? '', args?.[y.index]?.key ?? ''];
    if (passed.has(`${second},${first}`) && first !== second) return true;
    passed.add(`${first},${second}`);
  }
  return false;
}

/**
 * Every call in sight names the first by the member of an object that it is, and no chain of calls leads from the
 * second of one back to its first: the queue that is emptied comes before the one that is filled.
 */
function passedInOrder(callers: KnownCallers, side: Dependency): boolean {
  const [x, y] = [rootOf(side.holds.term), rootOf(side.lock.term)];
  if (x.k !== 'parameter' || y.k !== 'parameter') return false;
  const after = new Map<string, Set<string>>();
  for (const { caller, args } of callers.seen(side.root)) {
    const [first, second] = [args?.[x.index], args?.[y.index]];
    const from = first && memberName(first);
    if (from === undefined || second === undefined) return false;
    const to = memberName(second) ?? `${caller.file}:${caller.name}:${second.key}`;
    after.set(from, (after.get(from) ?? new Set()).add(to));
  }
  return after.size > 0 && [...after.keys()].every((name) => !leadsBack(after, name));
}

/** Struct and members of the place that a pointer points to; `undefined` for a pointer that is kept somewhere. */
function memberName(pointer: Term): string | undefined {
  if (pointer.k !== 'address' || pointer.base.k !== 'field') return undefined;
  const names: string[] = [];
  let at: Term = pointer.base;
  while (at.k === 'field') {
    names.unshift(at.name);
    at = at.base;
  }
  return `${at.type}.${names.join('.')}`;
}

function leadsBack(after: ReadonlyMap<string, ReadonlySet<string>>, start: string): boolean {
  const seen = new Set<string>();
  const rim = [...(after.get(start) ?? [])];
  for (let name = rim.pop(); name !== undefined; name = rim.pop()) {
    if (name === start) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    rim.push(...(after.get(name) ?? []));
  }
  return false;
}

/** Elements of one array: 1 when the second has the higher index, -1 when the lower, 0 when that is not known. */
function direction(side: Dependency): number {
  const [a, b] = [elementOf(side.holds.term), elementOf(side.lock.term)];
  if (a === undefined || b === undefined || a.base.key !== b.base.key) return 0;
  return Math.sign(offset(b.index, a.index) ?? 0);
}

function elementOf(lock: Term): (Term & { k: 'index' }) | undefined {
  let at = lock;
  while (at.k === 'field' || at.k === 'deref') at = at.base;
  return at.k === 'index' ? at : undefined;
}

/** `a - b` when both are constants or the one is the other plus a constant. */
function offset(a: Term, b: Term): number | undefined {
  if (a.k === 'constant' && b.k === 'constant') return a.value - b.value;
  const up = step(a, b);
  if (up !== undefined) return up;
  const down = step(b, a);
  return down === undefined ? undefined : -down;
}

function step(term: Term, from: Term): number | undefined {
  if (term.k !== 'operation' || (term.op !== '+' && term.op !== '-')) return undefined;
  const [base, by] = term.operands;
  if (base?.key !== from.key || by?.k !== 'constant') return undefined;
  return term.op === '+' ? by.value : -by.value;
}

function confidenceOf(context: CheckContext, side: Dependency, isByRole: boolean): Confidence {
  const info = context.around.classes.info(side.to);
  // Behind a call the roles of the two are rarely in sight: a parent and its child, what is emptied and what is filled.
  let confidence: Confidence = side.calls > 0 ? 'low' : 'high';
  // Callers that all agree on an order, as far as they can be told apart: the roles of the two order them.
  if (isByRole) confidence = 'low';
  if (side.from === side.to && withoutSubclass(side.to) !== side.to) confidence = 'low';
  if (!side.holds.certain || info?.generic === true) confidence = 'low';
  if (side.holds.mode === 'read' && side.lock.mode === 'read') confidence = 'low';
  return confidence;
}

function report(
  context: CheckContext,
  sides: readonly Dependency[],
  confidence: Confidence,
): Finding | undefined {
  const [side, other] = sides;
  if (side === undefined) return undefined;
  const { classes } = context.around;
  const id = shown(classes, withoutSubclass(side.to));
  const name = spoken(classes, withoutSubclass(side.to));
  return {
    id: hashText(`lock-order-cycle\n${withoutSubclass(side.to)}\n${withoutSubclass(side.to)}`),
    rule: 'lock-order-cycle',
    severity: 'error',
    confidence,
    message:
      other === undefined
        ? `takes ${name} of a second object while holding the first's; nothing orders the two`
        : `takes ${name} of a lower element while holding a higher one's; ${other.root.name}() goes upwards`,
    at: locationOf(squiggle(side)),
    locks: [id, id],
    story: sides.flatMap((s, i) => tellDependency(classes, s, i)),
    assumes: [
      other === undefined
        ? {
            reason: 'two-instances',
            text: `${side.root.name}() can run at the same time with the two objects exchanged`,
          }
        : {
            reason: 'two-instances',
            text: `${side.root.name}() and ${other.root.name}() can meet on the same elements`,
          },
    ],
    witnesses: sides
      .map((s) => witnessId(['two-instances', s.to, ...siteNames(s.holdSteps), ...siteNames(s.steps)]))
      .sort(),
    evidence: [],
    fixes: [],
  };
}
