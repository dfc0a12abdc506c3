import { eventsOf } from '../../skeleton/lowering/events.js';
import type { EventId, Expr, ExprId, Skeleton } from '../../skeleton/types.js';

/** Events whose values are used. */
export function resultsIn(skeleton: Skeleton): ReadonlySet<EventId> {
  const events = new Set<EventId>();
  for (const expr of skeleton.exprs) if (expr.k === 'result') events.add(expr.event);
  return events;
}

/** Events whose value is assigned as it is to a local that is no pointer: `ret = f(x);`. */
export function assignedNumbers(skeleton: Skeleton): ReadonlySet<EventId> {
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

/**
 * Events whose value decides whether a loop ends. `loop` is the loop of each block. Such a value changes from one
 * iteration to the next, or else the loop would not end.
 */
export function loopEndingResults(skeleton: Skeleton, loop: Int32Array): ReadonlySet<EventId> {
  const events = new Set<EventId>();
  for (const [at, { exit }] of skeleton.blocks.entries()) {
    if (exit.k !== 'branch') continue;
    const leaves = (to: number): boolean => loop[at] !== -1 && loop[to] !== loop[at];
    if (exit.loop !== true && !leaves(exit.whenTrue) && !leaves(exit.whenFalse)) continue;
    for (const one of valuesIn(skeleton, exit.condition)) if (one.k === 'result') events.add(one.event);
  }
  return events;
}

/** Whether a branch or switch asks for the value of an event, or for a local that gets it. */
export function isTested(skeleton: Skeleton, event: EventId): boolean {
  const locals = new Set<number>();
  for (const one of eventsOf(skeleton)) {
    if (one.k !== 'assign') continue;
    const [target, value] = [skeleton.exprs[one.target], skeleton.exprs[one.value]];
    if (target?.k === 'local' && value?.k === 'result' && value.event === event) locals.add(target.index);
  }
  return skeleton.blocks.some(({ exit }) => {
    const asked = exit.k === 'branch' ? exit.condition : exit.k === 'switch' ? exit.on : undefined;
    return (
      asked !== undefined &&
      valuesIn(skeleton, asked).some((one) =>
        one.k === 'result' ? one.event === event : locals.has(one.index),
      )
    );
  });
}

type Value = Extract<Expr, { readonly k: 'result' | 'local' }>;

/** The results and locals that an expression is computed from. */
function valuesIn(skeleton: Skeleton, id: ExprId): readonly Value[] {
  const expr = skeleton.exprs[id];
  if (expr?.k === 'result' || expr?.k === 'local') return [expr];
  if (expr?.k === 'unary' || expr?.k === 'cast') return valuesIn(skeleton, expr.base);
  return expr?.k === 'binary' ? [expr.left, expr.right].flatMap((part) => valuesIn(skeleton, part)) : [];
}
