import { partsOf } from '../../skeleton/expressions/parts.js';
import { blocksLeadingTo, reachableBlocks } from '../../skeleton/lowering/block-paths.js';
import { blockOf } from '../../skeleton/lowering/events.js';
import type { BlockId, EventId, Expr, Skeleton } from '../../skeleton/types.js';

type Kinds = ReadonlySet<Expr['k'] | undefined>;

/**
 * Whether a branch decides if a function reaches an event, and its condition has a part of one of these kinds. Asks the
 * control flow: the facts of a path forget a condition once both of its outcomes lead there.
 */
export function isDecidedBy(skeleton: Skeleton, event: EventId, kinds: Kinds): boolean {
  const at = blockOf(skeleton, event);
  const leading = blocksLeadingTo(skeleton.blocks, (_, id) => id === at);
  return someBranch(skeleton, kinds, (to) => leading.has(to));
}

/** Whether such a branch decides if a function may return without the event: after one of its sides, it cannot. */
export function isAvoidedBy(skeleton: Skeleton, event: EventId, kinds: Kinds): boolean {
  const at = blockOf(skeleton, event);
  return someBranch(skeleton, kinds, (to) =>
    [...reachableBlocks(skeleton, to, at)].some((id) => skeleton.blocks[id]?.exit.k === 'return'),
  );
}

/** Whether some branch with such a condition leads to a block for which `holds`, and to one for which it does not. */
function someBranch({ blocks, exprs }: Skeleton, kinds: Kinds, holds: (to: BlockId) => boolean): boolean {
  return blocks.some(
    ({ exit }) =>
      exit.k === 'branch' &&
      partsOf(exprs, exit.condition).some((part) => kinds.has(exprs[part]?.k)) &&
      holds(exit.whenTrue) !== holds(exit.whenFalse),
  );
}
