import { ByteReader, ByteWriter, CodecError } from './bytes.js';
import { StringPool } from './pool.js';
import { NOBODY, nowhere } from './shapes.js';
import type { Out, Shape, Source } from './shapes.js';

class StringCollector implements Out {
  readonly near = nowhere();
  readonly found = new Set<string>();
  unsigned(): void {}
  signed(): void {}
  number(): void {}
  byte(): void {}
  string(value: string): void {
    this.found.add(value);
  }
  strings(values: readonly string[]): void {
    for (const value of values) this.found.add(value);
  }
}

class ShapeWriter extends ByteWriter implements Out {
  readonly near = nowhere();
  strings(values: readonly string[]): void {
    const indexes = values.map((value) => this.indexOf(value));
    const ascending = indexes.every((index, at) => at === 0 || index > (indexes[at - 1] ?? 0));
    this.unsigned(values.length * 2 + (ascending ? 1 : 0));
    let last = -1;
    for (const index of indexes) {
      this.unsigned(ascending ? index - last - 1 : index);
      last = index;
    }
  }
}

class ShapeReader extends ByteReader implements Source {
  readonly near = nowhere();
}

/** The bytes of a value: a head that names the encoding, the sorted strings with shared beginnings, the value. */
export function encode<T>(head: readonly number[], shape: Shape<T>, value: T): Uint8Array {
  const collector = new StringCollector();
  shape.write(collector, value, 0, NOBODY);
  const sorted = [...collector.found].sort();
  const out = new ShapeWriter(new Map(sorted.map((text, index) => [text, index])));
  for (const byte of head) out.byte(byte);
  out.unsigned(sorted.length);
  let last = '';
  for (const text of sorted) {
    out.text(text, sharedLength(last, text));
    last = text;
  }
  shape.write(out, value, 0, NOBODY);
  return out.finish();
}

/** Makes equal strings of several values one object. */
export type Sharing = StringPool | ((text: string) => string);

/** @throws {CodecError} when the bytes are no such value. */
export function decode<T>(head: readonly number[], shape: Shape<T>, bytes: Uint8Array, sharing?: Sharing): T {
  const from = new ShapeReader(bytes);
  for (const byte of head) if (from.byte() !== byte) throw new CodecError('another encoding');
  const strings: string[] = [];
  const pool = sharing instanceof StringPool ? sharing : undefined;
  const intern = typeof sharing === 'function' ? sharing : undefined;
  let last = '';
  for (let left = from.count(); left > 0; left--) {
    last = from.text(last, pool);
    strings.push(intern === undefined ? last : intern(last));
  }
  from.useStrings(strings);
  const value = shape.read(from, 0, NOBODY);
  from.finish();
  return value;
}

function sharedLength(one: string, other: string): number {
  const limit = Math.min(one.length, other.length);
  let at = 0;
  while (at < limit && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  return at;
}
