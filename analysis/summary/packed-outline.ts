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
 * An outline whose tail is kept in its compact form and decoded when asked for.
 * @throws whatever `decode` throws: the tail is looked at once
 */
export function packedOutline(
  head: OutlineHead,
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => OutlineTail,
): FileOutline {
  const first = decode(bytes);
  if (bytes.length < SHORT_BYTES) return { ...head, ...first };
  // A copy, so that the rest of what the bytes came in can go.
  const kept = bytes.slice();
  const outline: FileOutline = {
    ...head,
    get macros() {
      return tailOf(kept, decode).macros;
    },
    get constants() {
      return tailOf(kept, decode).constants;
    },
  };
  keep(kept, first);
  return outline;
}

function tailOf(bytes: Uint8Array, decode: (bytes: Uint8Array) => OutlineTail): OutlineTail {
  const recent = young.get(bytes);
  if (recent !== undefined) return recent;
  const tail = old.get(bytes) ?? decode(bytes);
  keep(bytes, tail);
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
