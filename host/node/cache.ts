import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join, posix } from 'node:path';

const MAGIC = 0x4c4f504b;
const FORMAT = 1;
const KEY_BYTES = 16;
const CHECKSUM_BYTES = 32;
const UNUSED_DAYS = 30;
/** Results are written out when this many bytes wait. */
const FLUSH_BYTES = 64 * 1024 * 1024;

interface Entry {
  readonly key: string;
  readonly data: Uint8Array;
}

/** Where results are kept between runs: $XDG_CACHE_HOME/lockorder. */
export function defaultCacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base !== undefined && base.startsWith('/') ? base : join(homedir(), '.cache'), 'lockorder');
}

/** The key of a file's content. */
export function contentKey(bytes: Uint8Array): string {
  return createHash('sha256')
    .update(bytes)
    .digest('hex')
    .slice(0, KEY_BYTES * 2);
}

/**
 * What was computed from files, by content: one pack per source folder. A pack that is missing, damaged or
 * of another build simply has nothing in it and is written anew; a cache that cannot be written is no error.
 */
export class Cache {
  private readonly folder: string;
  private readonly packs = new Map<string, ReadonlyMap<string, Entry>>();
  private readonly pending = new Map<string, Map<string, Entry>>();
  private pendingBytes = 0;

  /** `recipe` names everything but the content that results depend on; `root` keeps source trees apart. */
  constructor(
    private readonly base: string,
    recipe: string,
    root: string,
  ) {
    this.folder = join(base, recipe, digest(root));
  }

  /** `name` says which of the file's results is meant; the file is relative to the root. */
  get(file: string, name: string, key: string): Uint8Array | undefined {
    const folder = posix.dirname(file);
    const entryName = `${posix.basename(file)}:${name}`;
    const entry = this.pending.get(folder)?.get(entryName) ?? this.pack(folder).get(entryName);
    return entry?.key === key ? entry.data : undefined;
  }

  put(file: string, name: string, key: string, data: Uint8Array): void {
    const folder = posix.dirname(file);
    let entries = this.pending.get(folder);
    if (!entries) this.pending.set(folder, (entries = new Map<string, Entry>()));
    entries.set(`${posix.basename(file)}:${name}`, { key, data });
    this.pendingBytes += data.length;
    if (this.pendingBytes > FLUSH_BYTES) this.flush();
  }

  /** Forgets packs that were read; they are read again when needed. */
  release(): void {
    this.packs.clear();
  }

  /** Writes what is new. */
  flush(): void {
    for (const [folder, entries] of this.pending) {
      const all = new Map([...this.pack(folder), ...entries]);
      this.packs.delete(folder);
      write(this.packFile(folder), encodePack(all));
    }
    this.pending.clear();
    this.pendingBytes = 0;
  }

  /** Writes what is new and removes what no run has used for a month. */
  close(): void {
    this.flush();
    this.release();
    prune(this.base, this.folder);
  }

  private pack(folder: string): ReadonlyMap<string, Entry> {
    let pack = this.packs.get(folder);
    if (!pack) {
      pack = readPack(this.packFile(folder));
      this.packs.set(folder, pack);
    }
    return pack;
  }

  private packFile(folder: string): string {
    return join(this.folder, `${digest(folder)}.pack`);
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function readPack(path: string): ReadonlyMap<string, Entry> {
  const none = new Map<string, Entry>();
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return none;
  }
  const end = bytes.length - CHECKSUM_BYTES;
  if (end < 12 || bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt32LE(4) !== FORMAT) return none;
  const body = bytes.subarray(0, end);
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(end))) return none;
  return decodePack(body);
}

function decodePack(body: Buffer): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  let at = 12;
  for (let left = body.readUInt32LE(8); left > 0; left -= 1) {
    const nameLength = body.readUInt16LE(at);
    const dataLength = body.readUInt32LE(at + 2);
    at += 6;
    const name = body.toString('utf8', at, at + nameLength);
    at += nameLength;
    const key = body.toString('hex', at, at + KEY_BYTES);
    at += KEY_BYTES;
    entries.set(name, { key, data: body.subarray(at, at + dataLength) });
    at += dataLength;
  }
  return entries;
}

function encodePack(entries: ReadonlyMap<string, Entry>): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(FORMAT, 4);
  head.writeUInt32LE(entries.size, 8);
  const parts: Uint8Array[] = [head];
  for (const [name, { key, data }] of entries) {
    const nameBytes = Buffer.from(name);
    const lengths = Buffer.alloc(6);
    lengths.writeUInt16LE(nameBytes.length, 0);
    lengths.writeUInt32LE(data.length, 2);
    parts.push(lengths, nameBytes, Buffer.from(key, 'hex'), data);
  }
  const body = Buffer.concat(parts);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

/** Readers see the old pack or the new one, never a part. */
function write(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}`;
  try {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(temporary, bytes);
    renameSync(temporary, path);
  } catch {
    discard(temporary);
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Its folder could not be made either.
  }
}

function prune(base: string, used: string): void {
  try {
    const recipe = join(used, '..');
    const now = Date.now() / 1000;
    utimesSync(recipe, now, now);
    for (const name of readdirSync(base)) {
      const folder = join(base, name);
      const isOld = now - statSync(folder).mtimeMs / 1000 > UNUSED_DAYS * 24 * 3600;
      if (folder !== recipe && /^[0-9a-f]{16,}$/.test(name) && isOld)
        rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    // Nothing was ever written, or another run is tidying up as well.
  }
}
