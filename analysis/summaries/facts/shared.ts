/** The map and its number of owners. */
interface Box<K, V> {
  readonly map: Map<K, V>;
  owners: number;
}

/** A copy-on-write map. Clones share it until one of them writes, because paths fork far more often than they learn. */
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

  /** Whether both share one map because neither wrote since cloning. */
  isSame(other: Shared<K, V>): boolean {
    return this.box === other.box;
  }

  /** Gives up ownership, so that the last owner writes in place. */
  release(): void {
    this.box.owners--;
  }

  /** The map, for writing. Entries may be changed and deleted during an iteration. */
  own(): Map<K, V> {
    if (this.box.owners > 1) {
      this.box.owners--;
      this.box = { map: copyOf(this.box.map), owners: 1 };
    }
    return this.box.map;
  }
}

/** A loop, because `new Map(map)` allocates an array per entry and takes a third longer. */
function copyOf<K, V>(map: ReadonlyMap<K, V>): Map<K, V> {
  const copy = new Map<K, V>();
  for (const [key, value] of map) copy.set(key, value);
  return copy;
}
