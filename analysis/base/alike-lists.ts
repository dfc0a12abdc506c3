/** Lists with one first element that are compared before another one is added. */
const MOST_ALIKE = 8;

/** Makes lists with identical elements one list. */
export class AlikeLists {
  private readonly byFirst = new Map<unknown, (readonly unknown[])[]>();

  /**
   * The canonical list with these elements; the caller must not change it afterwards. Beyond a small number
   * of candidates the list itself is returned.
   */
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
