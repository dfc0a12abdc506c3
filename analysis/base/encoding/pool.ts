/** An independent copy of a string. A substring keeps the whole string it was cut from alive. */
export function ownText(text: string): string {
  return text.split('').join('');
}

const FIRST_SIZE = 1 << 12;
const MULTIPLIER = 0x01000193;
const SEED = 0x811c9dc5 | 0;

/**
 * Strings by content: equal texts are one object. A text is created once; after that its decoded characters
 * are only compared.
 */
export class StringPool {
  private readonly strings: string[] = [];
  /** Slot → number in {@link strings}, from 1; open addressing, a power of two. */
  private slots = new Int32Array(FIRST_SIZE);
  private readonly hashes: number[] = [];
  private units = new Uint16Array(256);
  /** Hash of the first n units at n. */
  private prefixes = new Int32Array(257).fill(SEED);

  /** Number of different texts. */
  get size(): number {
    return this.strings.length;
  }

  /** The text with the first `shared` units of the previous text, followed by these ASCII bytes. */
  take(shared: number, bytes: Uint8Array, from: number, to: number): string {
    const length = shared + to - from;
    if (length > this.units.length) this.widen(length);
    const { units, prefixes } = this;
    let hash = prefixes[shared] ?? SEED;
    for (let at = from, index = shared; at < to; at++) {
      const unit = bytes[at] ?? 0;
      units[index] = unit;
      hash = Math.imul(hash ^ unit, MULTIPLIER);
      prefixes[++index] = hash;
    }
    return this.find(hash ^ (hash >>> 15), length);
  }

  /** The same for an existing string. */
  share(text: string): string {
    if (text.length > this.units.length) this.widen(text.length);
    let hash = SEED;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      this.units[at] = unit;
      hash = Math.imul(hash ^ unit, MULTIPLIER);
      this.prefixes[at + 1] = hash;
    }
    return this.find(hash ^ (hash >>> 15), text.length);
  }

  private find(hash: number, length: number): string {
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.slots[slot] ?? 0;
      if (number === 0) return this.add(slot, hash, length);
      const text = this.strings[number - 1] ?? '';
      if (this.hashes[number - 1] === hash && this.equals(text, length)) return text;
    }
  }

  private equals(text: string, length: number): boolean {
    if (text.length !== length) return false;
    for (let at = 0; at < length; at++) if (text.charCodeAt(at) !== this.units[at]) return false;
    return true;
  }

  private add(slot: number, hash: number, length: number): string {
    let text = '';
    for (let at = 0; at < length; at += 4096) {
      const piece = this.units.subarray(at, Math.min(at + 4096, length));
      text += Reflect.apply(String.fromCharCode, undefined, piece) as string;
    }
    this.strings.push(text);
    this.hashes.push(hash);
    this.slots[slot] = this.strings.length;
    if (this.strings.length * 2 > this.slots.length) this.rehash();
    return text;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 4);
    const mask = slots.length - 1;
    for (const [index, hash] of this.hashes.entries()) {
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.slots = slots;
  }

  private widen(length: number): void {
    const units = new Uint16Array(length * 2);
    units.set(this.units);
    this.units = units;
    const prefixes = new Int32Array(length * 2 + 1).fill(SEED);
    prefixes.set(this.prefixes);
    this.prefixes = prefixes;
  }
}
