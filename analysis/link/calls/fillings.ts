import { elementIn } from '../../outline/stored-values.js';
import type { FileOutline, FillItem } from '../../outline/types.js';
import type { LinkedFile } from '../files/files.js';
import type { FunctionRef } from '../types.js';

/** A function stored in a field of a record. */
export interface Filling {
  readonly file: LinkedFile;
  /** File of the record's definition; `''` if it is not in the program. */
  readonly home: string;
  readonly value: string;
  /** The function that stores its parameter, and its index: callers give the function. */
  readonly given?: GivenBy;
  /** The record whose member it is, if the outline shows one. */
  readonly of?: OwnerPath;
}

/** A variable's name or the type of a local, and the members between it and the one that is filled: `handler`. */
export type OwnerPath = ({ readonly type: string } | { readonly variable: string }) & {
  readonly path: string;
};

/** A function that stores what callers pass to it. */
export interface GivenBy {
  readonly setter: FunctionRef;
  readonly index: number;
}

/** A field with the record that declares it, and the file that distinguishes records of the same name. */
export interface Slot {
  readonly key: string;
  readonly home: string;
}

/** What is stored in a record that is defined in `home`; a missing definition cannot distinguish records of one name. */
export function isIn(fillings: readonly Filling[] | undefined, home: string): readonly Filling[] {
  return (fillings ?? []).filter((one) => home === '' || one.home === '' || one.home === home);
}

/** A stored element of an array as the functions of its rows, since nothing tells which one it is. */
export function ofArray(fill: FillItem, { summary }: LinkedFile): readonly FillItem[] {
  const found = elementIn(fill.value);
  if (found === undefined) return [fill];
  return namesInRows(summary.outline, found.array, found.member).map((value) => ({ ...fill, value }));
}

/** The names in the rows of an array of a file: in this member of each, or the rows themselves if it is `''`. */
export function namesInRows(
  outline: FileOutline | undefined,
  array: string,
  member: string,
): readonly string[] {
  const table = outline?.variables.find(({ name }) => name === array);
  return table?.members.flatMap(({ field, value }) => (field === member ? [value] : [])) ?? [];
}

/** The slot of any record with a member of this name. */
export function nearbyKey(field: string): string {
  return `?.${field}`;
}

/** The name of the slot's member or variable. */
export function memberOf(key: string): string {
  return key.slice(Math.max(key.lastIndexOf('.'), key.lastIndexOf(':')) + 1);
}

export function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([value]));
  else known.add(value);
}

/** Whether the file, whose fillings are the last ones, already stored this value. */
export function isAmongLast(known: readonly Filling[], filling: Filling): boolean {
  for (let at = known.length - 1; at >= 0; at--) {
    const other = known[at];
    if (other?.file !== filling.file) return false;
    if (other.value === filling.value && other.home === filling.home) return true;
  }
  return false;
}

/** What a file stores, as text. */
function written({ file: { path }, home, value, of }: Filling): string {
  return [path, home, value, ...Object.values(of ?? {})].join(' ');
}

/** What files store in slots, as text, by slot. */
export function filledBy(
  files: ReadonlySet<LinkedFile>,
  keysOf: ReadonlyMap<LinkedFile, ReadonlySet<string>>,
  fillings: ReadonlyMap<string, readonly Filling[]>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of files) {
    for (const key of keysOf.get(file) ?? []) {
      const own = (fillings.get(key) ?? []).filter((filling) => files.has(filling.file));
      found.set(key, own.map(written).join('\n'));
    }
  }
  return found;
}
