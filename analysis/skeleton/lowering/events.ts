import type { BlockId, Event, EventId, Skeleton } from '../types.js';

/** All events of a function, block by block; empty without a skeleton. */
export function eventsOf(skeleton: Skeleton | undefined): readonly Event[] {
  return skeleton?.blocks.flatMap(({ events }) => events) ?? [];
}

/** An event by its id; `undefined` without a skeleton and for an event of another function. */
export function eventAt(skeleton: Skeleton | undefined, event: EventId): Event | undefined {
  for (const { events } of skeleton?.blocks ?? []) {
    const found = events.find(({ id }) => id === event);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The block of an event; -1 for an event of another function. */
export function blockOf({ blocks }: Skeleton, event: EventId): BlockId {
  return blocks.findIndex(({ events }) => events.some(({ id }) => id === event));
}
