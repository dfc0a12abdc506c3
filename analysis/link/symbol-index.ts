/** Where a name is defined: one item of one file. Entries are numbers; they stay the same until removed. */
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
  private free = NONE;

  /** Adds an entry; `item` and `mark` mean what the owner of the index wants. */
  add(name: number, file: number, item: number, mark: number): number {
    if (name >= this.heads.length) this.heads = grown(this.heads, name + 1, NONE);
    const entry = this.take();
    const head = this.heads[name] ?? NONE;
    this.names[entry] = name;
    this.files[entry] = file;
    this.items[entry] = item;
    this.marks[entry] = mark;
    this.next[entry] = head;
    this.previous[entry] = NONE;
    if (head !== NONE) this.previous[head] = entry;
    this.heads[name] = entry;
    return entry;
  }

  remove(entry: number): void {
    const before = this.previous[entry] ?? NONE;
    const after = this.next[entry] ?? NONE;
    if (before === NONE) this.heads[this.names[entry] ?? 0] = after;
    else this.next[before] = after;
    if (after !== NONE) this.previous[after] = before;
    this.next[entry] = this.free;
    this.free = entry;
  }

  /** The first entry of a name, -1 when there is none; the others follow by {@link after}, in no order. */
  first(name: number): number {
    return name < 0 ? NONE : (this.heads[name] ?? NONE);
  }

  after(entry: number): number {
    return this.next[entry] ?? NONE;
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

  private take(): number {
    if (this.free !== NONE) {
      const entry = this.free;
      this.free = this.next[entry] ?? NONE;
      return entry;
    }
    if (this.used === this.next.length) {
      const size = this.used + 1;
      this.next = grown(this.next, size, NONE);
      this.previous = grown(this.previous, size, NONE);
      this.names = grown(this.names, size, NONE);
      this.files = grown(this.files, size, NONE);
      this.items = grown(this.items, size, NONE);
      const marks = new Uint8Array(this.next.length);
      marks.set(this.marks);
      this.marks = marks;
    }
    return this.used++;
  }
}

const NONE = -1;

/** A copy with room for `size` numbers and half as many again. */
function grown(array: Int32Array, size: number, fill: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(size + 1, array.length + (array.length >> 1))).fill(fill);
  larger.set(array);
  return larger;
}
