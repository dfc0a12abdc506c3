import { AlikeLists } from './alike-lists.js';
import { CodecError } from './bytes.js';
import type { ByteReader } from './bytes.js';

/**
 * How values of a type are written and read back: `read(write(x))` equals x. A shape may put some bits of its value
 * into the head that its record writes for all fields together, so flags and usual values cost no bytes.
 */
export interface Shape<T> {
  readonly bits: number;
  /** Computed before any field of the record is written; `owner` is the record. */
  headOf(value: T, out: Out, owner: object): number;
  write(out: Out, value: T, head: number, owner: object): void;
  /** `owner` has the fields that precede this one. */
  read(from: EncodedSource, head: number, owner: object): T;
  /** The property is absent if it is `undefined`. */
  readonly omits?: boolean;
}

/** The target of writing. */
export interface Out {
  unsigned(value: number): void;
  signed(value: number): void;
  number(value: number): void;
  byte(value: number): void;
  /** Strings and digests have columns of their own. */
  string(value: string): void;
  digest(digits: string): void;
  /** Ascending distinct strings take a byte or two each. */
  strings(values: readonly string[]): void;
  /** Values that the next position, id or index is probably near to. */
  readonly near: Near;
}

/** Running values that others are written relative to. */
export interface Near {
  line: number;
  column: number;
  offset: number;
  id: number;
  /** Index in the list being written. */
  index: number;
  /** The values of {@link repeated} shapes so far: by key when writing, in order when reading. */
  readonly seen: Map<string, number>;
  readonly values: unknown[];
  /** Lists of {@link alike} shapes that were read. */
  readonly lists: AlikeLists;
}

export interface EncodedSource extends ByteReader {
  string(): string;
  strings(): readonly string[];
  digest(): string;
  readonly near: Near;
}

/** The owner of a value outside any record. */
export const NOBODY: object = {};

/** The initial state of every encoding. */
export const nowhere = (): Near => ({
  line: 0,
  column: 0,
  offset: 0,
  id: 0,
  index: 0,
  seen: new Map(),
  values: [],
  lists: new AlikeLists(),
});

/** One shared empty list: four lists in ten are empty. */
const EMPTY: readonly never[] = [];

/** A list with exactly this length. Lists that grow keep spare capacity, which adds up to half of all memory. */
export function sized<T>(length: number): T[] {
  if (length === 0) return EMPTY as unknown as T[];
  // oxlint-disable-next-line no-new-array
  return new Array<T>(length);
}

function plain<T>(write: (out: Out, value: T) => void, read: (from: EncodedSource) => T): Shape<T> {
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
  (from) => from.strings(),
);

/** Number of hex digits of a digest. */
export const DIGITS = 12;
const DIGEST = new RegExp(`^[0-9a-f]{${DIGITS}}$`);

/** Twelve hex digits as six bytes, any other text as a string. */
export const digest: Shape<string> = {
  bits: 1,
  headOf: (value) => (DIGEST.test(value) ? 0 : 1),
  write: (out, value, head) => {
    if (head === 1) out.string(value);
    else out.digest(value);
  },
  read: (from, head) => (head === 1 ? from.string() : from.digest()),
};

/** A number relative to a running value or to a preceding field of the same record. */
export function relative<Owner>(
  baseOf: (owner: Owner, near: Near) => number,
  keep?: 'line' | 'offset',
): Shape<number> {
  return {
    bits: 1,
    headOf: (value, out, owner) => (value === baseOf(owner as Owner, out.near) ? 0 : 1),
    write: (out, value, head, owner) => {
      if (head === 1) out.signed(value - baseOf(owner as Owner, out.near));
      if (keep !== undefined) out.near[keep] = value;
    },
    read: (from, head, owner) => {
      const base = baseOf(owner as Owner, from.near);
      const value = head === 1 ? base + from.signed() : base;
      if (keep !== undefined) from.near[keep] = value;
      return value;
    },
  };
}

export function list<T>(element: Shape<T>): Shape<readonly T[]> {
  return plain(
    (out, values) => {
      out.unsigned(values.length);
      for (const [index, value] of values.entries()) {
        out.near.index = index;
        element.write(out, value, 0, NOBODY);
      }
    },
    (from) => {
      const count = from.count();
      const values = sized<T>(count);
      for (let index = 0; index < count; index++) {
        from.near.index = index;
        values[index] = element.read(from, 0, NOBODY);
      }
      return values;
    },
  );
}

