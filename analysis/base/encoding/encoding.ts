import { ByteReader, ByteWriter, CodecError, sharedLength } from './bytes.js';
import { frameAt, framed } from './columns.js';
import { StringPool } from './pool.js';
import { DIGITS, NOBODY, nowhere, sized } from './shapes.js';
import type { Out, Shape, EncodedSource } from './shapes.js';

class StringCollector implements Out {
  readonly near = nowhere();
  readonly found = new Set<string>();
  unsigned(): void {}
  signed(): void {}
  number(): void {}
  byte(): void {}
  digest(): void {}
  string(value: string): void {
    this.found.add(value);
  }
  strings(values: readonly string[]): void {
    for (const value of values) this.found.add(value);
  }
}

/** The writer is itself the column of numbers. */
class ShapeWriter extends ByteWriter implements Out {
  readonly near = nowhere();
  readonly names = new ByteWriter();
  readonly digests = new ByteWriter();

  /** `table`: the index of every string to be written. */
  constructor(private readonly table: ReadonlyMap<string, number>) {
    super();
  }

  string(value: string): void {
    this.names.unsigned(this.indexOf(value));
  }

  strings(values: readonly string[]): void {
    const indexes = values.map((value) => this.indexOf(value));
    const ascending = indexes.every((index, at) => at === 0 || index > (indexes[at - 1] ?? 0));
    this.names.unsigned(values.length * 2 + (ascending ? 1 : 0));
    let last = -1;
    for (const index of indexes) {
      this.names.unsigned(ascending ? index - last - 1 : index);
      last = index;
    }
  }

  digest(digits: string): void {
    for (let at = 0; at < DIGITS; at += 2) this.digests.byte(Number.parseInt(digits.slice(at, at + 2), 16));
  }

  private indexOf(value: string): number {
    const index = this.table.get(value);
    if (index === undefined) throw new CodecError(`string not in the table: ${value}`);
    return index;
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
  const collector = new StringCollector();
  shape.write(collector, value, 0, NOBODY);
  const sorted = [...collector.found].sort();
  const texts = new ByteWriter();
  texts.unsigned(sorted.length);
  let last = '';
  for (const text of sorted) {
    texts.text(text, sharedLength(last, text));
    last = text;
  }
  const out = new ShapeWriter(new Map(sorted.map((text, index) => [text, index])));
  shape.write(out, value, 0, NOBODY);
  return framed(
    head,
    [texts, out.digests, out.names, out].map((column) => column.finish()),
  );
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
