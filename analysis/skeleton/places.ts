import { valuesAssigned } from './lowering/events.js';
import type { ExprId, Skeleton } from './types.js';

/**
 * The outermost object of a place, and the members that lead to the place; an element stands for its array, and a local
 * variable for the one place whose address it gets: `e = &set->entries[i]; e->set`.
 */
export function placeOf(
  skeleton: Skeleton,
  id: ExprId,
): { readonly root: ExprId; readonly names: readonly string[] } {
  const names: string[] = [];
  // A variable may get the address of what it points to.
  const seen = new Set<ExprId>();
  for (let root = id; ;) {
    const at = skeleton.exprs[root];
    const pointed = at?.k === 'deref' ? addressIn(skeleton, at.base) : undefined;
    seen.add(root);
    if (at?.k === 'field') names.unshift(at.name);
    const next = at?.k === 'field' || at?.k === 'index' ? at.base : pointed;
    if (next === undefined || seen.has(next)) return { root, names };
    root = next;
  }
}

/** As {@link placeOf}, for what a pointer points to: `&set->entries`, or a local variable with that as its only value. */
export function placeBehind(
  skeleton: Skeleton,
  pointer: ExprId,
): { readonly root: ExprId; readonly names: readonly string[] } | undefined {
  const expr = skeleton.exprs[pointer];
  const place = expr?.k === 'address' ? expr.base : addressIn(skeleton, pointer);
  return place === undefined ? undefined : placeOf(skeleton, place);
}

/** The place whose address is the only value that a function gives a local variable. */
function addressIn(skeleton: Skeleton, pointer: ExprId): ExprId | undefined {
  if (skeleton.exprs[pointer]?.k !== 'local') return undefined;
  const values = new Set(valuesAssigned(skeleton, pointer));
  const [value = -1] = values;
  const expr = values.size === 1 ? skeleton.exprs[value] : undefined;
  return expr?.k === 'address' ? expr.base : undefined;
}
