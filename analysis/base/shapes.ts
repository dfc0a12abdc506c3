import { ByteReader, ByteWriter, CodecError } from './bytes.js';

/**
 * How values of one type are written and read back: `read(write(x))` equals x. A shape may put some bits of
 * its value into a head that its record writes for all fields together; that makes flags and usual values free.
 */
export interface Shape<T> {
  readonly bits: number;
  headOf(value: T, out: Out): number;
  write(out: Out, value: T, head: number): void;
  read(from: Source, head: number): T;
  /** `undefined` means that the property is not there. */
  readonly omits?: boolean;
}

/** Where shapes write to: bytes, or in a first pass only the set of strings. */
export interface Out {
  unsigned(value: number): void;
  signed(value: number): void;
  number(value: number): void;
  string(value: string): void;
  byte(value: number): void;
  /** Ascending distinct strings take a byte or two each. */
  strings(values: readonly string[]): void;
  /** What the next position, id or index is likely to be near to. */
  readonly near: Near;
}

/** Running values that others are written relative to. */
export interface Near {
  line: number;
  offset: number;
  id: number;
  index: number;
}

export interface Source extends ByteReader {
  readonly near: Near;
}

const nowhere = (): Near => ({ line: 0, offset: 0, id: 0, index: 0 });

function plain<T>(write: (out: Out, value: T) => void, read: (from: Source) => T): Shape<T> {
  return { bits: 0, headOf: () => 0, write, read };
}

/** An integer from 0 up. */
export const unsigned: Shape<number> = plain(
  (out, value) => out.unsigned(value),
  (from) => from.unsigned(),
);

/** An integer. */
export const signed: Shape<number> = plain(
  (out, value) => out.signed(value),
  (from) => from.signed(),
);

/** Any number. */
export const anyNumber: Shape<number> = plain(
  (out, value) => out.number(value),
  (from) => from.number(),
);

export const string: Shape<string> = plain(
  (out, value) => out.string(value),
  (from) => from.string(),
);

export const flag: Shape<boolean> = {
  bits: 1,
  headOf: (value) => (value ? 1 : 0),
  write: () => undefined,
  read: (_from, head) => head === 1,
};

/** Strings that usually ascend. */
export const names: Shape<readonly string[]> = plain(
  (out, values) => out.strings(values),
  (from) => {
    const head = from.unsigned();
    const count = head >> 1;
    const values: string[] = [];
    let index = -1;
    for (let left = count; left > 0; left--) {
      index = head % 2 === 1 ? index + 1 + from.unsigned() : from.unsigned();
      values.push(from.stringAt(index));
    }
    return values;
  },
);

/** Sixteen hex digits as eight bytes, any other text as a string. */
export const digest: Shape<string> = {
  bits: 1,
  headOf: (value) => (/^[0-9a-f]{16}$/.test(value) ? 0 : 1),
  write: (out, value, head) => {
    if (head === 1) out.string(value);
    else for (let at = 0; at < 16; at += 2) out.byte(Number.parseInt(value.slice(at, at + 2), 16));
  },
  read: (from, head) => {
    if (head === 1) return from.string();
    let text = '';
    for (let at = 0; at < 8; at++) text += from.byte().toString(16).padStart(2, '0');
    return text;
  },
};

export function list<T>(element: Shape<T>): Shape<readonly T[]> {
  return plain(
    (out, values) => {
      out.unsigned(values.length);
      for (const [index, value] of values.entries()) {
        out.near.index = index;
        element.write(out, value, 0);
      }
    },
    (from) => {
      const values: T[] = [];
      const count = from.count();
      for (let index = 0; index < count; index++) {
        from.near.index = index;
        values.push(element.read(from, 0));
      }
      return values;
    },
  );
}

/** One of a fixed set of words. */
export function word<T extends string>(all: readonly T[]): Shape<T> {
  return plain(
    (out, value) => out.unsigned(all.indexOf(value)),
    (from) => {
      const value = all[from.unsigned()];
      if (value === undefined) throw new CodecError('unknown word');
      return value;
    },
  );
}

/** A value that is mostly `usual`, which then takes a bit of the record's head and nothing else. */
export function usually<T>(
  shape: Shape<T>,
  usual: T,
  isUsual = (value: T): boolean => value === usual,
): Shape<T> {
  return {
    bits: 1 + shape.bits,
    headOf: (value, out) => (isUsual(value) ? 0 : 1 + 2 * shape.headOf(value, out)),
    write: (out, value, head) => {
      if (head !== 0) shape.write(out, value, head >> 1);
    },
    read: (from, head) => (head === 0 ? usual : shape.read(from, head >> 1)),
  };
}

/** A list that is mostly empty. */
export const usuallyEmpty = <T>(shape: Shape<readonly T[]>): Shape<readonly T[]> =>
  usually<readonly T[]>(shape, [], (value) => value.length === 0);

/** A property that is there, but may be `undefined`. */
export function orUndefined<T>(shape: Shape<T>): Shape<T | undefined> {
  return usually<T | undefined>(shape as Shape<T | undefined>, undefined);
}

/** A property that may be absent. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return { ...orUndefined(shape), omits: true };
}

/** A shape for every property, optional ones wrapped in {@link optional}; a property forgotten is a type error. */
export type Fields<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

