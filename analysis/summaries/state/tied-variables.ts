import { BOUNDS } from '../../base/bounds.js';
import type { Expr, ExprId, Skeleton } from '../../skeleton/types.js';

type Variable = Extract<Expr, { readonly k: 'local' | 'parameter' }>;

/**
 * Variables that get the value of another variable on some paths and are compared with it later. Such a comparison decides
 * which of two locks is taken first: `if (!second) b = a; … if (a > b) swap(…)`. Only in functions that acquire twice.
 */
export function tiedVariables({ blocks, exprs }: Skeleton): readonly Variable[] {
  if (blocks.flatMap(({ events }) => events.filter(({ k }) => k === 'acquire')).length < 2) return [];
  const variable = (id: ExprId): Variable | undefined => {
    const expr = exprs[id];
    return expr?.k === 'local' || expr?.k === 'parameter' ? expr : undefined;
  };
  const compared = new Set<string>();
  for (const expr of exprs) {
    if (expr.k !== 'binary' || !COMPARISONS.has(expr.op)) continue;
    compared.add(`${expr.left} ${expr.right}`);
    compared.add(`${expr.right} ${expr.left}`);
  }
  const tied = new Map<ExprId, Variable>();
  for (const { events } of blocks)
    for (const event of events) {
      if (event.k !== 'assign') continue;
      const target = variable(event.target);
      const isTied = variable(event.value) && compared.has(`${event.target} ${event.value}`);
      if (target !== undefined && isTied) tied.set(event.target, target);
    }
  return [...tied.values()].slice(0, BOUNDS.localsToldApart);
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
