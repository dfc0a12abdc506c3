import type { FlatTree } from '../analysis/syntax/types.js';

/*
 * Reads tree-sitter's trees from the memory of its WebAssembly module (little-endian, 32-bit pointers). That costs a
 * tenth of calling the module for every node. The layout is that of lib/src/subtree.h and parser.h of tree-sitter; the
 * caller verifies it first.
 */

/** Offsets in a tree. */
const TREE_LANGUAGE = 8;

/** Offsets in a heap node; its children precede it, 8 bytes each. */
const PADDING = 4;
const SIZE = 16;
const CHILD_COUNT = 36;
const SYMBOL = 40;
const FLAGS = 44;
const PRODUCTION = 66;
const CHILD_SIZE = 8;

/** Offsets in a language. */
const ALIAS_LENGTH = 36;
const SYMBOL_METADATA = 72;
const PUBLIC_SYMBOLS = 76;
const ALIAS_SEQUENCES = 84;
const METADATA_SIZE = 3;
const METADATA_NAMED = 1;

/** Bits in a node's flags. A small leaf is stored in its parent's list of children, with its bits shifted by one. */
const VISIBLE = 1;
const NAMED = 2;
const EXTRA = 4;
const MISSING = 512;
const IN_PLACE = 1;
const IN_PLACE_MISSING = 32;

const ERROR_SYMBOL = 0xffff;

/** Reads whole trees from the module's memory. */
export class TreeReader {
  private bytes: Uint8Array;
  private shorts: Uint16Array;
  private words: Uint32Array;
  private kind: Uint16Array = new Uint16Array(1 << 12);
  private start: Uint32Array = new Uint32Array(1 << 12);
  private end: Uint32Array = new Uint32Array(1 << 12);
  private next: Uint32Array = new Uint32Array(1 << 12);
  private count = 0;
  private errors: number[] = [];
  private language = 0;

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly names: readonly string[],
  ) {
    this.bytes = new Uint8Array(memory.buffer);
    this.shorts = new Uint16Array(memory.buffer);
    this.words = new Uint32Array(memory.buffer);
  }

  /** Reads the tree at an address. */
  read(tree: number): FlatTree {
    if (this.bytes.buffer !== this.memory.buffer) {
      // The memory has grown.
      this.bytes = new Uint8Array(this.memory.buffer);
      this.shorts = new Uint16Array(this.memory.buffer);
      this.words = new Uint32Array(this.memory.buffer);
    }
    this.count = 0;
    this.errors = [];
    this.language = this.words[(tree + TREE_LANGUAGE) >> 2]!;
    this.node(tree, this.paddingOf(tree), 0);
    const { count } = this;
    return {
      count,
      names: this.names,
      kind: this.kind.slice(0, count),
      start: this.start.slice(0, count),
      end: this.end.slice(0, count),
      next: this.next.slice(0, count),
      errors: this.errors,
    };
  }

  /** Reads the node whose entry is at an address and whose text starts at byte `start`. Returns its end. */
  private node(entry: number, start: number, alias: number): number {
    const word = this.words[entry >> 2]!;
    if ((word & IN_PLACE) === 1) return this.leaf(entry, word, start, alias);
    const { words, shorts } = this;
    const end = start + words[(word + SIZE) >> 2]!;
    const symbol = shorts[(word + SYMBOL) >> 1]!;
    const flags = shorts[(word + FLAGS) >> 1]!;
    if (symbol === ERROR_SYMBOL || (flags & MISSING) !== 0) this.errors.push(start >> 1);
    const isNamed = alias !== 0 ? this.isNamed(alias) : (flags & (VISIBLE | NAMED)) === (VISIBLE | NAMED);
    const index = this.count;
    if (isNamed) this.add(alias === 0 ? symbol : alias, start, end);
    const children = words[(word + CHILD_COUNT) >> 2]!;
    if (children > 0) this.children(word, children, start, shorts[(word + PRODUCTION) >> 1]!);
    if (isNamed) this.next[index] = this.count;
    return end;
  }

  private children(parent: number, count: number, start: number, production: number): void {
    const { words, language } = this;
    const width = this.shorts[(language + ALIAS_LENGTH) >> 1]!;
    const aliases = production === 0 ? 0 : words[(language + ALIAS_SEQUENCES) >> 2]! + 2 * production * width;
    const first = parent - count * CHILD_SIZE;
    let position = start;
    let structural = 0;
    for (let entry = first; entry < parent; entry += CHILD_SIZE) {
      // The first child has its parent's padding.
      if (entry > first) position += this.paddingOf(entry);
      const isExtra = this.isExtra(entry);
      const alias = aliases === 0 || isExtra ? 0 : this.shorts[(aliases >> 1) + structural]!;
      if (!isExtra) structural++;
      position = this.node(entry, position, alias);
    }
  }

  /** Bytes of blanks before a node. */
  private paddingOf(entry: number): number {
    const word = this.words[entry >> 2]!;
    return (word & IN_PLACE) === 1
      ? (this.words[(entry >> 2) + 1]! >>> 16) & 0xff
      : this.words[(word + PADDING) >> 2]!;
  }

  private isExtra(entry: number): boolean {
    const word = this.words[entry >> 2]!;
    return (word & IN_PLACE) === 1
      ? (word & (EXTRA << 1)) !== 0
      : (this.shorts[(word + FLAGS) >> 1]! & EXTRA) !== 0;
  }

  /** Reads an inline leaf: flags and symbol, then in the second word the padding and the size in bytes. */
  private leaf(entry: number, word: number, start: number, alias: number): number {
    const end = start + (this.words[(entry >> 2) + 1]! >>> 24);
    if ((word & IN_PLACE_MISSING) !== 0) this.errors.push(start >> 1);
    const bits = (VISIBLE | NAMED) << 1;
    const isNamed = alias !== 0 ? this.isNamed(alias) : (word & bits) === bits;
    if (!isNamed) return end;
    this.add(alias === 0 ? (word >>> 8) & 0xff : alias, start, end);
    this.next[this.count - 1] = this.count;
    return end;
  }

  private isNamed(symbol: number): boolean {
    const metadata = this.words[(this.language + SYMBOL_METADATA) >> 2]!;
    return this.bytes[metadata + METADATA_SIZE * symbol + METADATA_NAMED] === 1;
  }

  private add(symbol: number, start: number, end: number): void {
    const index = this.count++;
    if (index === this.kind.length) this.grow();
    const publicSymbols = this.words[(this.language + PUBLIC_SYMBOLS) >> 2]!;
    this.kind[index] = symbol === ERROR_SYMBOL ? symbol : this.shorts[(publicSymbols >> 1) + symbol]!;
    this.start[index] = start >> 1;
    this.end[index] = end >> 1;
  }

  private grow(): void {
    const size = this.kind.length * 2;
    this.kind = copied(this.kind, new Uint16Array(size));
    this.start = copied(this.start, new Uint32Array(size));
    this.end = copied(this.end, new Uint32Array(size));
    this.next = copied(this.next, new Uint32Array(size));
  }
}

function copied<T extends Uint16Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
