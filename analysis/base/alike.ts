import type { Shape } from './shapes.js';

/**
 * Lists of which many are alike, written as any others: those with the very same elements (texts, or repeated
 * values) are read as one object.
 */
export function alike<T>(shape: Shape<readonly T[]>): Shape<readonly T[]> {
  return {
    ...shape,
    read: (from, head, owner) => from.near.lists.one(shape.read(from, head, owner)),
  };
}
