/** Appends a value to the list of a key; the first value of a key begins its list. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** A list, and those that it consists of. */
interface JoinedList<V> {
  readonly parts: readonly (readonly V[])[];
  readonly all: readonly V[];
}

/** Joins lists of one key. A joined list is the same object as the last time if it consists of the same lists. */
export class Joined<K, V> {
  private known: ReadonlyMap<K, JoinedList<V>> = new Map();

  /** Starts with what another one has joined. */
  adopt({ known }: Joined<K, V>): void {
    this.known = known;
  }

  /** The keys come in the order of their first appearance. Yields now and then, since there may be many. */
  *join(maps: Iterable<ReadonlyMap<K, readonly V[]>>): Generator<void, ReadonlyMap<K, readonly V[]>> {
    let done = 0;
    const parts = new Map<K, (readonly V[])[]>();
    for (const map of maps) {
      for (const [key, part] of map) append(parts, key, part);
      if (++done % JOINED_AT_ONCE === 0) yield;
    }
    const joined = new Map<K, JoinedList<V>>();
    const lists = new Map<K, readonly V[]>();
    for (const [key, own] of parts) {
      let list = this.known.get(key);
      if (list?.parts.length !== own.length || !own.every((part, i) => part === list?.parts[i]))
        list = { parts: own, all: own.length === 1 ? (own[0] ?? []) : own.flat() };
      joined.set(key, list);
      lists.set(key, list.all);
      if (++done % JOINED_AT_ONCE === 0) yield;
    }
    this.known = joined;
    return lists;
  }
}

/** Maps or keys joined between two yields. */
const JOINED_AT_ONCE = 256;

/**
 * Index of the first element that is not smaller than `wanted` in an ascending list; its length if all are
 * smaller.
 */
export function lowerBound(ascending: ArrayLike<number>, wanted: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
