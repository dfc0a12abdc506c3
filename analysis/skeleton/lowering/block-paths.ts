import { append } from '../../base/lists.js';
import type { Block, BlockId, EventId, ExprId, Skeleton } from '../types.js';
import { blockOf } from './events.js';
import { successors } from './exits.js';

/**
 * Whether every path from the function's entry to an event passes another one first. Of branches with a condition for which
 * `isMet` holds, only the side that leads to the first event counts.
 */
export function isOnEveryPath(
  skeleton: Skeleton,
  first: EventId,
  event: EventId,
  isMet: (condition: ExprId) => boolean = () => false,
): boolean {
  const [barrier, end] = [blockOf(skeleton, first), blockOf(skeleton, event)];
  if (barrier < 0 || end < 0) return false;
  if (barrier !== end) return !blocksPast(skeleton, barrier, isMet).has(end);
  const ids = (skeleton.blocks[end]?.events ?? []).map(({ id }) => id);
  return ids.indexOf(first) < ids.indexOf(event);
}

/** Whether some path leads from one event to another. */
export function canFollow(skeleton: Skeleton, first: EventId, event: EventId): boolean {
  const [from, end] = [blockOf(skeleton, first), blockOf(skeleton, event)];
  if (from < 0 || end < 0) return false;
  const { events, exit } = blockAt(skeleton, from);
  const ids = events.map(({ id }) => id);
  if (from === end && ids.indexOf(first) < ids.indexOf(event)) return true;
  return successors(exit).some((to) => reachableBlocks(skeleton, to, -1).has(end));
}

/**
 * Whether every path from the function's entry to a return passes an event. Of branches with a condition for which
 * `isMet` holds, only the side that leads to the event counts.
 */
export function isUnavoidable(
  skeleton: Skeleton,
  event: EventId,
  isMet: (condition: ExprId) => boolean = () => false,
): boolean {
  const without = blockOf(skeleton, event);
  if (without < 0) return false;
  const past = blocksPast(skeleton, without, isMet);
  return [...past].every((id) => blockAt(skeleton, id).exit.k !== 'return');
}

/** Blocks reachable from the entry without passing one; where `isMet` holds, only the side that leads there counts. */
function blocksPast(
  skeleton: Skeleton,
  without: BlockId,
  isMet: (condition: ExprId) => boolean,
): ReadonlySet<BlockId> {
  const before = blocksBefore(skeleton.blocks, [without]);
  const leads = (id: BlockId): boolean => id === without || before.has(id);
  const seen = new Set<BlockId>();
  const open = without === 0 ? [] : [0];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const { exit } = blockAt(skeleton, id);
    const isSettled = exit.k === 'branch' && isMet(exit.condition);
    const next = successors(exit).filter((to) => to !== without);
    open.push(...(isSettled && successors(exit).some(leads) ? next.filter(leads) : next));
  }
  return seen;
}

/** Whether an event is in a loop that starts no new round without it. */
export function isInEveryIteration(skeleton: Skeleton, event: EventId): boolean {
  const at = blockOf(skeleton, event);
  if (at < 0) return false;
  const before = blocksBefore(skeleton.blocks, [at]);
  // The loop consists of the blocks on paths from the event back to it.
  const after = new Set(
    successors(blockAt(skeleton, at).exit).flatMap((to) => [...reachableBlocks(skeleton, to, -1)]),
  );
  const round = [...after].filter((id) => before.has(id) && id !== at);
  return (
    after.has(at) &&
    round.every((id) =>
      successors(blockAt(skeleton, id).exit).every((to) => !reachableBlocks(skeleton, to, at).has(id)),
    )
  );
}

/** Blocks reachable from one, including itself, without passing `without`. */
export function reachableBlocks(
  skeleton: Pick<Skeleton, 'blocks'>,
  from: BlockId,
  without: BlockId,
): ReadonlySet<BlockId> {
  const seen = new Set<BlockId>();
  const open = from === without ? [] : [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const to of successors(blockAt(skeleton, id).exit)) if (to !== without) open.push(to);
  }
  return seen;
}

/** The given blocks, and those from which some path leads to one. */
export function blocksLeadingTo(
  blocks: readonly Block[],
  isMeant: (block: Block, id: BlockId) => boolean,
): ReadonlySet<BlockId> {
  const meant = blocks.flatMap((block, id) => (isMeant(block, id) ? [id] : []));
  return new Set([...meant, ...blocksBefore(blocks, meant)]);
}

/** Blocks from which some path of at least one step leads to one of `ends`. */
export function blocksBefore(blocks: readonly Block[], ends: readonly BlockId[]): ReadonlySet<BlockId> {
  const above = new Map<BlockId, BlockId[]>();
  blocks.forEach(({ exit }, id) => {
    for (const to of successors(exit)) append(above, to, id);
  });
  const found = new Set<BlockId>();
  const open = [...ends];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const from of above.get(id) ?? []) {
      if (found.has(from)) continue;
      found.add(from);
      open.push(from);
    }
  }
  return found;
}

/** Throws if there is no such block. */
export function blockAt({ blocks }: Pick<Skeleton, 'blocks'>, id: BlockId): Skeleton['blocks'][number] {
  const block = blocks[id];
  if (block === undefined) throw new RangeError(`block ${id}`);
  return block;
}
