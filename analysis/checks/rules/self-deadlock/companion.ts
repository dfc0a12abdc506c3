import { baseOf } from '../../../base/ctype.js';
import { memberStores, eventsOf } from '../../../skeleton/lowering/events.js';
import type { ExprId, Skeleton } from '../../../skeleton/types.js';
import type { Term } from '../../../summaries/locks/terms.js';
import { typeOf } from '../../../link/ctypes/expression-types.js';
import type { FunctionRef, Program } from '../../../link/types.js';

/**
 * The object that a place is by way of its companion: `p` for `netdev_priv(p->dev)`, where code of the file stores
 * `p->dev = dev` for a `p` that is `netdev_priv(dev)`, or that it stores as the data of `dev`, and stores nothing else
 * there. `undefined` if the place is not known to be that of such an object.
 */
export function ownerByCompanion(program: Program, place: Term, file: string): Term | undefined {
  if (place.k !== 'deref') return undefined;
  const names: string[] = [];
  let companion = place.base;
  for (; companion.k === 'field'; companion = companion.base) names.unshift(companion.name);
  if (names.length === 0 || companion.k !== 'deref') return undefined;
  const pointer = companion.base;
  if (pointer.k !== 'field' || pointer.base.k !== 'deref') return undefined;
  return isPairedIn(program, file, pointer.base.type, pointer.name, names) ? pointer.base : undefined;
}

/**
 * Whether functions of a file store in `member` of such objects only what has the object at `back`. Demands the bodies
 * that are missing.
 */
function isPairedIn(
  program: Program,
  file: string,
  type: string,
  member: string,
  back: readonly string[],
): boolean {
  let isStored = false;
  let isMissing = false;
  for (const index of (program.outline(file)?.functions ?? []).keys()) {
    const fn = program.functionAt(file, index);
    const skeleton = fn && program.skeleton(fn);
    if (fn === undefined) continue;
    if (skeleton === undefined) {
      program.demand(fn, 'path');
      isMissing = true;
      continue;
    }
    for (const { event, target } of memberStores(skeleton)) {
      const object = skeleton.exprs[target.base];
      if (target.name !== member || object?.k !== 'deref') continue;
      if (skeleton.exprs[event.value]?.k === 'constant') continue;
      if (!isOfType(program, skeleton, fn, target.base, type)) continue;
      if (!isPair(skeleton, object.base, event.value, back)) return false;
      isStored = true;
    }
  }
  return isStored && !isMissing;
}

/** Whether a place may hold such an object: one of unknown type may. */
function isOfType(
  program: Program,
  skeleton: Skeleton,
  fn: FunctionRef,
  place: ExprId,
  type: string,
): boolean {
  const own = typeOf(skeleton, place, fn, program);
  return own === '' || type === '' || baseOf(own) === baseOf(type);
}

/** Whether a function makes a pointer the one at `back` of a companion, or stores it there. */
function isPair(skeleton: Skeleton, pointer: ExprId, companion: ExprId, back: readonly string[]): boolean {
  const isBack = (expr: ExprId): boolean => leadsTo(skeleton, expr, companion, back);
  if (isBack(pointer)) return true;
  return eventsOf(skeleton).some(
    (event) =>
      event.k === 'assign' &&
      ((event.target === pointer && isBack(event.value)) ||
        (event.value === pointer && isBack(event.target))),
  );
}

/** Whether a place is the one that the members `names` lead to from what a pointer points to. */
function leadsTo({ exprs }: Skeleton, place: ExprId, pointer: ExprId, names: readonly string[]): boolean {
  let at = exprs[place];
  for (const name of [...names].reverse()) {
    if (at?.k !== 'field' || at.name !== name) return false;
    at = exprs[at.base];
  }
  return at?.k === 'deref' && at.base === pointer;
}
