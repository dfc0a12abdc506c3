import type { StringPool } from './pool.js';

/** Thrown for bytes that are not a valid encoding: truncated, damaged, or of another version. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
}

/** A copy, so that the original buffer can be freed. `slice` of a Node buffer only makes a view. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Concatenates. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const LENGTH_BYTES = 4;

/** Joins two byte ranges, for {@link apart}. */
export function together(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES + first.length + second.length);
  new DataView(bytes.buffer).setUint32(0, first.length, true);
  bytes.set(first, LENGTH_BYTES);
  bytes.set(second, LENGTH_BYTES + first.length);
  return bytes;
}

/** The two ranges that {@link together} joined, as views. */
export function apart(bytes: Uint8Array): readonly [first: Uint8Array, second: Uint8Array] {
  if (bytes.length < LENGTH_BYTES) throw new CodecError('unexpected end');
  const end = LENGTH_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return [bytes.subarray(LENGTH_BYTES, end), bytes.subarray(end)];
}

/** Larger integers are written as floating-point numbers, smaller ones as varints. */
const VARINT_LIMIT = 2 ** 51;
/** Longer lengths are written as an extra number. */
const NIBBLE = 15;
/** JavaScript limits the number of arguments of a call, so long texts are decoded in pieces. */
const MOST_ARGUMENTS = 4096;
/** Texts up to this length are decoded in one piece. */
const MOST_JOINED = 256;
const joinedUnits = new Uint16Array(MOST_JOINED);

/** Length of the common prefix of two texts, in UTF-16 units, as {@link ByteWriter.text} needs it. */
export function sharedLength(one: string, other: string): number {
  const limit = Math.min(one.length, other.length);
  let at = 0;
  while (at < limit && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  return at;
}

const scratch = new DataView(new ArrayBuffer(8));

/** Writes integers, numbers and texts into a growing buffer. */
export class ByteWriter {
  private bytes = new Uint8Array(256);
  private length = 0;

  byte(value: number): void {
    if (this.length === this.bytes.length) this.grow(1);
    this.bytes[this.length++] = value;
  }

  /** An integer from 0 to 2^53 - 1, seven bits a byte. */
  unsigned(value: number): void {
    let rest = value;
    while (rest > 0x7fffffff) {
      this.byte((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** A signed integer; small ones take few bytes. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Any number. */
  number(value: number): void {
    if (Number.isInteger(value) && Math.abs(value) < VARINT_LIMIT && !Object.is(value, -0)) {
      this.unsigned(value < 0 ? -2 * value : 2 * value + 1);
      return;
    }
    this.unsigned(0);
    scratch.setFloat64(0, value);
    for (let at = 0; at < 8; at++) this.byte(scratch.getUint8(at));
  }

  /**
   * Text without the `shared` units of the previous text's prefix. One byte holds both lengths if they are
   * small. Units take one, two or three bytes, so lone surrogates survive.
   */
  text(value: string, shared: number): void {
    const rest = value.length - shared;
    this.byte((Math.min(shared, NIBBLE) << 4) | Math.min(rest, NIBBLE));
    if (shared >= NIBBLE) this.unsigned(shared - NIBBLE);
    if (rest >= NIBBLE) this.unsigned(rest - NIBBLE);
    for (let at = shared; at < value.length; at++) {
      const unit = value.charCodeAt(at);
      if (unit < 0x80) this.byte(unit);
      else if (unit < 0x800) {
        this.byte(0xc0 | (unit >> 6));
        this.byte(0x80 | (unit & 0x3f));
      } else {
        this.byte(0xe0 | (unit >> 12));
        this.byte(0x80 | ((unit >> 6) & 0x3f));
        this.byte(0x80 | (unit & 0x3f));
      }
    }
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private grow(needed: number): void {
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + needed));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

/**
 * Reads what {@link ByteWriter} wrote. Every method throws {@link CodecError} on bytes that it cannot have
 * written.
 */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Number of bytes read. */
  get position(): number {
    return this.at;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new CodecError('unexpected end');
    return value;
  }

  unsigned(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let scale = 128;
    for (;;) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) break;
      scale *= 128;
      if (scale > Number.MAX_SAFE_INTEGER) throw new CodecError('number too large');
    }
    if (value > Number.MAX_SAFE_INTEGER) throw new CodecError('number too large');
    return value;
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  number(): number {
    const value = this.unsigned();
    if (value !== 0) return value % 2 === 0 ? -value / 2 : (value - 1) / 2;
    if (this.at + 8 > this.bytes.length) throw new CodecError('unexpected end');
    const { buffer, byteOffset } = this.bytes;
    this.at += 8;
    return new DataView(buffer, byteOffset).getFloat64(this.at - 8);
  }

  /** Reads the number of elements that follow, each of at least one byte. */
  count(): number {
    return this.atMost(this.unsigned());
  }

  /** Checks a number of elements against the remaining bytes. */
  atMost(value: number): number {
    if (value > this.bytes.length - this.at) throw new CodecError('more elements than bytes');
    return value;
  }

  /** The text after `before`; from the pool if there is one. */
  text(before: string, pool?: StringPool): string {
    const head = this.byte();
    const shared = this.beyond(head >> 4);
    const units = this.beyond(head & NIBBLE);
    if (shared > before.length) throw new CodecError('beginning longer than the text before');
    if (units > this.bytes.length - this.at) throw new CodecError('unexpected end');
    const end = this.at + units;
    let plain = units <= MOST_ARGUMENTS;
    for (let at = this.at; plain && at < end; at++) plain = (this.bytes[at] ?? 0x80) < 0x80;
    if (plain) {
      const start = this.at;
      this.at = end;
      if (pool !== undefined) return pool.take(shared, this.bytes, start, end);
      return this.joined(before, shared, start, end);
    }
    let text = before.slice(0, shared);
    for (let left = units; left > 0; left -= MOST_ARGUMENTS) {
      text += fromUnits(Array.from({ length: Math.min(left, MOST_ARGUMENTS) }, () => this.unit()));
    }
    return pool === undefined ? text : pool.share(text);
  }

  /** Flattened: V8 keeps the parts of a concatenated string. */
  private joined(before: string, shared: number, start: number, end: number): string {
    const length = shared + end - start;
    if (length > joinedUnits.length)
      return before.slice(0, shared) + fromUnits(this.bytes.subarray(start, end));
    for (let at = 0; at < shared; at++) joinedUnits[at] = before.charCodeAt(at);
    for (let at = start; at < end; at++) joinedUnits[shared + at - start] = this.bytes[at] ?? 0;
    return fromUnits(joinedUnits.subarray(0, length));
  }

  /** Fails unless all bytes are read. */
  finish(): void {
    if (this.at !== this.bytes.length) throw new CodecError('bytes left over');
  }

  private beyond(nibble: number): number {
    return nibble < NIBBLE ? nibble : NIBBLE + this.unsigned();
  }

  private unit(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    const second = this.byte() & 0x3f;
    if (first < 0xe0) return ((first & 0x1f) << 6) | second;
    return ((first & 0x0f) << 12) | (second << 6) | (this.byte() & 0x3f);
  }
}

const fromUnits = (units: ArrayLike<number>): string =>
  Reflect.apply(String.fromCharCode, undefined, units) as string;
