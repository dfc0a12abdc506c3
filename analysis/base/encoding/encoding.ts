import { ByteReader, ByteWriter, CodecError, sharedLength } from './bytes.js';
import { frameAt, framed } from './columns.js';
import { StringPool } from './pool.js';
import { DIGITS, NOBODY, nowhere, sized } from './shapes.js';
import type { Out, Shape, EncodedSource } from './shapes.js';

/** The writer is itself the column of numbers. */
class ShapeWriter extends ByteWriter implements Out {
  readonly near = nowhere();
  readonly digests = new ByteWriter();
  /** The strings so far, each with the number of those that came before it. */
  private readonly found = new Map<string, number>();
  /** What was named, by these numbers; `-1 - n` stands before a list of `n`. */
  private readonly named: number[] = [];

  string(value: string): void {
    this.named.push(this.numberOf(value));
  }

  strings(values: readonly string[]): void {
    this.named.push(-1 - values.length);
    for (const value of values) this.named.push(this.numberOf(value));
  }

  digest(digits: string): void {
    for (let at = 0; at < DIGITS; at += 2) this.digests.byte(Number.parseInt(digits.slice(at, at + 2), 16));
  }

  /** The column of the strings, sorted, and the column that names them by their place there. */
  finishStrings(): readonly [texts: Uint8Array, names: Uint8Array] {
    const texts = new ByteWriter();
    const places = new Int32Array(this.found.size);
    const sorted = [...this.found.keys()].sort();
    texts.unsigned(sorted.length);
    let last = '';
    for (const [place, text] of sorted.entries()) {
      places[this.numberOf(text)] = place;
      texts.text(text, sharedLength(last, text));
      last = text;
    }
    return [texts.finish(), this.finishNames(places)];
  }

  private finishNames(places: Int32Array): Uint8Array {
    const { named } = this;
    const names = new ByteWriter();
    const placeAt = (at: number): number => places[named[at] ?? 0] ?? 0;
    let at = 0;
    while (at < named.length) {
      const count = -1 - (named[at] ?? 0);
      if (count < 0) {
        names.unsigned(placeAt(at++));
        continue;
      }
      const end = ++at + count;
      let ascending = true;
      for (let next = at + 1; next < end; next++) ascending &&= placeAt(next) > placeAt(next - 1);
      names.unsigned(count * 2 + (ascending ? 1 : 0));
      let last = -1;
      for (; at < end; at++) {
        const place = placeAt(at);
        names.unsigned(ascending ? place - last - 1 : place);
        last = place;
      }
    }
    return names.finish();
  }

  private numberOf(value: string): number {
    const known = this.found.get(value);
    if (known !== undefined) return known;
    const number = this.found.size;
    this.found.set(value, number);
    return number;
  }
}

const HEX = '0123456789abcdef';

class ShapeReader extends ByteReader implements EncodedSource {
  readonly near = nowhere();

  /** @param most upper limit of the number of elements: the bytes of all columns */
  constructor(
    numbers: Uint8Array,
    private readonly texts: readonly string[],
    private readonly names: ByteReader,
    private readonly digests: ByteReader,
    private readonly most: number,
  ) {
    super(numbers);
  }

  string(): string {
    return this.textAt(this.names.unsigned());
  }

  strings(): readonly string[] {
    const { names } = this;
    const head = names.unsigned();
    const count = names.atMost(head >> 1);
    const values = sized<string>(count);
    let index = -1;
    for (let at = 0; at < count; at++) {
      index = head % 2 === 1 ? index + 1 + names.unsigned() : names.unsigned();
      values[at] = this.textAt(index);
    }
    return values;
  }

  digest(): string {
    const units: number[] = [];
    for (let at = 0; at < DIGITS; at += 2) {
      const byte = this.digests.byte();
      units.push(HEX.charCodeAt(byte >> 4), HEX.charCodeAt(byte & 15));
    }
    // Built in one piece: a concatenated string keeps its parts, which take four times the memory.
    return String.fromCharCode(...units);
  }

  override atMost(value: number): number {
    if (value > this.most) throw new CodecError('more elements than bytes');
    return value;
  }

  override finish(): void {
    super.finish();
    this.names.finish();
    this.digests.finish();
  }

  private textAt(index: number): string {
    const value = this.texts[index];
    if (value === undefined) throw new CodecError(`no string ${String(index)}`);
    return value;
  }
}

/**
 * The bytes of a value: a head that names the encoding, then columns with the sorted, prefix-compressed strings and the
 * value.
 */
export function encode<T>(head: readonly number[], shape: Shape<T>, value: T): Uint8Array {
  const out = new ShapeWriter();
  shape.write(out, value, 0, NOBODY);
  const [texts, names] = out.finishStrings();
  return framed(head, [texts, out.digests.finish(), names, out.finish()]);
}

/** Interns equal strings of several values. */
export type StringSharing = StringPool | ((text: string) => string);

/** @throws {CodecError} if the bytes do not encode such a value */
export function decode<T>(
  head: readonly number[],
  shape: Shape<T>,
  bytes: Uint8Array,
  sharing?: StringSharing,
): T {
  if (head.some((byte, at) => bytes[at] !== byte)) throw new CodecError('another encoding');
  const { lengths, end } = frameAt(bytes, head.length);
  const [texts = 0, digests = 0, names = 0, numbers = 0] = lengths;
  const [digestsFrom, namesFrom] = [end + texts, end + texts + digests];
  const numbersFrom = namesFrom + names;
  if (numbersFrom + numbers !== bytes.length) throw new CodecError('bytes left over, or cut off');
  const from = new ShapeReader(
    bytes.subarray(numbersFrom),
    readTexts(new ByteReader(bytes.subarray(end, digestsFrom)), sharing),
    new ByteReader(bytes.subarray(namesFrom, numbersFrom)),
    new ByteReader(bytes.subarray(digestsFrom, namesFrom)),
    bytes.length,
  );
  const value = shape.read(from, 0, NOBODY);
  from.finish();
  return value;
}

function readTexts(from: ByteReader, sharing: StringSharing | undefined): readonly string[] {
  const pool = sharing instanceof StringPool ? sharing : undefined;
  const intern = typeof sharing === 'function' ? sharing : undefined;
  const texts: string[] = [];
  let last = '';
  for (let left = from.count(); left > 0; left--) {
    last = from.text(last, pool);
    texts.push(intern === undefined ? last : intern(last));
  }
  from.finish();
  return texts;
}
