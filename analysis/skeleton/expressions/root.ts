import type { ExprId, Skeleton } from '../types.js';

/** The variable or value in which an expression reaches an object; equal expressions of a skeleton have one id. */
export function rootOf({ exprs }: Pick<Skeleton, 'exprs'>, id: ExprId): ExprId {
  for (let at = id; ;) {
    const expr = exprs[at];
    if (expr === undefined || expr.k === 'unary' || expr.k === 'binary' || !('base' in expr)) return at;
    at = expr.base;
  }
}
