import { CodecError } from '../../base/encoding/bytes.js';
import type { Skeleton } from '../types.js';

/**
 * Number of decoded skeletons in each of two generations. A decoded skeleton takes twenty times the memory of its
 * bytes, and most are used rarely.
 */
const GENERATION = 2048;
/** The minimum, however little memory there is. */
const LEAST = 64;

/** Decoded skeletons by place. Those of an older version of a file are collected with that version. */
type Generation = WeakMap<PackedSkeletons, Map<number, Skeleton>>;

let young: Generation = new WeakMap();
let old: Generation = new WeakMap();
/** The number of skeletons in {@link young}, and its limit. */
let grown = 0;
let most = GENERATION;

/** Evicts all decoded skeletons, and sets the limit to this share of the maximum. */
export function keepSkeletons(share: number): void {
  most = Math.max(LEAST, Math.floor(GENERATION * share));
  young = new WeakMap();
  old = new WeakMap();
  grown = 0;
}

/**
 * The skeletons of one file, compact, decoded on demand. Repeated queries soon after each other return the same object.
 */
class PackedSkeletons implements ReadonlyMap<number, Skeleton> {
  /** Place by index; `undefined` if every index is its own place: none, the only one, all of them. */
  private readonly places: ReadonlyMap<number, number> | undefined;

  /**
   * @param indexes the functions or macros that have a skeleton, in order
   * @param bounds the end of each one in `bytes`; each starts where the previous one ends
   * @param decode decodes the bytes of one
   */
  constructor(
    indexes: readonly number[],
    private readonly bounds: readonly number[],
    private readonly bytes: Uint8Array,
    private readonly decode: (bytes: Uint8Array) => Skeleton,
  ) {
    if (indexes.some((index, place) => index !== place)) {
      this.places = new Map(indexes.map((index, place) => [index, place]));
    }
  }

  get size(): number {
    return this.bounds.length;
  }

  has(index: number): boolean {
    return this.placeOf(index) !== undefined;
  }

  /** `undefined` also for damaged bytes, as if the skeleton had never been built. */
  get(index: number): Skeleton | undefined {
    const place = this.placeOf(index);
    if (place === undefined) return undefined;
    const recent = young.get(this)?.get(place);
    if (recent !== undefined) return recent;
    const skeleton = old.get(this)?.get(place) ?? this.read(place);
    if (skeleton !== undefined) keep(this, place, skeleton);
    return skeleton;
  }

  keys(): MapIterator<number> {
    return (this.places ?? new Map(this.bounds.map((_, place) => [place, place]))).keys();
  }

  *entries(): MapIterator<[number, Skeleton]> {
    for (const index of this.keys()) {
      const skeleton = this.get(index);
      if (skeleton !== undefined) yield [index, skeleton];
    }
  }

  *values(): MapIterator<Skeleton> {
    for (const [, skeleton] of this.entries()) yield skeleton;
  }

  forEach(visit: (value: Skeleton, key: number, map: ReadonlyMap<number, Skeleton>) => void): void {
    for (const [index, skeleton] of this.entries()) visit(skeleton, index, this);
  }

  [Symbol.iterator](): MapIterator<[number, Skeleton]> {
    return this.entries();
  }

  private placeOf(index: number): number | undefined {
    if (this.places !== undefined) return this.places.get(index);
    return index in this.bounds ? index : undefined;
  }

  private read(place: number): Skeleton | undefined {
    const start = place === 0 ? 0 : (this.bounds[place - 1] ?? 0);
    try {
      return this.decode(this.bytes.subarray(start, this.bounds[place]));
    } catch (error) {
      if (error instanceof CodecError) return undefined;
      throw error;
    }
  }
}

const NONE: ReadonlyMap<number, Skeleton> = new Map();

/** Makes a {@link PackedSkeletons}; the many files without skeletons share one empty map. */
export function packedSkeletons(
  ...[indexes, ...others]: ConstructorParameters<typeof PackedSkeletons>
): ReadonlyMap<number, Skeleton> {
  return indexes.length === 0 ? NONE : new PackedSkeletons(indexes, ...others);
}

function keep(owner: PackedSkeletons, place: number, skeleton: Skeleton): void {
  if (grown >= most) {
    old = young;
    young = new WeakMap();
    grown = 0;
  }
  grown += 1;
  const decoded = young.get(owner);
  if (decoded === undefined) young.set(owner, new Map([[place, skeleton]]));
  else decoded.set(place, skeleton);
}
