/** The map itself, and how many have it. */
interface Box<K, V> {
  readonly map: Map<K, V>;
  owners: number;
}

/** A map that its clones share until one of them changes it: paths fork far more often than they learn. */
export class Shared<K, V> {
  private box: Box<K, V>;

  constructor(map: Map<K, V> = new Map()) {
    this.box = { map, owners: 1 };
  }

  get map(): ReadonlyMap<K, V> {
    return this.box.map;
  }

  clone(): Shared<K, V> {
    const other = new Shared(this.box.map);
    other.box = this.box;
    this.box.owners++;
    return other;
  }

  /** The map, to be changed. While somebody goes through it, entries may be changed and taken out. */
  own(): Map<K, V> {
    if (this.box.owners > 1) {
      this.box.owners--;
      this.box = { map: new Map(this.box.map), owners: 1 };
    }
    return this.box.map;
  }
}
