import type { ProvenUse } from '../../../graph/interrupts/usage.js';

/**
 * The handler's side of an inversion with the registration in a file of the other side, if there is one as sure: several
 * drivers may register a handler that they share, and the finding is about the one that takes the lock.
 */
export function withNearestEntry(inner: ProvenUse, outer: ProvenUse): ProvenUse {
  const { entry } = inner;
  const files = new Set(outer.steps.map(({ fn }) => fn.file));
  if (entry === undefined || files.has(entry.at.file)) return inner;
  const near = entry.others?.find(
    ({ at, confidence }) => files.has(at.file) && confidence === entry.confidence,
  );
  return near === undefined ? inner : { ...inner, entry: near };
}
