const NONE = -1;

/** Consecutive entries: what one file has in one index. */
export interface EntryRange {
  readonly start: number;
  readonly count: number;
}

export const NO_ENTRIES: EntryRange = { start: 0, count: 0 };

/**
 * Where names are defined: one entry for each item of each file. Entries are numbers and stay the same
 * until removed; those of a file are consecutive. Typed arrays, since a kernel has millions of them.
 */
export class SymbolIndex {
  /** First entry of a name, by name id. */
  private heads = new Int32Array(1024).fill(NONE);
  private next = new Int32Array(1024);
  private previous = new Int32Array(1024);
  private names = new Int32Array(1024);
  private files = new Int32Array(1024);
  private items = new Int32Array(1024);
  private marks = new Uint8Array(1024);
  private used = 0;
  private holes: EntryRange[] = [];

  /**
   * Adds the entries of a file: name, item and mark of each, one after the other. Item and mark mean what
   * the owner of the index wants.
   */
  add(file: number, triples: readonly number[]): EntryRange {
    const count = triples.length / 3;
    if (count === 0) return NO_ENTRIES;
    const start = this.allocate(count);
    for (let at = 0; at < count; at++) {
      const entry = start + at;
      this.items[entry] = triples[at * 3 + 1] ?? 0;
      this.marks[entry] = triples[at * 3 + 2] ?? 0;
      this.files[entry] = file;
      this.link(entry, triples[at * 3] ?? 0);
    }
    return { start, count };
  }

  remove({ start, count }: EntryRange): void {
    if (count === 0) return;
    for (let entry = start; entry < start + count; entry++) {
      const before = this.previous[entry] ?? NONE;
      const after = this.next[entry] ?? NONE;
      if (before === NONE) this.heads[this.names[entry] ?? 0] = after;
      else this.next[before] = after;
      if (after !== NONE) this.previous[after] = before;
    }
    this.holes.push({ start, count });
  }

  /** The first entry of a name, -1 when there is none; the others follow by {@link after}, in no order. */
  first(name: number): number {
    return name < 0 ? NONE : (this.heads[name] ?? NONE);
  }

  after(entry: number): number {
    return this.next[entry] ?? NONE;
  }

  /** The name's id. */
  name(entry: number): number {
    return this.names[entry] ?? NONE;
  }

  file(entry: number): number {
    return this.files[entry] ?? NONE;
  }

  item(entry: number): number {
    return this.items[entry] ?? NONE;
  }

  mark(entry: number): number {
    return this.marks[entry] ?? 0;
  }

  private link(entry: number, name: number): void {
    if (name >= this.heads.length) this.heads = grown(this.heads, name + 1);
    const head = this.heads[name] ?? NONE;
    this.names[entry] = name;
    this.next[entry] = head;
    this.previous[entry] = NONE;
    if (head !== NONE) this.previous[head] = entry;
    this.heads[name] = entry;
  }

  private allocate(count: number): number {
    const hole = this.holes.findIndex((range) => range.count >= count);
    const range = this.holes[hole];
    if (range !== undefined) {
      if (range.count === count) this.holes.splice(hole, 1);
      else this.holes[hole] = { start: range.start + count, count: range.count - count };
      return range.start;
    }
    const start = this.used;
    this.used += count;
    if (this.used > this.next.length) {
      this.next = grown(this.next, this.used);
      this.previous = grown(this.previous, this.used);
      this.names = grown(this.names, this.used);
      this.files = grown(this.files, this.used);
      this.items = grown(this.items, this.used);
      const marks = new Uint8Array(this.next.length);
      marks.set(this.marks);
      this.marks = marks;
    }
    return start;
  }
}

/** A copy with room for `size` numbers, and some more. */
function grown(array: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(size, array.length * 2)).fill(NONE, array.length);
  larger.set(array);
  return larger;
}
