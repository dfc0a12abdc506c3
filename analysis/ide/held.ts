import type { ShownLock } from '../checks/engine/engine.js';
import { placeAt } from './place.js';
import type { Position, View } from './view.js';

/**
 * The locks held at a position on every path: before the lock operation or call that covers it, else before
 * the next one in the text. `undefined` if unknown.
 */
export function heldAt(view: View, file: string, position: Position): readonly ShownLock[] | undefined {
  const place = placeAt(view.program, file, position);
  const summary = place && view.analysis.summary(place.fn);
  if (!place || !summary) return undefined;
  for (const { event } of [...place.covering, ...(place.next ? [place.next] : [])]) {
    const held = summary.heldAt.get(event.id);
    if (held) return held;
  }
  return undefined;
}
