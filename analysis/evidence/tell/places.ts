import type { SourcePlace } from '../join/joined.js';

/** `function (file:line)`, as far as it is known. */
export function placeText(place: SourcePlace): string {
  if (place.file === undefined) return place.function;
  const at = place.line === undefined ? place.file : `${place.file}:${place.line}`;
  return place.function === '' ? at : `${place.function} (${at})`;
}
