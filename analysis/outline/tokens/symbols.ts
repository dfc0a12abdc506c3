import type { CType } from '../../base/ctype.js';
import type { Models } from '../../models/types.js';

/** The role of a word in the C grammar; bits of {@link SymbolTable.flagsOf}. */
export const F_KEYWORD = 1;
/** `static`, `extern`, `typedef`, `register`, `auto`, `inline`, `_Thread_local`. */
export const F_STORAGE = 2;
/** `const`, `volatile`, `restrict` and their spellings. */
export const F_QUALIFIER = 4;
/** Words that make up a builtin type. */
export const F_BUILTIN = 8;
export const F_RECORD = 16;
export const F_ENUM = 32;
export const F_TYPEOF = 64;
/** `__attribute__`, `_Alignas`, `asm`: a word with an argument list that is not part of the type. */
export const F_ATTRIBUTE_CALL = 128;
export const F_ATTRIBUTE = 256;
/** A lock annotation, such as `__must_hold(&q->lock)` after a parameter list. */
export const F_ANNOTATION = 512;
/** A call of this name is a lock site. */
export const F_LOCK_SITE = 1024;
/** Introduces a scope-bound lock by class name. */
export const F_SCOPE = 2048;
/** Declares a variable that one of its arguments names. */
export const F_DECLARATOR = 4096;
/** Contains no lower-case letter: by convention a macro or constant. */
export const F_UPPER = 8192;
/** Precedes a parenthesis that is not an argument list: `if`, `while`, `switch`, `for`, `return`, `sizeof` … */
export const F_CONTROL = 16384;
export const F_STATIC = 32768;
export const F_EXTERN = 65536;
export const F_TYPEDEF = 131072;
export const F_INLINE = 262144;
/** An expression may follow directly: `return`, `else`, `do`, `case`. */
export const F_STATEMENT = 1 << 20;
/** Gives a lock the name that lockdep prints, or a lock to an object. */
export const F_LOCK_INIT = 1 << 21;
/** A member of this name may point to a lock. */
export const F_LOCK_MEMBER = 1 << 22;
/** A macro that stands for `struct NAME`, NAME being its first argument. */
export const F_STRUCT_MACRO = 1 << 23;
/** Drops a reference, and calls the function that one of its arguments names if it was the last one. */
export const F_PUT = 1 << 24;
/** Says that handlers are called with interrupts off, or works as softirqs. */
export const F_TELLS_CONTEXT = 1 << 25;
/** A name that never returns, or a word that says so of a function. */
export const F_NO_RETURN = 1 << 26;
/** Begins with `__`, as attribute macros do. */
export const F_UNDERSCORES = 524288;

const KEYWORDS: readonly (readonly [number, string])[] = [
  [F_STORAGE | F_STATIC, 'static'],
  [F_STORAGE | F_EXTERN, 'extern'],
  [F_STORAGE | F_TYPEDEF, 'typedef'],
  [F_STORAGE, 'register auto _Thread_local __thread'],
  [F_STORAGE | F_INLINE, 'inline __inline __inline__'],
  [
    F_QUALIFIER,
    'const volatile restrict __const __const__ __volatile __volatile__ __restrict __restrict__ ' +
      '__extension__ _Noreturn _Atomic',
  ],
  [
    F_BUILTIN,
    'void char short int long float double signed unsigned __signed__ __signed _Bool __int128 _Complex ' +
      '__int128_t __uint128_t',
  ],
  [F_RECORD, 'struct union'],
  [F_ENUM, 'enum'],
  [F_TYPEOF, 'typeof __typeof__ __typeof __auto_type typeof_unqual'],
  [F_ATTRIBUTE_CALL, '__attribute__ __attribute _Alignas asm __asm__ __asm _Static_assert __declspec'],
  [F_CONTROL, 'if while for switch sizeof _Alignof __alignof__ __alignof'],
  [F_CONTROL | F_STATEMENT, 'return'],
  [F_STATEMENT, 'else do case'],
  [0, 'break continue default goto _Generic'],
];

const KEYWORD_FLAGS: ReadonlyMap<string, number> = new Map(
  KEYWORDS.flatMap(([flags, words]) => words.split(' ').map((word) => [word, flags | F_KEYWORD] as const)),
);

