import type { Shape } from './shapes.js';

/**
 * Lists, many of which are equal, encoded like others. Decoding makes lists with identical elements (texts, or repeated
 * values) one object.
 */
export function alike<T>(shape: Shape<readonly T[]>): Shape<readonly T[]> {
  return {
    ...shape,
    read: (from, head, owner) => from.near.lists.one(shape.read(from, head, owner)),
  };
}
