import { BOUNDS } from '../../base/bounds.js';
import { someTerm, type Term } from '../locks/terms.js';

/** A constant, and the place where a function has stored it last: what a parameter points to, or a member of that. */
export interface ToldConstant {
  readonly place: Term;
  readonly value: number;
}

/**
 * The constants that a function has stored last through its parameters, by the key of the place: what it tells its caller
 * besides its value, such as whether it has dropped a lock.
 */
export type ToldByPointer = ReadonlyMap<string, ToldConstant>;

export const NOTHING_TOLD: ToldByPointer = new Map();

/** What is told after a store of a value, `undefined` for any. */
export function afterStore(told: ToldByPointer, place: Term, value: Term | undefined): ToldByPointer {
  if (place.k !== 'deref' || place.base.k !== 'parameter') return told;
  if (value?.k !== 'constant') return without(told, (one) => one.key === place.key);
  if (told.get(place.key)?.value === value.value) return told;
  return new Map([...told, [place.key, { place, value: value.value }]]);
}

/** What is told after a call that gets some of the pointers, and may store through them. */
export function afterGiving(told: ToldByPointer, args: readonly Term[]): ToldByPointer {
  if (told.size === 0) return told;
  const given = new Set(args.flatMap((arg) => (arg.k === 'parameter' ? [arg.key] : [])));
  return without(told, (place) => someTerm(place, ({ key }) => given.has(key)));
}

/** The same with the members of records that parameters point to, as far as the path still knows them at its end. */
export function withMembers(
  told: ToldByPointer,
  stored: Iterable<{ readonly place: Term; readonly value: Term }>,
): ToldByPointer {
  const members: (readonly [string, ToldConstant])[] = [];
  for (const { place, value } of stored) {
    const isOfParameter =
      place.k === 'field' && place.base.k === 'deref' && place.base.base.k === 'parameter';
    if (isOfParameter && value.k === 'constant') members.push([place.key, { place, value: value.value }]);
  }
  return members.length === 0 || members.length > BOUNDS.toldMembers ? told : new Map([...told, ...members]);
}

/** What both of two paths tell. */
export function toldByBoth(a: ToldByPointer, b: ToldByPointer): ToldByPointer {
  if (a === b || a.size === 0) return a;
  const both = [...a].filter(([key, { value }]) => b.get(key)?.value === value);
  return both.length === a.size ? a : new Map(both);
}

/**
 * Whether two paths tell different things, so that a caller can tell them apart. `isMeant` says of which places: of a scalar
 * that only the caller knows, unless the record in which a member lies is known to be the caller's, too.
 */
export function tellApart(
  a: ToldByPointer,
  b: ToldByPointer,
  isMeant: (place: Term) => boolean = ({ k }) => k === 'deref',
): boolean {
  return [...a].some(([key, { place, value }]) => {
    const other = b.get(key);
    return other !== undefined && other.value !== value && isMeant(place);
  });
}

export function toldKey(told: ToldByPointer): string {
  return [...told].map(([key, { value }]) => `${key}=${value}`).join();
}

function without(told: ToldByPointer, isGone: (place: Term) => boolean): ToldByPointer {
  const left = [...told].filter(([, { place }]) => !isGone(place));
  return left.length === told.size ? told : new Map(left);
}
