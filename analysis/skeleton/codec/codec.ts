import { apart, CodecError, copyOf, joined, together } from '../../base/encoding/bytes.js';
import { decode, encode } from '../../base/encoding/encoding.js';
import type { StringSharing } from '../../base/encoding/encoding.js';
import { list, record, unsigned } from '../../base/encoding/shapes.js';
import type { FileOutline } from '../../outline/types.js';
import { checkIndexes, checkSkeleton } from '../check.js';
import { endAt, OUTLINE_HEAD, PART_HEAD, SKELETON_HEAD, TAIL_HEAD } from './encodings.js';
import { headShape, partShape, tailShape } from './outline-shape.js';
import type { OutlineHead, OutlineTail } from './outline-shape.js';
import type { OutlinePart } from '../outline-part.js';
import { packedTail, packedOutline } from './packed-outline.js';
import { packedSkeletons } from './packed.js';
import { skeletonShape } from './skeleton-shape.js';
import type { FileSummary, Skeleton } from '../types.js';

export { CodecError } from '../../base/encoding/bytes.js';

/** The functions and macros that have skeletons. */
interface Contents {
  readonly outline: OutlineHead;
  readonly functions: readonly number[];
  readonly macros: readonly number[];
}

const contentsShape = record<Contents>({
  outline: headShape,
  functions: list(unsigned),
  macros: list(unsigned),
});

/** The compact form of a summary: the outline without its tail, the tail, then each skeleton. */
export function encodeSummary({ outline, skeletons, macroSkeletons }: FileSummary): Uint8Array {
  const contents = encode(OUTLINE_HEAD, contentsShape, {
    outline,
    functions: [...skeletons.keys()],
    macros: [...macroSkeletons.keys()],
  });
  const tail = encode(TAIL_HEAD, tailShape, outline);
  return joined([contents, tail, ...[...skeletons.values(), ...macroSkeletons.values()].map(encodeSkeleton)]);
}

/**
 * Decodes a summary equal to the encoded one. The skeletons and the outline's tail stay compact until they are used.
 * @param sharing interns names that files have in common
 * @throws {CodecError} if the bytes are damaged or of another version
 */
export function decodeSummary(bytes: Uint8Array, sharing?: StringSharing): FileSummary {
  const tailStart = endAt(bytes, 0);
  const end = endAt(bytes, tailStart);
  const contents = guarded(() => decode(OUTLINE_HEAD, contentsShape, bytes.subarray(0, tailStart), sharing));
  const { functions, macros } = contents;
  const { tail, skeleton } = decoders(sharing);
  // Register names are not worth interning.
  const outline = packedOutline(contents.outline, bytes.subarray(tailStart, end), tail, decodeTail);
  checkIndexes(functions, outline.functions.length, 'function');
  checkIndexes(macros, outline.macros.length, 'macro');
  const bounds: number[] = [];
  let last = end;
  while (bounds.length < functions.length + macros.length) {
    last = endAt(bytes, last);
    bounds.push(last - end);
  }
  if (last !== bytes.length) throw new CodecError('bytes left over');
  const packed = copyOf(bytes.subarray(end));
  const first = bounds[functions.length - 1] ?? 0;
  return {
    outline,
    skeletons: packedSkeletons(functions, bounds.slice(0, functions.length), packed, skeleton),
    macroSkeletons: packedSkeletons(
      macros,
      bounds.slice(functions.length).map((bound) => bound - first),
      packed.subarray(first),
      skeleton,
    ),
  };
}

/** Decoders of the parts that stay compact. */
interface Decoders {
  readonly tail: (bytes: Uint8Array) => OutlineTail;
  readonly skeleton: (bytes: Uint8Array) => Skeleton;
}

/** Created away from the bytes: a closure keeps everything in its scope alive, here all bytes of each file. */
function decoders(sharing: StringSharing | undefined): Decoders {
  if (sharing === undefined) return UNSHARED;
  let known = sharedDecoders.get(sharing);
  if (known === undefined) {
    known = {
      tail: (bytes) => decodeTail(bytes, sharing),
      skeleton: (bytes) => decodeSkeleton(bytes, sharing),
    };
    sharedDecoders.set(sharing, known);
  }
  return known;
}

const UNSHARED: Decoders = { tail: (bytes) => decodeTail(bytes), skeleton: (bytes) => decodeSkeleton(bytes) };
const sharedDecoders = new WeakMap<StringSharing, Decoders>();

function decodeTail(bytes: Uint8Array, sharing?: StringSharing): OutlineTail {
  return guarded(() => decode(TAIL_HEAD, tailShape, bytes, sharing));
}

/** The compact form of the part of an outline that the skeletons of these functions and of all macros depend on. */
export function encodePart(outline: FileOutline, indexes: readonly number[]): Uint8Array {
  const { guards } = outline;
  const there = indexes.filter((index) => index in outline.functions);
  const part = encode(PART_HEAD, partShape, {
    indexes: there,
    functions: there.flatMap((index) => outline.functions[index] ?? []),
    guards,
    // Members are only looked up if some are guarded.
    records: guards.length > 0 ? outline.records : [],
  });
  return together(part, packedTail(outline) ?? encode(TAIL_HEAD, tailShape, outline));
}

/** @throws {CodecError} if the bytes do not encode a part of an outline */
export function decodePart(bytes: Uint8Array): OutlinePart {
  const [part, tail] = apart(bytes);
  const { indexes, functions, guards, records } = guarded(() => decode(PART_HEAD, partShape, part));
  const { macros } = decodeTail(tail);
  const items = functions.map((item, at) => [indexes[at], item] as const);
  return { functions: Object.fromEntries(items), macros, guards, records };
}

/** The compact form of one skeleton that was built on demand. */
export function encodeSkeleton(skeleton: Skeleton): Uint8Array {
  return encode(SKELETON_HEAD, skeletonShape, skeleton);
}

/** One skeleton in compact form, at index 0. */
export function packSkeleton(skeleton: Skeleton): ReadonlyMap<number, Skeleton> {
  const bytes = encodeSkeleton(skeleton);
  return packedSkeletons([0], [bytes.length], bytes, decodeSkeleton);
}

/** Like {@link decodeSummary}. */
export function decodeSkeleton(bytes: Uint8Array, sharing?: StringSharing): Skeleton {
  return guarded(() => checkSkeleton(decode(SKELETON_HEAD, skeletonShape, bytes, sharing)));
}

/** Converts errors: damaged bytes may also request more memory than there is. */
function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new CodecError(error.message);
    throw error;
  }
}
