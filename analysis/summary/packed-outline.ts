import { copyOf } from '../base/bytes.js';
import type { FileOutline } from '../outline/types.js';
import type { OutlineHead, OutlineTail } from './outline-shape.js';

/**
 * Bytes of tails, in their compact form, that are kept decoded in each of two generations; decoded they take
 * about ten times as much. The headers that most files include have less than one generation together.
 */
const GENERATION_BYTES = 4 * 1024 * 1024;
/** A shorter tail is not worth the trouble. */
const SHORT_BYTES = 256;

/** By their bytes: what an edit has replaced, which nobody can ask for, goes with them. */
let young = new WeakMap<Uint8Array, OutlineTail>();
let old = new WeakMap<Uint8Array, OutlineTail>();
let youngBytes = 0;
let mostBytes = GENERATION_BYTES;

/** Lets go of all tails, and from now on keeps this share of what is kept where there is ample memory. */
export function keepTails(share: number): void {
  mostBytes = Math.floor(GENERATION_BYTES * share);
  young = new WeakMap();
  old = new WeakMap();
  youngBytes = 0;
}

/**
 * Makes the head an outline whose tail is kept in its compact form and decoded when asked for. `look` decodes what is
 * soon let go of. The head itself, no copy: each copy of an object of so many properties is of a shape of its own, which
 * takes more memory than the object.
 * @throws whatever `look` throws: the tail is looked at once
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

/** How to come by the tail of an outline. */
interface Tail {
  readonly kept: Uint8Array;
  readonly decode: (bytes: Uint8Array) => OutlineTail;
}

const TAIL = Symbol('tail');

type Packed = FileOutline & { readonly [TAIL]: Tail };

/** The same functions for all outlines: with functions of its own, each would be of a shape of its own. */
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

/** The tail of an outline in its compact form, where it is kept in that. */
export function keptTail(outline: FileOutline): Uint8Array | undefined {
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
