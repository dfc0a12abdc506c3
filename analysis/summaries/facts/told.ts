import type { Term } from '../locks/terms.js';

/**
 * The constants that a function has stored last through parameters that point to a scalar, by the parameter's index: what it
 * tells its caller besides its value, such as whether it has dropped a lock.
 */
export type ToldByPointer = ReadonlyMap<number, number>;

export const NOTHING_TOLD: ToldByPointer = new Map();

/** What is told after a store of a value, `undefined` for any. */
export function afterStore(told: ToldByPointer, place: Term, value: Term | undefined): ToldByPointer {
  const index = place.k === 'deref' && place.base.k === 'parameter' ? place.base.index : undefined;
  if (index === undefined) return told;
  if (value?.k === 'constant') {
    return told.get(index) === value.value ? told : new Map([...told, [index, value.value]]);
  }
  return without(told, index);
}

/** What is told after a call that gets some of the pointers, and may store through them. */
export function afterGiving(told: ToldByPointer, args: readonly Term[]): ToldByPointer {
  let left = told;
  if (told.size > 0) for (const arg of args) if (arg.k === 'parameter') left = without(left, arg.index);
  return left;
}

/** What both of two paths tell. */
export function toldByBoth(a: ToldByPointer, b: ToldByPointer): ToldByPointer {
  if (a === b || a.size === 0) return a;
  const both = [...a].filter(([index, value]) => b.get(index) === value);
  return both.length === a.size ? a : new Map(both);
}

/** Whether two paths tell different things, so that a caller can tell them apart. */
export function tellApart(a: ToldByPointer, b: ToldByPointer): boolean {
  return [...a].some(([index, value]) => {
    const other = b.get(index);
    return other !== undefined && other !== value;
  });
}

export function toldKey(told: ToldByPointer): string {
  return [...told].map(([index, value]) => `${index}=${value}`).join();
}

function without(told: ToldByPointer, index: number): ToldByPointer {
  return told.has(index) ? new Map([...told].filter(([at]) => at !== index)) : told;
}
