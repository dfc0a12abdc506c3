import { CodecError } from '../../base/encoding/bytes.js';
import { endOfFrame } from '../../base/encoding/columns.js';

/** Increase it whenever the encoding changes; bytes of another version are rejected and rebuilt. */
const VERSION = 10;
const NAME = [0x4c, 0x6f, VERSION];

export const OUTLINE_HEAD = [...NAME, 0];
export const TAIL_HEAD = [...NAME, 1];
export const SKELETON_HEAD = [...NAME, 2];
/** Only sent to threads. */
export const PART_HEAD = [...NAME, 3];

/** Number of kinds that are stored. */
export const KINDS = 3;
export const HEAD_BYTES = NAME.length + 1;

/** The stored kind of the encoding at `at`; `undefined` if there is none. */
export function kindAt(bytes: Uint8Array, at: number): number | undefined {
  for (let index = 0; index < NAME.length; index++) if (bytes[at + index] !== NAME[index]) return undefined;
  const kind = bytes[at + NAME.length];
  return kind !== undefined && kind < KINDS ? kind : undefined;
}

/**
 * The end offset of the encoding at `at`.
 * @throws {CodecError} if it is truncated or damaged
 */
export function endAt(bytes: Uint8Array, at: number): number {
  const end = endOfFrame(bytes, at + HEAD_BYTES);
  if (end > bytes.length) throw new CodecError('unexpected end');
  return end;
}
