import { CodecError } from '../base/bytes.js';
import type { Skeleton } from './types.js';

/**
 * How many skeletons are kept decoded in each of two generations. One decoded takes twenty times the memory
 * of its bytes, and most are looked at once in a while.
 */
const GENERATION = 2048;

let young = new Map<number, Skeleton>();
let old = new Map<number, Skeleton>();
let nextKey = 0;

/**
 * The skeletons of one file, kept in their compact form and decoded when asked for. What is asked for again
 * soon is the same object.
 */
export class PackedSkeletons implements ReadonlyMap<number, Skeleton> {
  private readonly firstKey = nextKey;
  private readonly places: ReadonlyMap<number, number>;

  /**
   * @param indexes which functions or macros have one, in order
   * @param bounds where each one ends in `bytes`; each starts where the one before ends
   * @param decode makes one of its bytes
   */
  constructor(
    indexes: readonly number[],
    private readonly bounds: readonly number[],
    private readonly bytes: Uint8Array,
    private readonly decode: (bytes: Uint8Array) => Skeleton,
  ) {
    this.places = new Map(indexes.map((index, place) => [index, place]));
    nextKey += indexes.length;
  }

  get size(): number {
    return this.places.size;
  }

  has(index: number): boolean {
    return this.places.has(index);
  }

  /** `undefined` also where the bytes are damaged: it is then as if nobody had made one yet. */
  get(index: number): Skeleton | undefined {
    const place = this.places.get(index);
    if (place === undefined) return undefined;
    const key = this.firstKey + place;
    const recent = young.get(key);
    if (recent !== undefined) return recent;
    const skeleton = old.get(key) ?? this.read(place);
    if (skeleton !== undefined) keep(key, skeleton);
    return skeleton;
  }

  keys(): MapIterator<number> {
    return this.places.keys();
  }

  *entries(): MapIterator<[number, Skeleton]> {
    for (const index of this.places.keys()) {
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

function keep(key: number, skeleton: Skeleton): void {
  if (young.size >= GENERATION) {
    old = young;
    young = new Map();
  }
  young.set(key, skeleton);
}
