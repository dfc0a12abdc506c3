import { copyOf } from '../../base/encoding/bytes.js';
import type { FileOutline } from '../../outline/types.js';
import type { OutlineHead, OutlineTail } from './outline-shape.js';

/**
 * Limit of decoded tails in each of two generations, in bytes of their compact form; decoded, they take about ten times
 * as much. The headers that most files include fit into one generation.
 */
const GENERATION_BYTES = 4 * 1024 * 1024;
/** A shorter tail is not worth packing. */
const SHORT_BYTES = 256;

/** Keyed by their bytes, so that tails which an edit replaced are collected with them. */
let young = new WeakMap<Uint8Array, OutlineTail>();
let old = new WeakMap<Uint8Array, OutlineTail>();
let youngBytes = 0;
let mostBytes = GENERATION_BYTES;

/** Evicts all decoded tails, and sets the limit to this share of the maximum. */
export function keepTails(share: number): void {
  mostBytes = Math.floor(GENERATION_BYTES * share);
  young = new WeakMap();
  old = new WeakMap();
  youngBytes = 0;
}

/**
 * Turns the head into an outline whose tail stays compact until it is used. `look` decodes a tail that is dropped soon.
 * Changes the head in place: a copy of an object with so many properties gets a hidden class of its own, which takes
 * more memory than the object.
 * @throws whatever `look` throws; it is called once
 */
export function packedOutline(
  head: OutlineHead,
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => OutlineTail,
  look: (bytes: Uint8Array) => OutlineTail,
): FileOutline {
  if (bytes.length < SHORT_BYTES) return Object.assign(head, decode(bytes));
  const first = look(bytes);
  const kept = copyOf(bytes);
  keep(kept, first);
  return Object.defineProperties(head, { ...MEMBERS, [TAIL]: { value: { kept, decode } } }) as Packed;
}

/** How to obtain the tail of an outline. */
interface Tail {
  readonly kept: Uint8Array;
  readonly decode: (bytes: Uint8Array) => OutlineTail;
}

const TAIL = Symbol('tail');

type Packed = FileOutline & { readonly [TAIL]: Tail };

/** Shared by all outlines: with closures of its own, each outline would have its own hidden class. */
const MEMBERS: PropertyDescriptorMap & ThisType<Packed> = {
  macros: {
    enumerable: true,
    get() {
      return tailOf(this[TAIL]).macros;
    },
  },
  constants: {
    enumerable: true,
    get() {
      return tailOf(this[TAIL]).constants;
    },
  },
};

/** The compact tail of an outline, if it is packed. */
export function packedTail(outline: FileOutline): Uint8Array | undefined {
  return (outline as Partial<Packed>)[TAIL]?.kept;
}

function tailOf({ kept, decode }: Tail): OutlineTail {
  const recent = young.get(kept);
  if (recent !== undefined) return recent;
  const tail = old.get(kept) ?? decode(kept);
  keep(kept, tail);
  return tail;
}

function keep(bytes: Uint8Array, tail: OutlineTail): void {
  if (youngBytes >= mostBytes) {
    old = young;
    young = new WeakMap();
    youngBytes = 0;
  }
  young.set(bytes, tail);
  youngBytes += bytes.length;
}