/** Values that repeat: each is written once, then by number. Equal ones are read as one object. */
export function repeated<T>(element: Shape<T>, keyOf: (value: T) => string): Shape<T> {
  return plain(
    (out, value) => {
      const { seen } = out.near;
      const key = keyOf(value);
      const number = seen.get(key);
      out.unsigned(number ?? 0);
      if (number !== undefined) return;
      seen.set(key, seen.size + 1);
      element.write(out, value, 0, NOBODY);
    },
    (from) => {
      const { values } = from.near;
      const number = from.unsigned();
      if (number > values.length) throw new CodecError('a value that has not come yet');
      if (number > 0) return values[number - 1] as T;
      const value = element.read(from, 0, NOBODY);
      values.push(value);
      return value;
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

/** A value that is usually `usual`, which takes only a bit of the record's head. */
export function usually<T>(
  shape: Shape<T>,
  usual: T,
  isUsual = (value: T): boolean => value === usual,
): Shape<T> {
  return {
    bits: 1 + shape.bits,
    headOf: (value, out, owner) => (isUsual(value) ? 0 : 1 + 2 * shape.headOf(value, out, owner)),
    write: (out, value, head, owner) => {
      if (head !== 0) shape.write(out, value, head >> 1, owner);
    },
    read: (from, head, owner) => (head === 0 ? usual : shape.read(from, head >> 1, owner)),
  };
}

/** A list that is usually empty. */
export const usuallyEmpty = <T>(shape: Shape<readonly T[]>): Shape<readonly T[]> =>
  usually<readonly T[]>(shape, [], (value) => value.length === 0);

/** A property that is present but may be `undefined`. */
export function orUndefined<T>(shape: Shape<T>): Shape<T | undefined> {
  return usually<T | undefined>(shape, undefined);
}

/** A property that may be absent. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return { ...orUndefined(shape), omits: true };
}

/** A shape for every property, optional ones wrapped in {@link optional}; a missing property is a type error. */
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

/** Number of properties that any object holds inline. */
const FEW = 4;

/**
 * Returns a function that creates objects with all properties at once. An object that gets properties one by one, under
 * computed names, stores them out of line and, beyond a dozen, in a hash table of ten times the size.
 */
function maker(all: readonly Member[], k?: string): () => Values {
  const count = all.length + (k === undefined ? 0 : 1);
  // An optional property must be absent, and a few properties fit into any object.
  if (count <= FEW || all.some(({ shape }) => shape.omits === true))
    return k === undefined ? anyObject : of(k);
  const names = [...(k === undefined ? [] : ['k']), ...all.map(({ key }) => key)];
  const template = JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:0`).join()}}`) as Values;
  // The values may be of any kind, which the engine must see before objects are copied.
  for (const kind of [null, 0.5, '', undefined]) for (const name of names) template[name] = kind;
  if (k !== undefined) template['k'] = k;
  return () => ({ ...template });
}

function anyObject(): Values {
  return {};
}

/** An object literal with only `k` would have no room for further properties inline. */
function of(k: string): () => Values {
  return () => {
    const value: Values = {};
    value['k'] = k;
    return value;
  };
}

function headOf(all: readonly Member[], value: Values, out: Out): number {
  let head = 0;
  for (const { key, shape, from } of all) head |= shape.headOf(value[key], out, value) << from;
  return head;
}

function writeMembers(all: readonly Member[], out: Out, value: Values, head: number): void {
  for (const { key, shape, from, mask } of all) shape.write(out, value[key], (head >> from) & mask, value);
}

function readMembers(all: readonly Member[], from: EncodedSource, value: Values, head: number): void {
  for (const { key, shape, from: bit, mask } of all) {
    const read = shape.read(from, (head >> bit) & mask, value);
    if (read !== undefined || shape.omits !== true) value[key] = read;
  }
}

/**
 * @param made creates an object with all properties, whatever their values. Being a literal, it tells the engine which
 * properties to expect. Worth it for the most frequent types; others store properties beyond four out of line.
 */
export function record<T extends object>(fields: Fields<T>, made?: () => T): Shape<T> {
  const { all, bits } = members(fields);
  const make = (made as (() => Values) | undefined) ?? maker(all);
  return plain(
    (out, value) => {
      const head = headOf(all, value as Values, out);
      if (bits > 0) out.unsigned(head);
      writeMembers(all, out, value as Values, head);
    },
    (from) => {
      const value = make();
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

/**
 * A union discriminated by `k`; tag and flags share the first number.
 * @param made as in {@link record}, by tag
 */
export function choice<T extends Tagged>(
  kinds: { readonly [K in T['k']]: Fields<Rest<T, K>> },
  made: { readonly [K in T['k']]?: () => T } = {},
): Shape<T> {
  const tags = Object.keys(kinds);
  const shapes = tags.map((tag) => {
    const { all } = members(kinds[tag as T['k']]);
    return { all, make: (made[tag as T['k']] as (() => Values) | undefined) ?? maker(all, tag) };
  });
  const numbers = new Map(tags.map((tag, index) => [tag, index]));
  return plain(
    (out, value) => {
      const tag = numbers.get(value.k);
      const shape = tag === undefined ? undefined : shapes[tag];
      if (tag === undefined || shape === undefined) throw new CodecError(`unknown kind ${value.k}`);
      const head = headOf(shape.all, value, out);
      out.unsigned(head * tags.length + tag);
      writeMembers(shape.all, out, value, head);
    },
    (from) => {
      const first = from.unsigned();
      const tag = first % tags.length;
      const shape = shapes[tag];
      if (shape === undefined) throw new CodecError('unknown kind');
      const value = shape.make();
      readMembers(shape.all, from, value, (first - tag) / tags.length);
      return value as unknown as T;
    },
  );
}
