import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { byCodeUnit } from '../../paths.js';
import { decodePack, encodePack, type PackEntry, type Pack } from './pack.js';

const MAGIC = 0x4c4f504b;
const FORMAT = 4;
/** Magic number, format, length of the index, its checksum. */
const HEAD_BYTES = 3 * 4 + 32;
const ID_BYTES = 8;
const CHECKSUM_BYTES = 16;
const SEGMENT_HEAD_BYTES = 2 * 4 + CHECKSUM_BYTES;
/** A larger index is damaged: no tree has that many folders. */
const MOST_INDEX_BYTES = 64 * 1024 * 1024;

/** Maximum size of a segment's results, in bytes: large enough to compress well, small enough to rewrite. */
const SEGMENT_BYTES = 512 * 1024;
/** New packs are added to segments smaller than this, in bytes. */
const SMALL_BYTES = SEGMENT_BYTES / 8;

/** Brotli quality: finds distant repetitions and models numbers and texts separately. */
const QUALITY = 5;
/**
 * A larger segment is rewritten at every edit, such as the last run of a whole tree: a lower quality takes a third of
 * the time for 2 % more bytes.
 */
const LARGE_BYTES = 4 * 1024 * 1024;
const QUICK = 3;

/** Packs by name, compressed together. */
interface Segment {
  /** Ids of the pack names. */
  readonly ids: readonly string[];
  readonly checksum: Buffer;
  readonly length: number;
}

interface StoredSegment extends Segment {
  readonly bytes: Buffer;
}

/** New segments, and the ids of all packs in them and in the segments they replace. */
interface Renewal {
  readonly ids: ReadonlySet<string>;
  readonly segments: readonly StoredSegment[];
}

type Packs = ReadonlyMap<string, Pack>;
const NONE: Packs = new Map();

/**
 * A file of packs in compressed segments. Reading a pack reads its segment; changing one rewrites its segment and
 * copies the others. An index or segment with a wrong checksum counts as missing.
 */
export class PackFile {
  private readonly decoded = new Map<StoredSegment, Packs>();

  private constructor(private readonly segments: readonly StoredSegment[]) {}

  static read(path: string): PackFile {
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch {
      return new PackFile([]);
    }
    const index = indexLength(bytes);
    let at = HEAD_BYTES + index;
    const segments = decodeIndex(bytes.subarray(0, HEAD_BYTES), bytes.subarray(HEAD_BYTES, at));
    return new PackFile(
      segments
        .map((one) => ({ ...one, bytes: bytes.subarray(at, (at += one.length)) }))
        // Skips segments that a truncated file has lost.
        .filter((one) => one.bytes.length === one.length),
    );
  }

  /** The pack of this name; empty if there is none. */
  pack(name: string): Pack {
    const id = idOf(name);
    const segment = this.segments.find(({ ids }) => ids.includes(id));
    return (segment && this.packsOf(segment).get(name)) ?? new Map<string, PackEntry>();
  }

  /** The segments to replace so that these packs replace those of the same names. */
  renewed(fresh: Packs): Renewal {
    const ids = new Set([...fresh.keys()].map(idOf));
    const known = new Set(this.segments.flatMap((segment) => segment.ids));
    const grows = [...ids].some((id) => !known.has(id));
    const packs = new Map<string, Pack>();
    for (const segment of this.segments) {
      if (!segment.ids.some((id) => ids.has(id)) && !(grows && segment.length < SMALL_BYTES)) continue;
      for (const id of segment.ids) ids.add(id);
      for (const [name, pack] of this.packsOf(segment)) packs.set(name, pack);
    }
    for (const [name, pack] of fresh) packs.set(name, pack);
    return { ids, segments: segmentsOf(packs) };
  }

  /** The bytes of the file with this renewal applied. */
  with({ ids, segments }: Renewal): Buffer {
    const others = this.segments.filter((segment) => !segment.ids.some((id) => ids.has(id)));
    return encodeFile([...others, ...segments]);
  }

  private packsOf(segment: StoredSegment): Packs {
    let packs = this.decoded.get(segment);
    if (packs === undefined) this.decoded.set(segment, (packs = decodeSegment(segment, segment.bytes)));
    return packs;
  }
}

