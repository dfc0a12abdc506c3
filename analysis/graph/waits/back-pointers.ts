import type { Program } from '../../link/types.js';
import { memberStores, type MemberStore } from '../../skeleton/lowering/events.js';
import type { ExprId, Skeleton } from '../../skeleton/types.js';

/**
 * Whether code of a file makes a member of a structure within an object point to the object, `d->queue.dev = d`, and none
 * makes it point elsewhere.
 */
export function pointsBack(program: Program, file: string, member: string): boolean {
  const { functions = [] } = program.outline(file) ?? {};
  const stores = functions.flatMap((_, index) => {
    const fn = program.functionAt(file, index);
    const skeleton = fn && program.skeleton(fn);
    if (skeleton === undefined) return [];
    return [...memberStores(skeleton)]
      .filter(({ event, target }) => target.name === member && skeleton.exprs[event.value]?.k !== 'constant')
      .map((store) => isOwn(skeleton, store));
  });
  return stores.length > 0 && stores.every(Boolean);
}

/** Whether a store sets a member of a structure within an object to the object's address. */
function isOwn({ exprs }: Skeleton, { event, target }: MemberStore): boolean {
  let at: ExprId = target.base;
  let expr = exprs[at];
  while (expr?.k === 'field' || expr?.k === 'index') expr = exprs[(at = expr.base)];
  if (at === target.base) return false;
  const given = exprs[event.value];
  return (expr?.k === 'deref' && expr.base === event.value) || (given?.k === 'address' && given.base === at);
}
