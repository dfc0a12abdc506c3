import { BOUNDS } from '../../base/bounds.js';
import type { ExprId, Skeleton } from '../../skeleton/types.js';

/**
 * Locals that keep paths separate although they hold the same locks, by index: choices between allocation flags. Only
 * locals that are assigned nothing but constants and names, at several places.
 */
export function toldApart({ blocks, exprs }: Skeleton): readonly number[] {
  const plain = new Map<number, number>();
  const other = new Set<number>();
  const asked = new Set<number>();
  const localOf = (id: ExprId): number | undefined => {
    const expr = exprs[id];
    return expr?.k === 'local' ? expr.index : undefined;
  };
  const note = (id: ExprId): void => {
    const local = localOf(id);
    if (local !== undefined) asked.add(local);
  };
  for (const { events } of blocks) {
    for (const event of events) {
      if (event.k === 'sleep') event.args.forEach(note);
      if (event.k !== 'assign') continue;
      const target = exprs[event.target];
      const value = exprs[event.value]?.k;
      if (target?.k !== 'local') continue;
      if (value === 'constant' || value === 'global')
        plain.set(target.index, (plain.get(target.index) ?? 0) + 1);
      else other.add(target.index);
    }
  }
  for (const expr of exprs) {
    const base = expr.k === 'address' ? exprs[expr.base] : undefined;
    if (base?.k === 'local') other.add(base.index);
  }
  return [...asked]
    .filter((local) => (plain.get(local) ?? 0) > 1 && !other.has(local))
    .slice(0, BOUNDS.localsToldApart);
}
