import { placeAt } from './place.js';
import type { Position, View } from './view.js';

/**
 * The orders at an acquisition: each lock that is certainly held there before the acquired one, as class ids,
 * outermost first.
 */
export function ordersAt(view: View, file: string, position: Position): readonly (readonly string[])[] {
  const place = placeAt(view.program, file, position);
  const summary = place && view.analysis.summary(place.fn);
  const event = place?.covering.map((each) => each.event).find(({ k }) => k === 'acquire' || k === 'try');
  if (!summary || !event) return [];
  const taken = view.analysis.inspection.lock(summary.lockOf.get(event.id) ?? '')?.id;
  if (taken === undefined) return [];
  const held = new Set(
    (summary.heldAt.get(event.id) ?? []).filter(({ key }) => key !== '').map(({ id }) => id),
  );
  held.delete(taken);
  return [...held].map((id) => [id, taken]);
}
