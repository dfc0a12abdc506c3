/** The map itself, and how many have it. */
interface Box<K, V> {
  readonly map: Map<K, V>;
  owners: number;
}

/** A map that its clones share until one of them changes it: paths fork far more often than they learn. */
export class Shared<K, V> {
  private constructor(private box: Box<K, V>) {}

  static of<K, V>(map = new Map<K, V>()): Shared<K, V> {
    return new Shared({ map, owners: 1 });
  }

  get map(): ReadonlyMap<K, V> {
    return this.box.map;
  }

  clone(): Shared<K, V> {
    this.box.owners++;
    return new Shared(this.box);
  }

  /** Whether both have the very same entries, because neither changed any since they were cloned. */
  isSame(other: Shared<K, V>): boolean {
    return this.box === other.box;
  }

  /** Nobody looks at this one any more: the last that is left changes the map in place. */
  release(): void {
    this.box.owners--;
  }

  /** The map, to be changed. While somebody goes through it, entries may be changed and taken out. */
  own(): Map<K, V> {
    if (this.box.owners > 1) {
      this.box.owners--;
      this.box = { map: copyOf(this.box.map), owners: 1 };
    }
    return this.box.map;
  }
}

/** By a loop: the constructor makes a list of each entry on the way, which takes a third longer. */
function copyOf<K, V>(map: ReadonlyMap<K, V>): Map<K, V> {
  const copy = new Map<K, V>();
  for (const [key, value] of map) copy.set(key, value);
  return copy;
}
