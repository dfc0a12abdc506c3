import { blockOf } from '../../skeleton/lowering/events.js';
import { successors } from '../../skeleton/lowering/exits.js';
import type { BlockId, EventId, Skeleton } from '../../skeleton/types.js';

/**
 * Whether every execution that passes `event` also passes `other`: `other` dominates or post-dominates it. A fact that
 * `other` implies then holds for the whole execution.
 */
export function alwaysWith(skeleton: Skeleton, event: EventId, other: EventId): boolean {
  const [at, there] = [blockOf(skeleton, event), blockOf(skeleton, other)];
  if (at < 0 || there < 0) return false;
  if (at === there) return true;
  if (!reaches(skeleton, 0, there).has(at)) return true;
  const behind = reaches(skeleton, at, there);
  return [...behind].every((id) => blockAt(skeleton, id).exit.k !== 'return');
}

function blockAt(skeleton: Skeleton, id: BlockId): Skeleton['blocks'][number] {
  const block = skeleton.blocks[id];
  if (block === undefined) throw new RangeError(`block ${id}`);
  return block;
}

/** Blocks reachable from one, including itself, without passing `without`. */
function reaches(skeleton: Skeleton, from: BlockId, without: BlockId): ReadonlySet<BlockId> {
  const seen = new Set<BlockId>();
  const open = from === without ? [] : [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const to of successors(blockAt(skeleton, id).exit)) if (to !== without) open.push(to);
  }
  return seen;
}
