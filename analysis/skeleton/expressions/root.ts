import type { Expr, ExprId, Skeleton } from '../types.js';

/** The variable or value in which an expression reaches an object; equal expressions of a skeleton have one id. */
export function rootOf({ exprs }: Pick<Skeleton, 'exprs'>, id: ExprId): ExprId {
  for (let at = id; ;) {
    const expr = exprs[at];
    if (expr === undefined || expr.k === 'unary' || expr.k === 'binary' || !('base' in expr)) return at;
    at = expr.base;
  }
}

/** The id of an expression without casts. */
export function withoutCasts({ exprs }: Pick<Skeleton, 'exprs'>, id: ExprId): ExprId {
  let at = id;
  for (let expr = exprs[at]; expr?.k === 'cast';) expr = exprs[(at = expr.base)];
  return at;
}

/** The id of an expression without casts and `&`; -1 without an expression. */
export function plainId({ exprs }: Pick<Skeleton, 'exprs'>, id: ExprId | undefined): ExprId {
  let at = id ?? -1;
  for (let expr = exprs[at]; expr?.k === 'cast' || expr?.k === 'address';) expr = exprs[(at = expr.base)];
  return at;
}

/** An expression without casts and `&`. */
export function plainExpr(skeleton: Pick<Skeleton, 'exprs'>, id: ExprId | undefined): Expr | undefined {
  return skeleton.exprs[plainId(skeleton, id)];
}

/** Names in a flags expression. */
export function namesIn(skeleton: Skeleton, id: ExprId | undefined): readonly string[] {
  const expr = id === undefined ? undefined : skeleton.exprs[id];
  if (expr?.k === 'global') return [expr.name];
  if (expr?.k === 'binary') return [...namesIn(skeleton, expr.left), ...namesIn(skeleton, expr.right)];
  return expr?.k === 'cast' ? namesIn(skeleton, expr.base) : [];
}

/** The array of which an expression is an element, at any depth; an expression that is no element itself. */
export function arrayOf({ exprs }: Pick<Skeleton, 'exprs'>, id: ExprId): Expr | undefined {
  let expr = exprs[id];
  while (expr?.k === 'index') expr = exprs[expr.base];
  return expr;
}
