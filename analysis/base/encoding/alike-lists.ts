/** Maximum number of lists with the same first element that a lookup compares. */
const MOST_ALIKE = 8;

/** Makes lists with identical elements one object. */
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
