import { blockOf } from '../../skeleton/lowering/events.js';
import { successors } from '../../skeleton/lowering/exits.js';
import type { Block, BlockId, Event, EventId, Skeleton } from '../../skeleton/types.js';

/**
 * Whether a path of a function leads from one event to another without an event in between that ends it.
 * @param ends queried once for each event passed, in the order in which the paths are followed
 */
export function leadsTo(
  skeleton: Skeleton,
  from: EventId,
  to: EventId,
  ends: (event: Event) => boolean,
): boolean {
  const { blocks } = skeleton;
  const start = blocks[blockOf(skeleton, from)];
  if (start === undefined) return false;
  const seen = new Set<BlockId>();
  const behind = start.events.slice(start.events.findIndex(({ id }) => id === from) + 1);
  const open: Block[] = [{ ...start, events: behind }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const last = next.events.find((event) => event.id === to || ends(event));
    if (last?.id === to) return true;
    if (last !== undefined) continue;
    for (const id of successors(next.exit)) {
      const block = blocks[id];
      if (block === undefined || seen.has(id)) continue;
      seen.add(id);
      open.push(block);
    }
  }
  return false;
}