/** The pack of this name, with the other packs of its segment. */
export function readPacks(path: string, name: string): Packs {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return NONE;
  }
  try {
    const head = read(file, 0, HEAD_BYTES);
    const index = read(file, HEAD_BYTES, indexLength(head));
    const id = idOf(name);
    let at = HEAD_BYTES + index.length;
    for (const segment of decodeIndex(head, index)) {
      if (segment.ids.includes(id)) return decodeSegment(segment, read(file, at, segment.length));
      at += segment.length;
    }
    return NONE;
  } catch {
    return NONE;
  } finally {
    closeSync(file);
  }
}

function read(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, at));
}

function idOf(name: string): string {
  return createHash('sha256')
    .update(name)
    .digest('hex')
    .slice(0, ID_BYTES * 2);
}

/** The length of the index; 0 if this is not a file of packs. */
function indexLength(head: Buffer): number {
  if (head.length < HEAD_BYTES || head.readUInt32LE(0) !== MAGIC || head.readUInt32LE(4) !== FORMAT) return 0;
  const length = head.readUInt32LE(8);
  return length <= MOST_INDEX_BYTES ? length : 0;
}

function decodeIndex(head: Buffer, index: Buffer): Segment[] {
  const segments: Segment[] = [];
  if (head.length < HEAD_BYTES || index.length !== head.readUInt32LE(8)) return segments;
  if (!createHash('sha256').update(index).digest().equals(head.subarray(12, HEAD_BYTES))) return segments;
  for (let at = 0; at < index.length;) {
    const length = index.readUInt32LE(at);
    const count = index.readUInt32LE(at + 4);
    const checksum = index.subarray(at + 8, at + SEGMENT_HEAD_BYTES);
    at += SEGMENT_HEAD_BYTES;
    const ids: string[] = [];
    while (ids.length < count) ids.push(index.toString('hex', at, (at += ID_BYTES)));
    segments.push({ ids, checksum, length });
  }
  return segments;
}

function encodeFile(segments: readonly StoredSegment[]): Buffer {
  const index = Buffer.concat(
    segments.flatMap(({ ids, checksum, length }) => {
      const numbers = Buffer.alloc(SEGMENT_HEAD_BYTES - CHECKSUM_BYTES);
      numbers.writeUInt32LE(length, 0);
      numbers.writeUInt32LE(ids.length, 4);
      return [numbers, checksum, ...ids.map((id) => Buffer.from(id, 'hex'))];
    }),
  );
  const head = Buffer.alloc(HEAD_BYTES - 32);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(FORMAT, 4);
  head.writeUInt32LE(index.length, 8);
  const checksum = createHash('sha256').update(index).digest();
  return Buffer.concat([head, checksum, index, ...segments.map(({ bytes }) => bytes)]);
}

/** Distributes packs to segments; neighbours share a segment while there is room. */
function segmentsOf(packs: Packs): StoredSegment[] {
  const segments: StoredSegment[] = [];
  let open = new Map<string, Pack>();
  let size = 0;
  const close = (): void => {
    if (open.size > 0) segments.push(encodeSegment(open));
    open = new Map();
    size = 0;
  };
  for (const [name, pack] of [...packs].sort(([a], [b]) => byCodeUnit(a, b))) {
    if (pack.size === 0) continue;
    const bytes = [...pack.values()].reduce((sum, { data }) => sum + data.length, 0);
    if (size + bytes > SEGMENT_BYTES) close();
    open.set(name, pack);
    size += bytes;
  }
  close();
  return segments;
}

function encodeSegment(packs: Packs): StoredSegment {
  const entries = new Map<string, PackEntry>();
  for (const [name, pack] of packs) for (const [own, entry] of pack) entries.set(`${name}/${own}`, entry);
  const body = encodePack(entries);
  const bytes = brotliCompressSync(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: body.length > LARGE_BYTES ? QUICK : QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_DEFAULT_WINDOW,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
    },
  });
  return { ids: [...packs.keys()].map(idOf), checksum: checksumOf(bytes), length: bytes.length, bytes };
}

function decodeSegment({ checksum }: Segment, bytes: Buffer): Packs {
  const packs = new Map<string, Map<string, PackEntry>>();
  if (!checksumOf(bytes).equals(checksum)) return packs;
  try {
    for (const [path, entry] of decodePack(brotliDecompressSync(bytes))) {
      const end = path.lastIndexOf('/');
      const name = path.slice(0, end);
      let pack = packs.get(name);
      if (pack === undefined) packs.set(name, (pack = new Map<string, PackEntry>()));
      pack.set(path.slice(end + 1), entry);
    }
    return packs;
  } catch {
    // Complete, but not written by this program.
    return NONE;
  }
}

function checksumOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest().subarray(0, CHECKSUM_BYTES);
}