interface Member {
  readonly key: string;
  readonly shape: Shape<unknown>;
  readonly from: number;
  readonly mask: number;
}

function members(fields: object): { readonly all: readonly Member[]; readonly bits: number } {
  const all: Member[] = [];
  let bits = 0;
  for (const [key, shape] of Object.entries(fields) as [string, Shape<unknown>][]) {
    all.push({ key, shape, from: bits, mask: 2 ** shape.bits - 1 });
    bits += shape.bits;
  }
  if (bits > 30) throw new RangeError('too many flags in one record');
  return { all, bits };
}

type Values = Record<string, unknown>;

function headOf(all: readonly Member[], value: Values, out: Out): number {
  let head = 0;
  for (const { key, shape, from } of all) head |= shape.headOf(value[key], out) << from;
  return head;
}

function writeMembers(all: readonly Member[], out: Out, value: Values, head: number): void {
  for (const { key, shape, from, mask } of all) shape.write(out, value[key], (head >> from) & mask);
}

function readMembers(all: readonly Member[], from: Source, value: Values, head: number): void {
  for (const { key, shape, from: bit, mask } of all) {
    const read = shape.read(from, (head >> bit) & mask);
    if (read !== undefined || shape.omits !== true) value[key] = read;
  }
}

export function record<T extends object>(fields: Fields<T>): Shape<T> {
  const { all, bits } = members(fields);
  return plain(
    (out, value) => {
      const head = headOf(all, value as Values, out);
      if (bits > 0) out.unsigned(head);
      writeMembers(all, out, value as Values, head);
    },
    (from) => {
      const value: Values = {};
      const head = bits > 0 ? from.unsigned() : 0;
      readMembers(all, from, value, head);
      return value as T;
    },
  );
}

type Tagged = { readonly k: string };

/** The members of a union that carry tag K, without it. */
type Rest<T extends Tagged, K> = T extends { readonly k: infer Tags }
  ? K extends Tags
    ? Omit<T, 'k'>
    : never
  : never;

/** A union told apart by `k`; tag and flags share the first number. */
export function choice<T extends Tagged>(kinds: { readonly [K in T['k']]: Fields<Rest<T, K>> }): Shape<T> {
  const tags = Object.keys(kinds);
  const shapes = tags.map((tag) => members(kinds[tag as T['k']]));
  const numbers = new Map(tags.map((tag, index) => [tag, index]));
  return plain(
    (out, value) => {
      const tag = numbers.get(value.k);
      const shape = tag === undefined ? undefined : shapes[tag];
      if (tag === undefined || shape === undefined) throw new CodecError(`unknown kind ${value.k}`);
      const head = headOf(shape.all, value as unknown as Values, out);
      out.unsigned(head * tags.length + tag);
      writeMembers(shape.all, out, value as unknown as Values, head);
    },
    (from) => {
      const first = from.unsigned();
      const tag = first % tags.length;
      const shape = shapes[tag];
      const k = tags[tag];
      if (shape === undefined || k === undefined) throw new CodecError('unknown kind');
      const value: Values = { k };
      readMembers(shape.all, from, value, (first - tag) / tags.length);
      return value as unknown as T;
    },
  );
}

/** A map with integer keys. */
export function numbered<T>(element: Shape<T>): Shape<ReadonlyMap<number, T>> {
  return plain(
    (out, values) => {
      out.unsigned(values.size);
      for (const [key, value] of values) {
        out.unsigned(key);
        element.write(out, value, 0);
      }
    },
    (from) => {
      const values = new Map<number, T>();
      for (let left = from.count(); left > 0; left--) {
        const key = from.unsigned();
        values.set(key, element.read(from, 0));
      }
      return values;
    },
  );
}

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
  shape.write(collector, value, 0);
  const sorted = [...collector.found].sort();
  const out = new ShapeWriter(new Map(sorted.map((text, index) => [text, index])));
  for (const byte of head) out.byte(byte);
  out.unsigned(sorted.length);
  let last = '';
  for (const text of sorted) {
    const shared = sharedLength(last, text);
    out.unsigned(shared);
    out.text(text, shared);
    last = text;
  }
  shape.write(out, value, 0);
  return out.finish();
}

/** @throws {CodecError} when the bytes are no such value. `intern` may return an equal string that exists already. */
export function decode<T>(
  head: readonly number[],
  shape: Shape<T>,
  bytes: Uint8Array,
  intern: (text: string) => string = (text) => text,
): T {
  const from = new ShapeReader(bytes);
  for (const byte of head) if (from.byte() !== byte) throw new CodecError('another encoding');
  const strings: string[] = [];
  let last = '';
  for (let left = from.count(); left > 0; left--) {
    const shared = from.unsigned();
    if (shared > last.length) throw new CodecError('beginning longer than the string before');
    last = intern(last.slice(0, shared) + from.text());
    strings.push(last);
  }
  from.useStrings(strings);
  const value = shape.read(from, 0);
  from.finish();
  return value;
}

function sharedLength(one: string, other: string): number {
  const limit = Math.min(one.length, other.length);
  let at = 0;
  while (at < limit && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  return at;
}
