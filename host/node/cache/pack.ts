import {
  ByteReader,
  ByteWriter,
  CodecError,
  joined,
  sharedLength,
} from '../../../analysis/base/encoding/bytes.js';
import { COLUMNS, frameAt, framed } from '../../../analysis/base/encoding/columns.js';
import { HEAD_BYTES, kindAt, KINDS } from '../../../analysis/skeleton/codec/encodings.js';
import { byCodeUnit } from '../../paths.js';

/** Length of a content key in bytes; in hex as text. */
export const KEY_BYTES = 12;

/** A result, with the key of the content it was computed from. */
export interface PackEntry {
  readonly key: string;
  readonly data: Uint8Array;
}

/** Results by name. */
export type Pack = ReadonlyMap<string, PackEntry>;

/**
 * Column numbers: index, keys and frames, then the columns of all kinds of encodings, then data that is no encoding.
 */
const INDEX = 0;
const KEYS = 1;
const FRAMES = 2;
const FIRST = 3;
const REST = FIRST + KINDS * COLUMNS;
const ALL = REST + 1;

/** Encodes a pack: splits encodings into columns and stores each column of all of them together. */
export function encodePack(entries: Pack): Uint8Array {
  const index = new ByteWriter();
  const columns = Array.from({ length: ALL }, (): Uint8Array[] => []);
  const add = (column: number, bytes: Uint8Array): void => void columns[column]?.push(bytes);
  let [lastName, lastKey] = ['', ''];
  index.unsigned(entries.size);
  for (const [name, { key, data }] of [...entries].sort(([a], [b]) => byCodeUnit(a, b))) {
    index.text(name, sharedLength(lastName, name));
    const isSame = key === lastKey;
    if (!isSame) add(KEYS, Buffer.from(key, 'hex'));
    [lastName, lastKey] = [name, key];
    let encodings = 0;
    let at = 0;
    for (let kind = kindAt(data, at); kind !== undefined; kind = kindAt(data, at)) {
      const parts = takeApart(data, at, kind);
      if (parts === undefined) break;
      for (const [column, bytes] of parts) {
        add(column, bytes);
        at += bytes.length;
      }
      encodings += 1;
    }
    add(REST, data.subarray(at));
    index.unsigned(encodings * 2 + (isSame ? 1 : 0));
    index.unsigned(data.length - at);
  }
  add(INDEX, index.finish());
  return framed(
    [],
    columns.map((parts) => joined(parts)),
  );
}

/** The parts of an encoding with their columns; `undefined` if the data only resembles one. */
function takeApart(
  data: Uint8Array,
  at: number,
  kind: number,
): [column: number, bytes: Uint8Array][] | undefined {
  try {
    const { lengths, end } = frameAt(data, at + HEAD_BYTES);
    const parts: [number, Uint8Array][] = [[FRAMES, data.subarray(at, end)]];
    let from = end;
    for (const [column, length] of lengths.entries()) {
      parts.push([FIRST + kind * COLUMNS + column, data.subarray(from, from + length)]);
      from += length;
    }
    return from <= data.length ? parts : undefined;
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

/** @throws {Error} if the bytes are not a pack */
export function decodePack(bytes: Uint8Array): Pack {
  const { lengths, end } = frameAt(bytes, 0, ALL);
  let start = end;
  const columns = lengths.map((length) => bytes.subarray(start, (start += length)));
  if (start !== bytes.length) throw new CodecError('bytes left over, or cut off');
  const [indexBytes = bytes, keyBytes = bytes] = columns;
  const index = new ByteReader(indexBytes);
  const keys = Buffer.from(keyBytes).toString('hex');
  const put = new PuttingTogether(
    columns,
    lengths.slice(FRAMES).reduce((sum, length) => sum + length, 0),
  );
  const entries = new Map<string, PackEntry>();
  let [name, key, keyAt] = ['', '', 0];
  for (let left = index.count(); left > 0; left--) {
    name = index.text(name);
    const head = index.unsigned();
    if (head % 2 === 0) key = keys.slice(keyAt, (keyAt += KEY_BYTES * 2));
    entries.set(name, { key, data: put.next(head >> 1, index.unsigned()) });
  }
  index.finish();
  return entries;
}

/** Reassembles results from columns, in the order in which they were split. */
class PuttingTogether {
  private readonly bytes: Uint8Array;
  private at = 0;
  /** Read position in each column. */
  private readonly read: number[];

  /** @param total size of all results in bytes */
  constructor(
    private readonly columns: readonly Uint8Array[],
    total: number,
  ) {
    this.bytes = Buffer.alloc(total);
    this.read = columns.map(() => 0);
  }

  next(encodings: number, rest: number): Uint8Array {
    const start = this.at;
    for (let left = encodings; left > 0; left--) this.encoding();
    this.take(REST, rest);
    return this.bytes.subarray(start, this.at);
  }

  private encoding(): void {
    const frames = this.columns[FRAMES] ?? this.bytes;
    const at = this.read[FRAMES] ?? 0;
    const kind = kindAt(frames, at);
    if (kind === undefined) throw new CodecError('no encoding');
    const { lengths, end } = frameAt(frames, at + HEAD_BYTES);
    this.take(FRAMES, end - at);
    for (let column = 0; column < COLUMNS; column++)
      this.take(FIRST + kind * COLUMNS + column, lengths[column] ?? 0);
  }

  private take(column: number, length: number): void {
    if (length === 0) return;
    const from = this.read[column] ?? 0;
    const part = (this.columns[column] ?? this.bytes).subarray(from, from + length);
    if (part.length < length) throw new CodecError('unexpected end');
    this.bytes.set(part, this.at);
    this.at += length;
    this.read[column] = from + length;
  }
}