/** Small for the same reason as the tokens' first size. */
const FIRST_SIZE = 64;

/** Symbols kept before the table is cleared; bounds the memory of a long run. */
const MOST_SYMBOLS = 200_000;

/**
 * Interns identifiers, so that tokens compare as integers and the models are queried once per word. The table is a
 * cache: numbers are valid until {@link trim} and never leave this folder.
 */
export class IdentifierTable {
  count = 0;
  names: string[] = [];
  flags = new Int32Array(FIRST_SIZE);
  /** Per symbol, stamps for scanners of bodies: equal to the scan's number means "seen". */
  called = new Int32Array(FIRST_SIZE);
  fieldCalled = new Int32Array(FIRST_SIZE);
  referenced = new Int32Array(FIRST_SIZE);
  local = new Int32Array(FIRST_SIZE);
  declared = new Int32Array(FIRST_SIZE);
  /** One string per type, shared between outlines: tagged types by symbols, pointers by their target. */
  private readonly tagged = new Map<number, string>();
  private readonly pointers = new Map<CType, CType>();
  private readonly siteOfClass = new Map<number, boolean>();
  /** Open addressing: per entry a hash, and one plus the offset of the name in the pool (0 for none). */
  private slots = new Int32Array(FIRST_SIZE * 4);
  private pool = new Uint16Array(FIRST_SIZE * 8);
  private poolUsed = 0;
  private stamp = 0;

  constructor(readonly models: Models) {}

  /** Clears a table that has grown too large. Only call it between files. */
  trim(): void {
    if (this.count < MOST_SYMBOLS && this.stamp < 0x7fff0000) return;
    this.count = 0;
    this.names = [];
    this.poolUsed = 0;
    this.stamp = 0;
    this.siteOfClass.clear();
    this.tagged.clear();
    this.pointers.clear();
    this.slots.fill(0);
    this.called.fill(0);
    this.fieldCalled.fill(0);
    this.referenced.fill(0);
    this.local.fill(0);
    this.declared.fill(0);
  }

  /** A number that no stamp array contains yet. */
  nextStamp(): number {
    return ++this.stamp;
  }

  /** The symbol of units[from..to); the caller has computed the hash while scanning. */
  intern(units: Uint16Array, from: number, to: number, hash: number): number {
    const { slots, pool } = this;
    const mask = slots.length - 1;
    let slot = slotOf(hash) & mask;
    for (let entry = slots[slot + 1]!; entry !== 0; entry = slots[slot + 1]!) {
      if (slots[slot] === hash) {
        // The pool has a 0 after each name; no name contains one.
        let at = entry - 1;
        let unit = from;
        while (unit < to && pool[at] === units[unit]) {
          at++;
          unit++;
        }
        if (unit === to && pool[at] === 0) return pool[at + 1]! | (pool[at + 2]! << 16);
      }
      slot = (slot + 2) & mask;
    }
    return this.add(units, from, to, hash, slot);
  }

  /** Whether a call by `guard(class)` or a similar macro is a lock site; `symbol` is the class word. */
  isGuardSite(symbol: number): boolean {
    let known = this.siteOfClass.get(symbol);
    if (known === undefined) {
      known = this.models.lockApi(`guard:${this.names[symbol] ?? ''}`)?.isLockSite === true;
      this.siteOfClass.set(symbol, known);
    }
    return known;
  }

  /** The type `struct tag` for the symbols of its words. */
  taggedType(keyword: number, tag: number): CType {
    const key = tag * 4 + (this.flags[keyword]! & F_ENUM ? 2 : this.names[keyword] === 'union' ? 1 : 0);
    let type = this.tagged.get(key);
    if (type === undefined) {
      const word = this.flags[keyword]! & F_STRUCT_MACRO ? 'struct' : this.names[keyword]!;
      type = `${word} ${this.names[tag]!}`;
      this.tagged.set(key, type);
    }
    return type;
  }

  /** A pointer to a type; one to a function is written `(*)`, see CType. */
  pointerTo(type: CType): CType {
    let pointer = this.pointers.get(type);
    if (pointer === undefined) {
      pointer = type.endsWith('()') ? `${type.slice(0, -2)}(*)` : `${type}*`;
      this.pointers.set(type, pointer);
    }
    return pointer;
  }

