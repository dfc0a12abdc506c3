import type { AssignEvent, BlockId, Event, EventId, Expr, Skeleton } from '../types.js';

/** All events of a function, block by block; empty without a skeleton. */
export function eventsOf(skeleton: Skeleton | undefined): readonly Event[] {
  return skeleton?.blocks.flatMap(({ events }) => events) ?? [];
}

/** `x->m = value`, with the member that it sets. */
export interface MemberStore {
  readonly event: AssignEvent;
  readonly target: Extract<Expr, { readonly k: 'field' }>;
}

/** The stores of a function in members, block by block; none without a skeleton. */
export function* memberStores(skeleton: Skeleton | undefined): Generator<MemberStore> {
  for (const { events } of skeleton?.blocks ?? []) {
    for (const event of events) {
      const target = event.k === 'assign' ? skeleton?.exprs[event.target] : undefined;
      if (event.k === 'assign' && target?.k === 'field') yield { event, target };
    }
  }
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
