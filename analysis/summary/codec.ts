import { CodecError } from '../base/bytes.js';
import { decode, encode } from '../base/encoding.js';
import type { Sharing } from '../base/encoding.js';
import { numbered, record } from '../base/shapes.js';
import { checkSkeleton, checkSummary } from './check.js';
import { outlineShape } from './outline-shape.js';
import { skeletonShape } from './skeleton-shape.js';
import type { FileSummary, Skeleton } from './types.js';

export { CodecError } from '../base/bytes.js';

const summaryShape = record<FileSummary>({
  outline: outlineShape,
  skeletons: numbered(skeletonShape),
  macroSkeletons: numbered(skeletonShape),
});

/** Raised whenever the encoding changes: bytes of another version are refused and made anew. */
const VERSION = 3;
const SUMMARY_HEAD = [0x4c, 0x6f, VERSION, 1];
const SKELETON_HEAD = [0x4c, 0x6f, VERSION, 2];

/** The compact form of a file's summary. */
export function encodeSummary(summary: FileSummary): Uint8Array {
  return encode(SUMMARY_HEAD, summaryShape, summary);
}

/**
 * Equal to what was encoded.
 * @param sharing makes the names that files have in common one object
 * @throws {CodecError} when the bytes are damaged or of another version
 */
export function decodeSummary(bytes: Uint8Array, sharing?: Sharing): FileSummary {
  return guarded(() => checkSummary(decode(SUMMARY_HEAD, summaryShape, bytes, sharing)));
}

/** The compact form of one skeleton, for those made on demand. */
export function encodeSkeleton(skeleton: Skeleton): Uint8Array {
  return encode(SKELETON_HEAD, skeletonShape, skeleton);
}

/** As {@link decodeSummary}. */
export function decodeSkeleton(bytes: Uint8Array, sharing?: Sharing): Skeleton {
  return guarded(() => checkSkeleton(decode(SKELETON_HEAD, skeletonShape, bytes, sharing)));
}

/** Damaged bytes may also ask for more memory than there is. */
function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new CodecError(error.message);
    throw error;
  }
}
