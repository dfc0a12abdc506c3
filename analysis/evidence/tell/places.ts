import type { SourcePlace, Wait } from '../join/joined.js';

/** `function (file:line)`, as far as known. */
export function placeText(place: SourcePlace): string {
  if (place.file === undefined) return place.function;
  const at = place.line === undefined ? place.file : `${place.file}:${place.line}`;
  return place.function === '' ? at : `${place.function} (${at})`;
}

/** The awaited object and the place, with the function named once. */
export function placedText({ for: what, where }: Wait): string {
  if (!where) return what;
  const named = ` in ${where.function}`;
  return `${what.endsWith(named) ? what.slice(0, -named.length) : what} in ${placeText(where)}`;
}
