import type { EventId, Skeleton } from '../../skeleton/types.js';

/** Events whose values are used. */
export function resultsIn(skeleton: Skeleton): ReadonlySet<EventId> {
  const events = new Set<EventId>();
  for (const expr of skeleton.exprs) if (expr.k === 'result') events.add(expr.event);
  return events;
}
