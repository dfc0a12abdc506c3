import { bodiesOfDriver } from '../../../link/bodies.js';
import { memberStores, valuesAssigned, type MemberStore } from '../../../skeleton/lowering/events.js';
import type { ExprId, Skeleton } from '../../../skeleton/types.js';
import type { FunctionRef, Program } from '../../../link/types.js';

/**
 * Whether functions of a driver store in members of a name what `isWanted` accepts, and nothing that it refuses; `undefined`
 * means that the store is about other objects. Constants say nothing. Demands the bodies that are missing.
 */
export function isOnlyStored(
  program: Program,
  file: string,
  member: string,
  isWanted: (store: MemberStore, skeleton: Skeleton, fn: FunctionRef) => boolean | undefined,
): boolean {
  let isStored = false;
  let isMissing = false;
  for (const { fn, skeleton } of bodiesOfDriver(program, file)) {
    if (skeleton === undefined) {
      isMissing = true;
      continue;
    }
    for (const store of memberStores(skeleton)) {
      if (store.target.name !== member || skeleton.exprs[store.event.value]?.k === 'constant') continue;
      const answer = isWanted(store, skeleton, fn);
      if (answer === false) return false;
      isStored ||= answer === true;
    }
  }
  return isStored && !isMissing;
}

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
