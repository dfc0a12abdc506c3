import { blockOf } from '../../skeleton/lowering/events.js';
import { blockAt, reachableBlocks } from '../../skeleton/lowering/block-paths.js';
import type { EventId, Skeleton } from '../../skeleton/types.js';

/**
 * Whether every execution that passes `event` also passes `other`: `other` dominates or post-dominates it. A fact that
 * `other` implies then holds for the whole execution.
 */
export function alwaysWith(skeleton: Skeleton, event: EventId, other: EventId): boolean {
  const [at, there] = [blockOf(skeleton, event), blockOf(skeleton, other)];
  if (at < 0 || there < 0) return false;
  if (at === there) return true;
  if (!reachableBlocks(skeleton, 0, there).has(at)) return true;
  const behind = reachableBlocks(skeleton, at, there);
  return [...behind].every((id) => blockAt(skeleton, id).exit.k !== 'return');
}
