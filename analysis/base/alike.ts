import type { Shape } from './shapes.js';

/** Lists with the same first element that are looked through for one that is like another. */
const MOST_ALIKE = 8;

/** Makes lists that have the very same elements one list. */
export class AlikeLists {
  private readonly byFirst = new Map<unknown, (readonly unknown[])[]>();

  /** The one of all lists that are like this one, which nobody changes any more; a few may stay beside it. */
  one<T>(list: readonly T[]): readonly T[] {
    const [first] = list;
    if (first === undefined) return list;
    const known = this.byFirst.get(first);
    if (known === undefined) {
      this.byFirst.set(first, [list]);
      return list;
    }
    for (const other of known) if (hasSameElements(other, list)) return other as readonly T[];
    if (known.length < MOST_ALIKE) known.push(list);
    return list;
  }
}

function hasSameElements(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((element, at) => element === other[at]);
}

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
