import { ByteReader, ByteWriter, joined } from './bytes.js';

/**
 * The columns of an encoding. Similar values stand together: texts, numbers of texts, digests, and all other
 * numbers. Columns of many encodings compress best next to one another.
 */
export const COLUMNS = 4;

/** An encoding: its head, the length of each column, the columns. */
export function framed(head: readonly number[], columns: readonly Uint8Array[]): Uint8Array {
  const frame = new ByteWriter();
  for (const byte of head) frame.byte(byte);
  for (const { length } of columns) frame.unsigned(length);
  return joined([frame.finish(), ...columns]);
}

/**
 * Lengths of the columns, read from `bytes` at `at`, which is the end of the head, and the offset after them.
 */
export interface ColumnLengths {
  readonly lengths: readonly number[];
  readonly end: number;
}

/** @throws {CodecError} if truncated or damaged */
export function frameAt(bytes: Uint8Array, at: number, columns = COLUMNS): ColumnLengths {
  const from = new ByteReader(bytes.subarray(at));
  const lengths: number[] = [];
  while (lengths.length < columns) lengths.push(from.unsigned());
  return { lengths, end: at + from.position };
}

/** End of the encoding whose head ends at `at`. */
export function endOfFrame(bytes: Uint8Array, at: number): number {
  const { lengths, end } = frameAt(bytes, at);
  return lengths.reduce((sum, length) => sum + length, end);
}
