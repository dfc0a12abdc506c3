import type { Expr, ExprId } from '../types.js';

/** The values that an expression is computed from: what is left without operators and casts, constants included. */
export function partsOf(exprs: readonly Expr[], id: ExprId): readonly ExprId[] {
  const expr = exprs[id];
  if (expr?.k === 'unary' || expr?.k === 'cast') return partsOf(exprs, expr.base);
  return expr?.k === 'binary' ? [expr.left, expr.right].flatMap((part) => partsOf(exprs, part)) : [id];
}
