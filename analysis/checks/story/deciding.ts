import { partsOf } from '../../skeleton/expressions/parts.js';
import { blocksLeadingTo, reachableBlocks } from '../../skeleton/lowering/block-paths.js';
import { blockOf } from '../../skeleton/lowering/events.js';
import type { BlockId, EventId, Expr, Skeleton } from '../../skeleton/types.js';

/**
 * Whether a branch decides if a function reaches an event, and its condition has a part of one of these kinds. Asks the
 * control flow: the facts of a path forget a condition once both of its outcomes lead there.
 */
export function isDecidedBy(
  skeleton: Skeleton,
  event: EventId,
  kinds: ReadonlySet<Expr['k'] | undefined>,
): boolean {
  const { blocks, exprs } = skeleton;
  const at = blockOf(skeleton, event);
  const leading = blocksLeadingTo(blocks, (_, id) => id === at);
  return blocks.some(
    ({ exit }) =>
      exit.k === 'branch' &&
      leading.has(exit.whenTrue) !== leading.has(exit.whenFalse) &&
      partsOf(exprs, exit.condition).some((part) => kinds.has(exprs[part]?.k)),
  );
}

/**
 * Whether a branch decides if a function may return without an event: after one of its sides it may, after the other one
 * it cannot. Some part of its condition has one of these kinds.
 */
export function isAvoidedBy(
  skeleton: Skeleton,
  event: EventId,
  kinds: ReadonlySet<Expr['k'] | undefined>,
): boolean {
  const { blocks, exprs } = skeleton;
  const at = blockOf(skeleton, event);
  const mayAvoid = (from: BlockId): boolean =>
    [...reachableBlocks(skeleton, from, at)].some((id) => blocks[id]?.exit.k === 'return');
  return blocks.some(
    ({ exit }) =>
      exit.k === 'branch' &&
      mayAvoid(exit.whenTrue) !== mayAvoid(exit.whenFalse) &&
      partsOf(exprs, exit.condition).some((part) => kinds.has(exprs[part]?.k)),
  );
}
