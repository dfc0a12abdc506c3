import type { BlockId, EventId, Skeleton } from '../types.js';
import { blockOf } from './events.js';
import { successors } from './exits.js';

/** Whether every path from the function's entry to an event passes another one first. */
export function isOnEveryWay(skeleton: Skeleton, first: EventId, event: EventId): boolean {
  const [barrier, end] = [blockOf(skeleton, first), blockOf(skeleton, event)];
  if (barrier < 0 || end < 0) return false;
  if (barrier === end) {
    const ids = (skeleton.blocks[end]?.events ?? []).map(({ id }) => id);
    return ids.indexOf(first) < ids.indexOf(event);
  }
  const seen = new Set<BlockId>([0]);
  for (const at of seen) {
    if (at === barrier) continue;
    if (at === end) return false;
    const exit = skeleton.blocks[at]?.exit;
    for (const to of exit === undefined ? [] : successors(exit)) seen.add(to);
  }
  return seen.has(end) || seen.has(barrier);
}
