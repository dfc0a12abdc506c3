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
