import { pointee } from '../../../base/ctype.js';
import { plainExpr, rootOf } from '../../../skeleton/expressions/root.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import type { Expr, ExprId, Skeleton } from '../../../skeleton/types.js';
import { eventOf } from '../../../summaries/locks/names.js';
import { bareName, holderOf, type Term } from '../../../summaries/locks/terms.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import type { CheckContext } from '../../engine/check.js';
import { comparesAlike, ofProcessor, ownerOf, type Picks } from './pair-order.js';

/**
 * The two objects of `victim = busiest(thief); lock(thief); lock(victim)`. The search skips the object that it
 * receives, or the element with the index that it receives; the first object may store that index (`thief->cpu`). Two
 * tasks may then find each other's first object. `undefined` if the second object comes from elsewhere, or if the
 * search compares the two by size.
 */
export function foundBeside({ around }: CheckContext, { root, holds, lock }: Dependency): Picks | undefined {
  const taken = ownerOf(lock.term);
  const event = taken?.k === 'result' ? eventOf(taken) : undefined;
  const call = event === undefined ? undefined : ownCallAt(around.summaryOf(root), event);
  const [search, ...others] = call?.targets ?? [];
  if (taken === undefined || call === undefined || search === undefined || others.length > 0)
    return undefined;
  const held = namesOf(holds.term, taken.type);
  const owner = ownerOf(holds.term);
  const own = call.args.findIndex((arg) => held.some(({ key }) => key === arg.key) || isNumberIn(arg, owner));
  const given = call.args[own];
  if (given === undefined) return undefined;
  const { program } = around;
  if (!program.hasSkeleton(search)) program.demand(search, 'path');
  const skeleton = program.skeleton(search);
  if (skeleton === undefined || !skips(skeleton, own)) return undefined;
  if (holderOf(holds.term).k === 'index' && !(searches(skeleton, holds.term) && isOnlySkipped(skeleton, own)))
    return undefined;
  if (isNumberIn(given, owner) && !isOnlySkipped(skeleton, own)) return undefined;
  if (comparesAlike(skeleton, undefined, (left, right) => areRivals(skeleton, left, right))) return undefined;
  return { pairs: held.map((name) => [name, taken]), isLookup: true };
}

/**
 * What identifies the object of a held lock, if the object has the type that `pointer` points to: a pointer to it, or
 * its index.
 */
function namesOf(lock: Term, pointer: string): readonly Term[] {
  const owner = ownerOf(lock);
  if (owner !== undefined) return owner.type === pointer ? [owner] : [];
  const element = holderOf(lock);
  if (element.k !== 'index' || element.type !== pointee(pointer)) return [];
  return [ofProcessor(element.index) ?? element.index];
}

/** Whether a value is a number that an object stores. */
function isNumberIn(value: Term, owner: Term | undefined): boolean {
  return (
    value.k === 'field' &&
    value.base.k === 'deref' &&
    value.base.base.key === owner?.key &&
    value.type !== '' &&
    !value.type.endsWith('*')
  );
}

/** Whether a function looks at the variable or member whose element contains a lock. */
function searches({ exprs }: Skeleton, lock: Term): boolean {
  let array = holderOf(lock);
  while (array.k === 'address' || array.k === 'deref' || array.k === 'index') array = array.base;
  const name = array.k === 'global' ? bareName(array) : array.k === 'field' ? array.name : undefined;
  return exprs.some((expr) => (expr.k === 'global' || expr.k === 'field') && expr.name === name);
}

/**
 * Whether a function only compares a number with others for equality. A search that begins behind the number, or
 * considers lower ones only, has an order.
 */
function isOnlySkipped(skeleton: Skeleton, parameter: number): boolean {
  const isOwn = (id: ExprId): boolean => {
    const expr = plainExpr(skeleton, id);
    return expr?.k === 'parameter' && expr.index === parameter;
  };
  const isUsed = skeleton.exprs.some(
    (expr) =>
      expr.k === 'binary' && expr.op !== '==' && expr.op !== '!=' && (isOwn(expr.left) || isOwn(expr.right)),
  );
  return (
    !isUsed &&
    !eventsOf(skeleton).some((event) =>
      event.k === 'assign' ? isOwn(event.value) : 'args' in event && event.args.some(isOwn),
    )
  );
}

/** Whether a function compares a parameter with objects that it finds itself, for equality. */
function skips({ blocks, exprs }: Skeleton, parameter: number): boolean {
  const at = (id: ExprId): Expr | undefined => exprs[id];
  const isOwn = (id: ExprId): boolean => {
    const expr = at(id);
    return expr?.k === 'parameter' && expr.index === parameter;
  };
  return blocks.some(({ exit }) => {
    const asked = exit.k === 'branch' ? at(exit.condition) : undefined;
    if (asked?.k !== 'binary' || (asked.op !== '!=' && asked.op !== '==')) return false;
    const other = isOwn(asked.left) ? asked.right : isOwn(asked.right) ? asked.left : undefined;
    return other !== undefined && at(other)?.k === 'local';
  });
}

/** Whether a comparison is between the best object so far and another candidate, of which one becomes the other. */
function areRivals(skeleton: Skeleton, left: ExprId, right: ExprId): boolean {
  const localOf = (id: ExprId): number | undefined => {
    const root = skeleton.exprs[rootOf(skeleton, id)];
    return root?.k === 'local' ? root.index : undefined;
  };
  const rivals = [localOf(left), localOf(right)];
  return eventsOf(skeleton).some((event) => {
    if (event.k !== 'assign') return false;
    const [to, from] = [skeleton.exprs[event.target], skeleton.exprs[event.value]];
    if (to?.k !== 'local' || from?.k !== 'local' || to.index === from.index) return false;
    return rivals.includes(to.index) && rivals.includes(from.index);
  });
}
