import { askedAbove } from '../../../../skeleton/lowering/deciding.js';
import { eventAt } from '../../../../skeleton/lowering/events.js';
import { partsOf } from '../../../../skeleton/expressions/parts.js';
import type { EventId, ExprId, Skeleton } from '../../../../skeleton/types.js';
import { placeOf } from '../../../../summaries/interpret/turned.js';
import { showTerm } from '../../../../summaries/locks/terms.js';
import type { ExitEffect, FunctionSummary, HeldLock, Turned } from '../../../../summaries/state/types.js';
import { locationOf } from '../../../story/story.js';
import type { StoryStep } from '../../../types.js';
import { endsOf, isNeverKept, type World } from '../kept-locks.js';

/**
 * Whether the lock is kept since the condition under which it is taken and released is reversed in between: `if (x->f)
 * lock(); x->f = 0; if (x->f) unlock();`. Every path on which the condition stays releases it.
 */
export function isKeptByTurn(
  world: World,
  summary: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
): boolean {
  const { turned } = exit;
  const skeleton = turned && world.around.program.skeleton(summary.fn);
  if (skeleton === undefined) return false;
  const ends = endsOf(world, summary, skeleton, lock);
  // The release may ask a variable that got its value before the change.
  const place = turned && placeOf(turned.condition);
  if (place?.k !== 'field' || isNeverKept(world, summary, exit, lock, place.name)) return false;
  // A member that only says whether the lock is held decides about no release here. Callees ask for themselves.
  const isCall = (end: EventId): boolean => eventAt(skeleton, end)?.k === 'call';
  if (![...ends].some((end) => isCall(end) || asksFor(skeleton, end, place.name))) return false;
  const isIt = ({ term }: HeldLock): boolean => term.key === lock.term.key;
  return !summary.rawExits.some((other) => other.turned === undefined && other.acquired.some(isIt));
}

/** Whether the nearest condition above an event reads a member, or what may stand for it: a callee, a copy in a variable. */
function asksFor(skeleton: Skeleton, event: EventId, member: string): boolean {
  const { blocks, exprs } = skeleton;
  const isRead = (part: ExprId): boolean => {
    const expr = exprs[part];
    return expr?.k === 'result' || (expr?.k === 'field' && expr.name === member);
  };
  const isCopy = (part: ExprId): boolean =>
    exprs[part]?.k === 'local' &&
    blocks.some(({ events }) =>
      events.some(
        (one) => one.k === 'assign' && one.target === part && partsOf(exprs, one.value).some(isRead),
      ),
    );
  return askedAbove(skeleton, event).some((part) => isRead(part) || isCopy(part));
}

/** The texts for a lock, called `name`, that is kept since a condition changes. */
export function wordsOfTurned(
  { fn }: FunctionSummary,
  { condition, site }: Turned,
  name: string,
): { readonly message: string; readonly assumes: string; readonly between: readonly StoryStep[] } {
  const read = showTerm(placeOf(condition), (index) => fn.item?.parameters[index]?.name ?? '?');
  return {
    message: `returns with ${name} held: ${fn.name}() takes and releases it depending on ${read}, which changes in between`,
    assumes: `no other code releases ${name} for ${fn.name}()`,
    between: [
      { path: 0, ...locationOf(site), text: `changes ${read}, so that the release is skipped`, held: [name] },
    ],
  };
}
