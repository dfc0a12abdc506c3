import { CodecError } from '../base/bytes.js';
import { endOfFrame } from '../base/columns.js';

/** Raised whenever the encoding changes: bytes of another version are refused and made anew. */
const VERSION = 10;
const NAME = [0x4c, 0x6f, VERSION];

export const OUTLINE_HEAD = [...NAME, 0];
export const TAIL_HEAD = [...NAME, 1];
export const SKELETON_HEAD = [...NAME, 2];
/** Only sent to threads. */
export const PART_HEAD = [...NAME, 3];

/** Of those that are kept. */
export const KINDS = 3;
export const HEAD_BYTES = NAME.length + 1;

/** Which kind of encoding starts at `at`, if one of those that are kept does. */
export function kindAt(bytes: Uint8Array, at: number): number | undefined {
  for (let index = 0; index < NAME.length; index++) if (bytes[at + index] !== NAME[index]) return undefined;
  const kind = bytes[at + NAME.length];
  return kind !== undefined && kind < KINDS ? kind : undefined;
}

/**
 * Where the encoding ends that starts at `at`.
 * @throws {CodecError} when it is cut off or damaged
 */
export function endAt(bytes: Uint8Array, at: number): number {
  const end = endOfFrame(bytes, at + HEAD_BYTES);
  if (end > bytes.length) throw new CodecError('unexpected end');
  return end;
}
