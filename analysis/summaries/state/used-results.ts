import { append } from '../../base/lists.js';
import { partsOf } from '../../skeleton/expressions/parts.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import { isErrorTest } from '../facts/fact.js';
import type { Block, EventId, Expr, ExprId, Skeleton } from '../../skeleton/types.js';

/** Events whose values are used. */
export function resultsIn(skeleton: Skeleton): ReadonlySet<EventId> {
  const events = new Set<EventId>();
  for (const expr of skeleton.exprs) if (expr.k === 'result') events.add(expr.event);
  return events;
}

/** How a skeleton uses the values of its events. Each answer is computed once, on demand. */
export class UsedResults {
  private used: ReadonlySet<EventId> | undefined;
  private numbers: ReadonlySet<EventId> | undefined;
  private ending: ReadonlySet<EventId> | undefined;

  /** `loop` is the loop of each block. */
  constructor(
    private readonly skeleton: Skeleton,
    private readonly loop: Int32Array,
  ) {}

  /** Whether the value of an event is used. */
  isUsed(event: EventId): boolean {
    return (this.used ??= resultsIn(this.skeleton)).has(event);
  }

  /** Whether the value is assigned unchanged to a local that is not a pointer: `ret = f(x);`. */
  isAssignedNumber(event: EventId): boolean {
    return (this.numbers ??= assignedNumbers(this.skeleton)).has(event);
  }

  /**
   * Whether the value decides if a loop ends. It changes from one iteration to the next; otherwise the loop would not
   * end.
   */
  endsLoop(event: EventId): boolean {
    return (this.ending ??= loopEndingResults(this.skeleton, this.loop)).has(event);
  }
}

function assignedNumbers(skeleton: Skeleton): ReadonlySet<EventId> {
  const events = new Set<EventId>();
  for (const event of eventsOf(skeleton)) {
    if (event.k !== 'assign') continue;
    const target = skeleton.exprs[event.target];
    const value = skeleton.exprs[event.value];
    const type = target?.k === 'local' ? skeleton.locals[target.index]?.type : undefined;
    if (value?.k === 'result' && type !== undefined && !type.endsWith('*')) events.add(value.event);
  }
  return events;
}

function loopEndingResults(skeleton: Skeleton, loop: Int32Array): ReadonlySet<EventId> {
  const events = new Set<EventId>();
  const given = resultsByLocal(skeleton);
  for (const [at, { exit }] of skeleton.blocks.entries()) {
    if (exit.k !== 'branch') continue;
    const leaves = (to: number): boolean => loop[at] !== -1 && loop[to] !== loop[at];
    if (exit.loop !== true && !leaves(exit.whenTrue) && !leaves(exit.whenFalse)) continue;
    for (const one of valuesIn(skeleton, exit.condition)) {
      if (one.k === 'result') events.add(one.event);
      else for (const event of given.get(one.index) ?? []) events.add(event);
    }
  }
  return events;
}

/** The events whose results each local receives unchanged: `item = next(list);`. */
function resultsByLocal(skeleton: Skeleton): ReadonlyMap<number, readonly EventId[]> {
  const events = new Map<number, EventId[]>();
  for (const event of eventsOf(skeleton)) {
    if (event.k !== 'assign') continue;
    const [target, value] = [skeleton.exprs[event.target], skeleton.exprs[event.value]];
    if (target?.k === 'local' && value?.k === 'result') append(events, target.index, value.event);
  }
  return events;
}

/**
 * Whether a branch or switch tests the value of an event, or a local that receives it; with `asksFor`, only conditions
 * of this form count.
 */
export function isTested(
  skeleton: Skeleton,
  event: EventId,
  asksFor: (condition: Expr) => boolean = () => true,
): boolean {
  const locals = new Set(
    [...resultsByLocal(skeleton)].flatMap(([local, results]) => (results.includes(event) ? [local] : [])),
  );
  const isOfEvent = (id: ExprId): boolean =>
    valuesIn(skeleton, id).some((one) => (one.k === 'result' ? one.event === event : locals.has(one.index)));
  const isTestedBy = ({ exit }: Block): boolean => {
    const asked = exit.k === 'branch' ? exit.condition : exit.k === 'switch' ? exit.on : undefined;
    return asked !== undefined && asksFor(positive(skeleton, asked)) && isOfEvent(asked);
  };
  // `ret = PTR_ERR_OR_ZERO(p);` distinguishes errors from pointers, as a condition does.
  const isTold = (expr: Expr): boolean =>
    expr.k === 'unary' && expr.op === 'error-or-zero' && asksFor(expr) && isOfEvent(expr.base);
  return skeleton.blocks.some(isTestedBy) || skeleton.exprs.some(isTold);
}

/** Whether a condition distinguishes negative from positive numbers, and error pointers from others. */
export function asksForSign(condition: Expr): boolean {
  if (condition.k === 'unary') return isErrorTest(condition.op);
  return condition.k === 'binary' && ['<', '<=', '>', '>=', '==', '!='].includes(condition.op);
}

/** A condition without `!` in front. */
function positive(skeleton: Skeleton, id: ExprId): Expr {
  const expr = skeleton.exprs[id] ?? { k: 'unknown' };
  return expr.k === 'unary' && expr.op === '!' ? positive(skeleton, expr.base) : expr;
}

type Value = Extract<Expr, { readonly k: 'result' | 'local' }>;

/** The results and locals from which an expression is computed. */
function valuesIn({ exprs }: Skeleton, id: ExprId): readonly Value[] {
  return partsOf(exprs, id).flatMap((part) => {
    const expr = exprs[part];
    return expr?.k === 'result' || expr?.k === 'local' ? [expr] : [];
  });
}
