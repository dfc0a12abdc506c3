import type { Program } from '../../../link/types.js';
import { ORDERINGS } from '../../../summaries/facts/fact.js';
import type { Site } from '../../../summaries/state/types.js';
import { isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import { eventAt } from '../../../skeleton/lowering/events.js';
import type { Expr, ExprId } from '../../../skeleton/types.js';

/**
 * Whether a function comes to an event for some amount at least, and for any state of its objects: its tests compare a number
 * with a constant by order (`size > LIMIT`), or ask whether what the event gets is there. Who holds a lock knows neither.
 */
export function isDecidedByAmount(program: Program, { fn, event }: Site): boolean {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) return false;
  const { exprs } = skeleton;
  const call = eventAt(skeleton, event);
  const given = new Set<ExprId>();
  for (const arg of call !== undefined && 'args' in call ? call.args : [])
    for (let at: ExprId | undefined = arg; at !== undefined; at = baseOf(exprs[at])) given.add(at);
  return isUnavoidable(
    skeleton,
    event,
    (condition) => isAmount(exprs, condition) || isPresence(exprs, condition, given),
  );
}

function isAmount(exprs: readonly Expr[], id: ExprId): boolean {
  const expr = exprs[id];
  if (expr?.k !== 'binary' || !(expr.op in ORDERINGS) || expr.op === '==' || expr.op === '!=') return false;
  const sides = [exprs[expr.left], exprs[expr.right]];
  return sides.some((side) => side?.k === 'constant' && side.value > 1);
}

/** `p`, `!p`, `p != NULL`. */
function isPresence(exprs: readonly Expr[], id: ExprId, given: ReadonlySet<ExprId>): boolean {
  const expr = exprs[id];
  if (expr?.k === 'unary' && expr.op === '!') return isPresence(exprs, expr.base, given);
  if (expr?.k === 'binary' && (expr.op === '==' || expr.op === '!=')) {
    const [left, right] = [exprs[expr.left], exprs[expr.right]];
    if (right?.k === 'constant' && right.value === 0) return isPresence(exprs, expr.left, given);
    return left?.k === 'constant' && left.value === 0 && isPresence(exprs, expr.right, given);
  }
  return given.has(id);
}

function baseOf(expr: Expr | undefined): ExprId | undefined {
  return expr?.k === 'field' || expr?.k === 'deref' || expr?.k === 'cast' ? expr.base : undefined;
}
