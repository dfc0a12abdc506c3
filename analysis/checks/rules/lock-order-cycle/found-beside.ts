import type { Expr, ExprId, Skeleton } from '../../../skeleton/types.js';
import { eventOf } from '../../../summaries/locks/names.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import type { CheckContext } from '../../engine/check.js';
import { comparesAlike, ownerOf, type Picks } from './pair-order.js';

/**
 * The two objects of `victim = busiest(thief); lock(thief); lock(victim)`, where the search skips the object that it
 * receives: the search for the other one may find the first. `undefined` if the second object comes from elsewhere, or
 * the search compares the two by size.
 */
export function foundBeside({ around }: CheckContext, { root, holds, lock }: Dependency): Picks | undefined {
  const [held, taken] = [ownerOf(holds.term), ownerOf(lock.term)];
  if (held === undefined || taken?.k !== 'result' || held.type !== taken.type) return undefined;
  const event = eventOf(taken);
  const call = event === undefined ? undefined : ownCallAt(around.summaryOf(root), event);
  const [search, ...others] = call?.targets ?? [];
  if (call === undefined || search === undefined || others.length > 0) return undefined;
  const own = call.args.findIndex(({ key }) => key === held.key);
  if (own < 0) return undefined;
  const { program } = around;
  if (!program.hasSkeleton(search)) program.demand(search, 'path');
  const skeleton = program.skeleton(search);
  if (skeleton === undefined || !skips(skeleton, own) || comparesAlike(skeleton, undefined)) return undefined;
  return { pairs: [[held, taken]], isLookup: true };
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
