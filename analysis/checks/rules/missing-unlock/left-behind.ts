import { lockEventsOf } from '../../../graph/paths/lock-events.js';
import { LockFlow, type LockEvents } from '../../../graph/paths/lock-flow.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import { blocksLeadingTo } from '../../../skeleton/lowering/block-paths.js';
import type { Block, BlockId, EventId, Expr, ExprId, Skeleton } from '../../../skeleton/types.js';
import type { FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import { endsOf, type World } from './kept-locks.js';

/**
 * Whether a branch that is always reached with the lock held chooses between code that releases the lock and code that
 * returns without another chance to release it. Paths that never took the lock may join after the branch: `goto out`
 * both before the acquisition and inside the section. With `byItself`, a branch on the caller's argument alone does not
 * count, since the caller may know what becomes of the lock.
 */
export function isLeftBehind(
  world: World,
  summary: FunctionSummary,
  lock: HeldLock,
  byItself = false,
): boolean {
  const skeleton = world.around.program.skeleton(summary.fn);
  if (skeleton === undefined) return false;
  const { blocks } = skeleton;
  const { takes, arms, unsure } = lockEventsOf(world.around, summary, lock);
  const ends = endsOf(world, summary, skeleton, lock);
  const events = {
    takes,
    ends,
    unsure: new Set(
      [...arms.keys()]
        .flatMap((id) => blocks[id]?.events.map((event) => event.id) ?? [])
        .filter((id) => unsure.has(id)),
    ),
    arms,
  };
  return leavingBehind(skeleton, events, ends, byItself).length > 0;
}

/** The arms of such branches that lead to a return without another chance to release. */
export function leavingBehind(
  { blocks, exprs }: Skeleton,
  events: LockEvents,
  ends: ReadonlySet<EventId>,
  byItself: boolean,
): readonly BlockId[] {
  const flow = new LockFlow(blocks, events);
  const ending = blocksLeadingTo(blocks, (block) => block.events.some(({ id }) => ends.has(id)));
  const leaving = blocksLeadingTo(blocks, ({ exit }) => exit.k === 'return');
  return blocks.flatMap((block, id) => {
    const to = successors(block.exit);
    if (to.length < 2 || !flow.isHeldBehind(id)) return [];
    const on = block.exit.k === 'branch' ? block.exit.condition : -1;
    if ((byItself && isAskedFor(exprs, on)) || !to.some((next) => ending.has(next))) return [];
    return meant(blocks, block).filter((next) => !ending.has(next) && leaving.has(next));
  });
}

/**
 * The successors for which the source has code. A value that no case of a switch names may never occur, unless
 * `default` has code of its own.
 */
function meant(blocks: readonly Block[], { exit }: Block): readonly BlockId[] {
  if (exit.k !== 'switch') return successors(exit);
  const { cases, otherwise } = exit;
  const before = blocks.filter((block) => successors(block.exit).includes(otherwise));
  return [...cases.map(({ block }) => block), ...(before.length === 1 ? [otherwise] : [])];
}

/** Whether a condition consists only of a flag that the caller passed, or a configuration option. */
function isAskedFor(exprs: readonly Expr[], on: ExprId): boolean {
  const expr = exprs[on];
  if (expr?.k === 'unary' || expr?.k === 'cast') return isAskedFor(exprs, expr.base);
  if (expr?.k === 'binary' && expr.op === '&') return isAskedFor(exprs, expr.left);
  return expr?.k === 'parameter' || expr?.k === 'config';
}
