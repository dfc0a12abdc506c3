import { EntryRanges, NO_ENTRIES, type EntryRange } from '../files/entry-ranges.js';
import { grown, NONE, takeOut, type SymbolIndex } from './symbol-index.js';

const FIRST_BUCKETS = 1024;

/**
 * An index of names by hash ({@link hashNumber}), without their text: register headers define millions of constants, of
 * which a handful is ever looked up. The caller verifies the name in the entry's file. Entries have no marks.
 */
export class HashedIndex implements SymbolIndex {
  private readonly ranges = new EntryRanges();
  /** First entry of each bucket. The number of buckets is a power of two, at least the number of entries. */
  private heads = new Int32Array(FIRST_BUCKETS).fill(NONE);
  private next = new Int32Array(FIRST_BUCKETS);
  /** The low 32 bits of the hash, which select the bucket, and the high bits. */
  private low = new Int32Array(FIRST_BUCKETS);
  private high = new Int32Array(FIRST_BUCKETS);
  /** -1 for an unused entry. */
  private files = new Int32Array(FIRST_BUCKETS).fill(NONE);
  private items = new Int32Array(FIRST_BUCKETS);

  add(file: number, triples: readonly number[]): EntryRange {
    const count = triples.length / 3;
    if (count === 0) return NO_ENTRIES;
    const start = this.ranges.allocate(count);
    this.makeRoom(this.ranges.end);
    for (let at = 0; at < count; at++) {
      const entry = start + at;
      const name = triples[at * 3] ?? 0;
      this.low[entry] = lowBits(name);
      this.high[entry] = highBits(name);
      this.files[entry] = file;
      this.items[entry] = triples[at * 3 + 1] ?? 0;
      this.link(entry);
    }
    return { start, count };
  }

  remove(range: EntryRange): void {
    if (range.count === 0) return;
    for (let entry = range.start; entry < range.start + range.count; entry++) this.unlink(entry);
    this.ranges.free(range);
  }

  first(name: number): number {
    return this.ownFrom(this.heads[this.bucket(lowBits(name))] ?? NONE, lowBits(name), highBits(name));
  }

  after(entry: number): number {
    return this.ownFrom(this.next[entry] ?? NONE, this.low[entry] ?? 0, this.high[entry] ?? 0);
  }

  name(entry: number): number {
    return (this.high[entry] ?? 0) * 2 ** 32 + ((this.low[entry] ?? 0) >>> 0);
  }

  file(entry: number): number {
    return this.files[entry] ?? NONE;
  }

  item(entry: number): number {
    return this.items[entry] ?? NONE;
  }

  mark(): number {
    return 0;
  }

  private ownFrom(entry: number, low: number, high: number): number {
    let at = entry;
    while (at !== NONE && (this.low[at] !== low || this.high[at] !== high)) at = this.next[at] ?? NONE;
    return at;
  }

  private bucket(low: number): number {
    return low & (this.heads.length - 1);
  }

  private link(entry: number): void {
    const bucket = this.bucket(this.low[entry] ?? 0);
    this.next[entry] = this.heads[bucket] ?? NONE;
    this.heads[bucket] = entry;
  }

  private unlink(entry: number): void {
    this.files[entry] = NONE;
    takeOut(this.heads, this.bucket(this.low[entry] ?? 0), this.next, entry);
  }

  private makeRoom(entries: number): void {
    if (entries > this.next.length) {
      this.next = grown(this.next, entries);
      this.low = grown(this.low, entries);
      this.high = grown(this.high, entries);
      this.files = grown(this.files, entries);
      this.items = grown(this.items, entries);
    }
    if (entries <= this.heads.length) return;
    let buckets = this.heads.length;
    while (buckets < entries) buckets *= 2;
    this.heads = new Int32Array(buckets).fill(NONE);
    for (let entry = 0; entry < entries; entry++) if (this.files[entry] !== NONE) this.link(entry);
  }
}

function lowBits(name: number): number {
  return name | 0;
}

function highBits(name: number): number {
  return Math.floor(name / 2 ** 32);
}
