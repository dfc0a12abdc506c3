import { ByteReader, ByteWriter, joined } from './bytes.js';

/**
 * The columns of an encoding. Like stands with like: texts, numbers of texts, digests, and all other numbers; where the
 * same columns of many encodings stand together they compress best.
 */
export const COLUMNS = 4;

/** An encoding: its head, how long each column is, the columns. */
export function framed(head: readonly number[], columns: readonly Uint8Array[]): Uint8Array {
  const frame = new ByteWriter();
  for (const byte of head) frame.byte(byte);
  for (const { length } of columns) frame.unsigned(length);
  return joined([frame.finish(), ...columns]);
}

/** How long the columns are that `bytes` say at `at`, which is behind a head, and where what they say so in ends. */
export interface Frame {
  readonly lengths: readonly number[];
  readonly end: number;
}

/** @throws {CodecError} when it is cut off or damaged */
export function frameAt(bytes: Uint8Array, at: number, columns = COLUMNS): Frame {
  const from = new ByteReader(bytes.subarray(at));
  const lengths: number[] = [];
  while (lengths.length < columns) lengths.push(from.unsigned());
  return { lengths, end: at + from.position };
}

/** Where the encoding ends whose head ends at `at`. */
export function endOfFrame(bytes: Uint8Array, at: number): number {
  const { lengths, end } = frameAt(bytes, at);
  return lengths.reduce((sum, length) => sum + length, end);
}
