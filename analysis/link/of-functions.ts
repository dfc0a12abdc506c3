import type { FunctionRef } from './types.js';

/**
 * A value for each of many functions, by file: all of one file are set at once, so that a run over the program costs as
 * much as it has files. Iterates over the files in the order in which they were set.
 */
export class OfFunctions<V> {
  private readonly files = new Map<string, ReadonlyMap<FunctionRef, V>>();
  private count = 0;

  /** How many functions have a value. */
  get size(): number {
    return this.count;
  }

  /** Sets the values of the functions of a file. */
  set(file: string, values: ReadonlyMap<FunctionRef, V>): void {
    this.count += values.size - (this.files.get(file)?.size ?? 0);
    this.files.set(file, values);
  }

  get(fn: FunctionRef): V | undefined {
    return this.files.get(fn.file)?.get(fn);
  }

  has(fn: FunctionRef): boolean {
    return this.files.get(fn.file)?.has(fn) === true;
  }

  /** The values of a file's functions. */
  inFile(file: string): Iterable<V> {
    return this.files.get(file)?.values() ?? [];
  }

  *keys(): Generator<FunctionRef> {
    for (const values of this.files.values()) yield* values.keys();
  }

  *values(): Generator<V> {
    for (const values of this.files.values()) yield* values.values();
  }

  *[Symbol.iterator](): Generator<readonly [FunctionRef, V]> {
    for (const values of this.files.values()) yield* values;
  }
}
