import { LockFlow } from '../../../graph/paths/lock-flow.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import { blocksBefore } from '../../../skeleton/lowering/ways.js';
import type { Block, BlockId } from '../../../skeleton/types.js';
import type { FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import { endsOf, type World } from './kept-locks.js';

/**
 * Whether a branch decides, with the lock held however it is reached, between code that releases the lock and code that
 * leaves the function without another chance to. Paths that never took the lock may join behind it: `goto out` in front
 * of the acquisition and in the middle of the section.
 */
export function isLeftBehind(world: World, summary: FunctionSummary, lock: HeldLock): boolean {
  const skeleton = world.around.program.skeleton(summary.fn);
  if (skeleton === undefined || world.around.models.lockApi(lock.api)?.success !== undefined) return false;
  const { blocks } = skeleton;
  const key = keyOf(lock);
  const takes = new Set(
    summary.acquires
      .filter((one) => one.lock.term.key === lock.term.key || (key !== undefined && keyOf(one.lock) === key))
      .map(({ site }) => site.event),
  );
  const ends = endsOf(world, summary, skeleton, lock);
  const flow = new LockFlow(blocks, { takes, ends, unsure: new Set() });
  const ending = leadingTo(blocks, ({ events }) => events.some(({ id }) => ends.has(id)));
  const leaving = leadingTo(blocks, ({ exit }) => exit.k === 'return');
  return blocks.some((block, id) => {
    const to = successors(block.exit);
    if (to.length < 2 || !flow.isHeldBehind(id)) return false;
    return to.some((next) => ending.has(next)) && to.some((next) => !ending.has(next) && leaving.has(next));
  });
}

/** Blocks that are meant, and those from which some path leads to one. */
function leadingTo(blocks: readonly Block[], isMeant: (block: Block) => boolean): ReadonlySet<BlockId> {
  const meant = blocks.flatMap((block, id) => (isMeant(block) ? [id] : []));
  return new Set([...meant, ...blocksBefore(blocks, meant)]);
}
