import { placeOf } from '../../../summaries/interpret/turned.js';
import { showTerm } from '../../../summaries/locks/terms.js';
import type { ExitEffect, FunctionSummary, HeldLock, Turned } from '../../../summaries/state/types.js';
import { locationOf } from '../../story/story.js';
import type { StoryStep } from '../../types.js';
import { endsOf, isNeverKept, type World } from './kept-locks.js';

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
  if (skeleton === undefined || endsOf(world, summary, skeleton, lock).size === 0) return false;
  // The release may ask a variable that got its value before the change.
  const place = turned && placeOf(turned.condition);
  if (place?.k !== 'field' || isNeverKept(world, summary, exit, lock, place.name)) return false;
  const isIt = ({ term }: HeldLock): boolean => term.key === lock.term.key;
  return !summary.rawExits.some((other) => other.turned === undefined && other.acquired.some(isIt));
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
