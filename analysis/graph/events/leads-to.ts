import { blockOf } from '../../skeleton/lowering/events.js';
import { successors } from '../../skeleton/lowering/exits.js';
import type { Block, BlockId, Event, EventId, Skeleton } from '../../skeleton/types.js';

/** What a path may lead to. */
export interface Goals {
  readonly isGoal: (event: Event) => boolean;
  /** Whether the exit of a block is one; none is if absent. */
  readonly isGoalExit?: (block: Block) => boolean;
  /** Whether an event ends the path. Queried once for each event passed, in the order in which the paths are followed. */
  readonly ends: (event: Event) => boolean;
}

/** Whether a path of a function leads from an event to a goal without an event in between that ends it. */
export function leadsToAny(skeleton: Skeleton, from: EventId, { isGoal, isGoalExit, ends }: Goals): boolean {
  const { blocks } = skeleton;
  const start = blocks[blockOf(skeleton, from)];
  if (start === undefined) return false;
  const seen = new Set<BlockId>();
  const behind = start.events.slice(start.events.findIndex(({ id }) => id === from) + 1);
  const open: Block[] = [{ ...start, events: behind }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const last = next.events.find((event) => isGoal(event) || ends(event));
    if (last !== undefined && isGoal(last)) return true;
    if (last !== undefined) continue;
    if (isGoalExit?.(next) === true) return true;
    for (const id of successors(next.exit)) {
      const block = blocks[id];
      if (block === undefined || seen.has(id)) continue;
      seen.add(id);
      open.push(block);
    }
  }
  return false;
}

/** {@link leadsToAny} with one event as the goal. */
export function leadsTo(
  skeleton: Skeleton,
  from: EventId,
  to: EventId,
  ends: (event: Event) => boolean,
): boolean {
  return leadsToAny(skeleton, from, { isGoal: ({ id }) => id === to, ends });
}
