import type { AssignEvent, BlockId, Event, EventId, Expr, ExprId, Skeleton } from '../types.js';
import { successors } from './exits.js';

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

/** The values that a function assigns to a variable, block by block. */
export function valuesAssigned(skeleton: Skeleton, variable: ExprId): readonly ExprId[] {
  return eventsOf(skeleton).flatMap((event) =>
    event.k === 'assign' && event.target === variable ? [event.value] : [],
  );
}

/** An event by its id; `undefined` without a skeleton and for an event of another function. */
export function eventAt(skeleton: Skeleton | undefined, event: EventId): Event | undefined {
  for (const { events } of skeleton?.blocks ?? []) {
    const found = events.find(({ id }) => id === event);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The name that an event calls; `undefined` if it is no call, or one through a pointer. */
export function calleeName(event: Event | undefined): string | undefined {
  return event?.k === 'call' && typeof event.callee === 'string' ? event.callee : undefined;
}

/** The block of an event; -1 for an event of another function. */
export function blockOf({ blocks }: Skeleton, event: EventId): BlockId {
  return blocks.findIndex(({ events }) => events.some(({ id }) => id === event));
}

/** The value that a variable has where the function begins, among the stores to it. */
const AT_ENTRY: EventId = -1;

/** The stores to a variable whose value an event may see, and {@link AT_ENTRY}. */
export function storesSeen(skeleton: Skeleton, variable: ExprId, event: EventId): ReadonlySet<EventId> {
  const seen = new Set<EventId>();
  const before = new Map<BlockId, ReadonlySet<EventId>>([[0, new Set([AT_ENTRY])]]);
  const open: BlockId[] = [0];
  for (const id of open) {
    const block = skeleton.blocks[id];
    let stores = before.get(id) ?? new Set<EventId>();
    for (const one of block?.events ?? []) {
      if (one.id === event) for (const store of stores) seen.add(store);
      if (one.k === 'assign' && one.target === variable) stores = new Set([one.id]);
    }
    for (const to of block === undefined ? [] : successors(block.exit)) {
      const known = before.get(to);
      if (known !== undefined && [...stores].every((store) => known.has(store))) continue;
      before.set(to, new Set([...(known ?? []), ...stores]));
      open.push(to);
    }
  }
  return seen;
}
