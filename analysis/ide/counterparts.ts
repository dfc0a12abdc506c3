import { absolute, type Span } from '../base/span.js';
import type { ShownSummary } from '../checks/engine/engine.js';
import { successors } from '../skeleton/lowering/exits.js';
import type { BlockId, LockEvent, Skeleton } from '../skeleton/types.js';
import { placeAt, type SourcePosition } from './place.js';
import type { Position, View } from './view.js';
import { eventsOf } from '../skeleton/lowering/events.js';

/** An acquisition or a release, with its counterparts. */
export interface Counterparts {
  /** The operation at the position. */
  readonly at: Span;
  readonly operation: 'acquire' | 'release';
  /** In text order. */
  readonly others: readonly Span[];
}

/**
 * For an acquisition at a position, the first releases on the paths from it; for a release, the acquisitions
 * that it ends, in the same function. `undefined` if there is no lock operation.
 */
export function counterpartsAt(view: View, file: string, position: Position): Counterparts | undefined {
  const place = placeAt(view.program, file, position);
  const event = place?.covering.map((each) => each.event).find(isLocking);
  const summary = place && view.analysis.summary(place.fn);
  if (!place || !event || !summary) return undefined;
  const own = absolute(event.at, place.fn.line);
  const others = acquires(event) ? releasesOf(place, summary, event) : acquisitionsOf(place, summary, event);
  const spans = others.map(({ at }) => absolute(at, place.fn.line)).sort(byPlace);
  return { at: own, operation: acquires(event) ? 'acquire' : 'release', others: spans };
}

function isLocking(event: { readonly k: string }): event is LockEvent {
  return event.k === 'acquire' || event.k === 'try' || event.k === 'release';
}

function acquires({ k }: LockEvent): boolean {
  return k !== 'release';
}

function acquisitionsOf(place: SourcePosition, summary: ShownSummary, release: LockEvent): LockEvent[] {
  return lockEvents(place.skeleton).filter(
    (event) => acquires(event) && releasesOf(place, summary, event).includes(release),
  );
}

function lockEvents(skeleton: Skeleton): LockEvent[] {
  return eventsOf(skeleton).filter(isLocking);
}

/** The first releases of the same lock on the paths from an acquisition. */
function releasesOf({ skeleton }: SourcePosition, summary: ShownSummary, from: LockEvent): LockEvent[] {
  const found = new Set<LockEvent>();
  const seen = new Set<BlockId>();
  const open: { readonly block: BlockId; readonly start: number }[] = [];
  skeleton.blocks.forEach(({ events }, block) => {
    const at = events.indexOf(from);
    if (at >= 0) open.push({ block, start: at + 1 });
  });
  for (let next = open.pop(); next; next = open.pop()) {
    const { events, exit } = skeleton.blocks[next.block] ?? { events: [], exit: { k: 'stop' } as const };
    const end = events.slice(next.start).find((event) => isLocking(event) && isSame(summary, from, event));
    if (end && isLocking(end)) {
      // Acquired again before a release: another critical section starts.
      if (!acquires(end)) found.add(end);
      continue;
    }
    for (const block of successors(exit)) {
      if (seen.has(block)) continue;
      seen.add(block);
      open.push({ block, start: 0 });
    }
  }
  return [...found];
}

function isSame(summary: ShownSummary, a: LockEvent, b: LockEvent): boolean {
  if (a.lock === b.lock) return true;
  const key = summary.lockOf.get(a.id);
  return key !== undefined && key !== '' && key === summary.lockOf.get(b.id);
}

function byPlace(a: Span, b: Span): number {
  return a.line - b.line || a.column - b.column;
}