  private add(units: Uint16Array, from: number, to: number, hash: number, slot: number): number {
    const symbol = this.count++;
    const length = to - from;
    if (symbol >= this.flags.length) this.growSymbols();
    if (this.poolUsed + length + 3 > this.pool.length) this.growPool(length + 3);
    const { pool } = this;
    this.slots[slot] = hash;
    this.slots[slot + 1] = this.poolUsed + 1;
    let at = this.poolUsed;
    for (let unit = from; unit < to; unit++) pool[at++] = units[unit]!;
    pool[at++] = 0;
    pool[at++] = symbol & 0xffff;
    pool[at++] = symbol >>> 16;
    this.poolUsed = at;
    const name = textOf(units, from, to);
    this.names.push(name);
    this.flags[symbol] = this.flagsFor(name);
    if (this.count * 4 > this.slots.length) this.growSlots();
    return symbol;
  }

  private flagsFor(name: string): number {
    const { models } = this;
    const keyword = KEYWORD_FLAGS.get(name);
    if (keyword !== undefined) return models.isNoReturn(name) ? keyword | F_NO_RETURN : keyword;
    if (models.isStructMacro(name)) return F_KEYWORD | F_RECORD | F_STRUCT_MACRO;
    let flags = 0;
    if (models.isAttribute(name)) flags |= F_ATTRIBUTE;
    if (models.isAttributeCall(name)) flags |= F_ATTRIBUTE_CALL;
    if (models.isLockAnnotation(name)) flags |= F_ANNOTATION;
    if (models.lockApi(name)?.isLockSite === true || models.expansion(name) !== undefined)
      flags |= F_LOCK_SITE;
    if (models.lockNaming(name) !== undefined || models.lockGiven(name) !== undefined) flags |= F_LOCK_INIT;
    if (models.mayPointToLock(name)) flags |= F_LOCK_MEMBER;
    if (models.referencePut(name) !== undefined) flags |= F_PUT;
    if (models.scopeMacro(name) !== undefined) flags = (flags | F_SCOPE) & ~F_LOCK_SITE;
    if (models.declarator(name) !== undefined) flags |= F_DECLARATOR;
    if (name.startsWith('__')) flags |= F_UNDERSCORES;
    if (isUpper(name)) flags |= F_UPPER;
    if (models.entersOff(name) || models.isSoftQueue(name)) flags |= F_TELLS_CONTEXT;
    if (models.isNoReturn(name)) flags |= F_NO_RETURN;
    return flags;
  }

  private growSymbols(): void {
    this.flags = doubled(this.flags);
    this.called = doubled(this.called);
    this.fieldCalled = doubled(this.fieldCalled);
    this.referenced = doubled(this.referenced);
    this.local = doubled(this.local);
    this.declared = doubled(this.declared);
  }

  private growPool(needed: number): void {
    const pool = new Uint16Array((this.pool.length + needed) * 2);
    pool.set(this.pool);
    this.pool = pool;
  }

  private growSlots(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let from = 0; from < this.slots.length; from += 2) {
      const entry = this.slots[from + 1]!;
      if (entry === 0) continue;
      const hash = this.slots[from]!;
      let slot = slotOf(hash) & mask;
      while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
      slots[slot] = hash;
      slots[slot + 1] = entry;
    }
    this.slots = slots;
  }
}

/** First slot to probe for a hash, before masking; even. */
function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) << 1;
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

function isUpper(name: string): boolean {
  let letters = false;
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    if (unit >= 97 && unit <= 122) return false;
    if (unit >= 65 && unit <= 90) letters = true;
  }
  return letters;
}

const CHUNK = 4096;

/** A fresh string of units[from..to). A slice of the file's text would keep the whole text alive. */
export function textOf(units: Uint16Array, from: number, to: number): string {
  if (to - from <= CHUNK)
    return String.fromCharCode.apply(null, units.subarray(from, to) as unknown as number[]);
  let text = '';
  for (let at = from; at < to; at += CHUNK) text += textOf(units, at, Math.min(to, at + CHUNK));
  return text;
}
