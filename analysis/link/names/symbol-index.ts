import { EntryRanges, NO_ENTRIES, type EntryRange } from '../files/entry-ranges.js';

export const NONE = -1;
/** Number of bits of a mark; the other bits of its byte identify the index. */
const MARK_BITS = 4;
const MARKS = (1 << MARK_BITS) - 1;

/** The entries of all indexes, in typed arrays because a kernel has millions. */
export class EntryStore {
  /** First entry of a name in any index, by name id. */
  heads = new Int32Array(1024).fill(NONE);
  next = new Int32Array(1024);
  names = new Int32Array(1024);
  files = new Int32Array(1024);
  items = new Int32Array(1024);
  kinds = new Uint8Array(1024);
  private readonly ranges = new EntryRanges();

  allocate(count: number): number {
    const start = this.ranges.allocate(count);
    const { end } = this.ranges;
    if (end > this.next.length) {
      this.next = grown(this.next, end);
      this.names = grown(this.names, end);
      this.files = grown(this.files, end);
      this.items = grown(this.items, end);
      const kinds = new Uint8Array(this.next.length);
      kinds.set(this.kinds);
      this.kinds = kinds;
    }
    return start;
  }

  free(range: EntryRange): void {
    this.ranges.free(range);
  }

  link(entry: number, name: number): void {
    if (name >= this.heads.length) this.heads = grown(this.heads, name + 1);
    this.names[entry] = name;
    this.next[entry] = this.heads[name] ?? NONE;
    this.heads[name] = entry;
  }

  unlink(entry: number): void {
    takeOut(this.heads, this.names[entry] ?? NONE, this.next, entry);
  }
}

/** Unlinks an entry from a chain; `heads[head]` is the chain's first entry and `next` links the rest. */
export function takeOut(heads: Int32Array, head: number, next: Int32Array, entry: number): void {
  const after = next[entry] ?? NONE;
  let at = heads[head] ?? NONE;
  if (at === entry) {
    heads[head] = after;
    return;
  }
  while (at !== NONE && next[at] !== entry) at = next[at] ?? NONE;
  if (at !== NONE) next[at] = after;
}

/**
 * Where names are defined: one entry per item of each file. An entry is a number that stays valid until removed; the
 * entries of one file are consecutive.
 */
export interface SymbolIndex {
  /**
   * Adds the entries of a file, as triples of name, item and mark. The owner of the index defines the meaning of item
   * and mark.
   */
  add(file: number, triples: readonly number[]): EntryRange;
  remove(range: EntryRange): void;
  /** The first entry of a name; -1 if there is none. {@link after} yields the others, in no order. */
  first(name: number): number;
  after(entry: number): number;
  /** The id of the name. */
  name(entry: number): number;
  file(entry: number): number;
  item(entry: number): number;
  mark(entry: number): number;
}

/** An index keyed by the numbers of a name table. */
export class NamedIndex implements SymbolIndex {
  constructor(
    private readonly store: EntryStore,
    /** Identifies the entries of this index in the shared store. */
    private readonly kind: number,
  ) {}

  add(file: number, triples: readonly number[]): EntryRange {
    const count = triples.length / 3;
    if (count === 0) return NO_ENTRIES;
    const start = this.store.allocate(count);
    for (let at = 0; at < count; at++) {
      const entry = start + at;
      this.store.items[entry] = triples[at * 3 + 1] ?? 0;
      this.store.kinds[entry] = (this.kind << MARK_BITS) | (triples[at * 3 + 2] ?? 0);
      this.store.files[entry] = file;
      this.store.link(entry, triples[at * 3] ?? 0);
    }
    return { start, count };
  }

  remove(range: EntryRange): void {
    if (range.count === 0) return;
    for (let entry = range.start; entry < range.start + range.count; entry++) this.store.unlink(entry);
    this.store.free(range);
  }

  first(name: number): number {
    return name < 0 ? NONE : this.ownFrom(this.store.heads[name] ?? NONE);
  }

  after(entry: number): number {
    return this.ownFrom(this.store.next[entry] ?? NONE);
  }

  name(entry: number): number {
    return this.store.names[entry] ?? NONE;
  }

  file(entry: number): number {
    return this.store.files[entry] ?? NONE;
  }

  item(entry: number): number {
    return this.store.items[entry] ?? NONE;
  }

  mark(entry: number): number {
    return (this.store.kinds[entry] ?? 0) & MARKS;
  }

  private ownFrom(entry: number): number {
    let at = entry;
    while (at !== NONE && (this.store.kinds[at] ?? 0) >> MARK_BITS !== this.kind)
      at = this.store.next[at] ?? NONE;
    return at;
  }
}

/** A larger copy with room for at least `size` numbers, grown by at least half. */
export function grown(array: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const length = Math.max(size, array.length + (array.length >> 1));
  const larger = new Int32Array(length).fill(NONE, array.length);
  larger.set(array);
  return larger;
}
