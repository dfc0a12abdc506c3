import { createHash } from 'node:crypto';
import { readdirSync, renameSync, rmdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, posix } from 'node:path';
import { PackFile, readPacks } from './pack-file.js';
import { KEY_BYTES, type PackEntry, type Pack } from './pack.js';
import { makeFolder } from '../files/folders.js';

const UNUSED_DAYS = 30;
/** Maximum size of the cache over all trees and versions; the least recently used part is evicted. */
const MOST_BYTES = 4 * 1024 * 1024 * 1024;
/** Half-written files of a killed process are older than this, in milliseconds. */
const ABANDONED_MS = 3600 * 1000;
/** Results are written when this many bytes are pending. */
const FLUSH_BYTES = 64 * 1024 * 1024;
/** Bytes of packs that stay in memory between two rounds of demands. */
const MOST_HELD_BYTES = 64 * 1024 * 1024;

/** The result that every file has. */
export const SUMMARY = 'summary';

/** Hits and lookups of results for whole files, single functions and whole runs. */
export interface CacheUse {
  readonly what: 'bodies' | 'files' | 'runs';
  readonly hits: number;
  readonly misses: number;
}

/** Default cache folder: $XDG_CACHE_HOME/lockorder. */
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

/** This many leading folders of a path determine the file of its pack. */
const LEVELS = 2;

/**
 * A cache of results by file content: two packs per source folder; neighbouring folders share a file of packs. A pack
 * that is missing, damaged or of another build is empty and is rewritten. A cache that cannot be written is not an
 * error.
 */
export class Cache {
  private readonly folder: string;
  private readonly packs = new Map<string, Pack>();
  private readonly pending = new Map<string, Map<string, PackEntry>>();
  private pendingBytes = 0;
  /** Total size of the packs read into memory, in bytes. */
  private heldBytes = 0;
  private readonly used = new Map<CacheUse['what'], { hits: number; misses: number }>();

  /** `recipe` identifies everything but the content that results depend on; `root` separates source trees. */
  constructor(
    private readonly base: string,
    recipe: string,
    root: string,
    private readonly mostBytes = MOST_BYTES,
  ) {
    this.folder = join(base, recipe, digest(root));
  }

  /** `name` selects one of the file's results; the file is relative to the root. */
  get(file: string, name: string, key: string): Uint8Array | undefined {
    const pack = packOf(file, name);
    const entryName = `${posix.basename(file)}:${name}`;
    const entry = this.pending.get(pack)?.get(entryName) ?? this.pack(pack).get(entryName);
    const data = entry?.key === key ? entry.data : undefined;
    this.count(name, data !== undefined);
    return data;
  }

  /** Lookups since the cache was opened, and their hits. */
  get use(): readonly CacheUse[] {
    return [...this.used].map(([what, counts]) => ({ what, ...counts }));
  }

  private count(name: string, isHit: boolean): void {
    const what = name === SUMMARY ? 'files' : /^(?:function|macro)\d+$/.test(name) ? 'bodies' : 'runs';
    const counts = this.used.get(what) ?? { hits: 0, misses: 0 };
    counts[isHit ? 'hits' : 'misses']++;
    this.used.set(what, counts);
  }

  put(file: string, name: string, key: string, data: Uint8Array): void {
    const pack = packOf(file, name);
    let entries = this.pending.get(pack);
    if (!entries) this.pending.set(pack, (entries = new Map<string, PackEntry>()));
    entries.set(`${posix.basename(file)}:${name}`, { key, data });
    this.pendingBytes += data.length;
    if (this.pendingBytes > FLUSH_BYTES) this.flush();
  }

  /** Evicts packs from memory if they are large; they are read again when needed. */
  release(): void {
    if (this.heldBytes > MOST_HELD_BYTES) this.letGo();
  }

  private letGo(): void {
    this.packs.clear();
    this.heldBytes = 0;
  }

  /** Writes new results, next to what other processes have written meanwhile. */
  flush(): void {
    const keys = new Map<string, string>();
    for (const [pack, entries] of this.pending)
      for (const [name, { key }] of entries) keys.set(`${folderOf(pack)} ${fileOf(name)}`, key);
    // When a file changes, its demanded results go as well.
    const byFile = new Map<string, Set<string>>();
    for (const pack of [...this.pending.keys()].flatMap((each) => [each, askedOf(folderOf(each))])) {
      const path = this.packFile(pack);
      byFile.set(path, (byFile.get(path) ?? new Set()).add(pack));
    }
    for (const [path, names] of byFile) {
      const stored = PackFile.read(path);
      const changed = new Map<string, Pack>();
      for (const pack of names) {
        const fresh = this.pending.get(pack);
        const known = stored.pack(pack);
        const kept = [...known].filter(
          ([name, { key }]) => (keys.get(`${folderOf(pack)} ${fileOf(name)}`) ?? key) === key,
        );
        if (fresh === undefined && kept.length === known.size) continue;
        this.packs.delete(pack);
        changed.set(pack, new Map([...kept, ...(fresh ?? [])]));
      }
      if (changed.size === 0) continue;
      const renewed = stored.renewed(changed);
      // Compression takes time: keeps what another process has written meanwhile.
      write(path, PackFile.read(path).with(renewed));
    }
    this.pending.clear();
    this.pendingBytes = 0;
  }

  /** Writes new results and keeps nothing in memory until the next lookup. */
  rest(): void {
    this.flush();
    this.letGo();
  }

  /** Writes new results and evicts what no run has used for a month. */
  close(): void {
    this.rest();
    prune(this.base, this.folder, this.mostBytes);
  }

  private pack(name: string): Pack {
    const known = this.packs.get(name);
    if (known !== undefined) return known;
    for (const [other, pack] of readPacks(this.packFile(name), name)) {
      if (this.packs.has(other)) continue;
      this.packs.set(other, pack);
      for (const { data } of pack.values()) this.heldBytes += data.length;
    }
    const pack = this.packs.get(name) ?? new Map<string, PackEntry>();
    this.packs.set(name, pack);
    return pack;
  }

  private packFile(name: string): string {
    const beginning = folderOf(name).split('/').slice(0, LEVELS).join('/');
    return join(this.folder, `${digest(name.endsWith(ASKED) ? askedOf(beginning) : beginning)}.pack`);
  }
}

const ASKED = ':asked';

/** Results of every file and demanded results are read at different times, so they are in separate packs. */
function packOf(file: string, name: string): string {
  const folder = posix.dirname(file);
  return name === SUMMARY ? folder : askedOf(folder);
}

function askedOf(folder: string): string {
  return `${folder}${ASKED}`;
}

function folderOf(pack: string): string {
  return pack.endsWith(ASKED) ? pack.slice(0, -ASKED.length) : pack;
}

function fileOf(entryName: string): string {
  return entryName.slice(0, entryName.lastIndexOf(':'));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Readers see the old pack or the new one, never a part. */
function write(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}`;
  try {
    makeFolder(join(path, '..'));
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
    // Its folder could not be created either.
  }
}

/** Evicts what no run has used for a month, half-written files of others, and the oldest beyond the limit. */
function prune(base: string, used: string, mostBytes: number): void {
  try {
    const now = Date.now();
    const recipe = join(used, '..');
    for (const folder of [used, recipe]) utimesSync(folder, now / 1000, now / 1000);
    const recipes = readdirSync(base).filter((name) => /^[0-9a-f]{16,}$/.test(name));
    const trees = recipes.flatMap((name) => treesOf(join(base, name)));
    for (const { folder, packs } of trees) {
      for (const { path, usedMs } of packs)
        if (!path.endsWith('.pack') && now - usedMs > ABANDONED_MS) discard(path);
      removeEmpty(folder);
    }
    let bytes = 0;
    for (const tree of trees.sort((a, b) => b.usedMs - a.usedMs)) {
      bytes += tree.packs.reduce((sum, pack) => sum + pack.bytes, 0);
      const isOld = now - tree.usedMs > UNUSED_DAYS * 24 * 3600 * 1000;
      if (tree.folder !== used && (isOld || bytes > mostBytes)) {
        rmSync(tree.folder, { recursive: true, force: true });
      }
    }
    for (const name of recipes) removeEmpty(join(base, name));
  } catch {
    // Nothing was ever written, or another run is evicting as well.
  }
}

/** What one version of the program stores for one source tree. */
interface KeptTree {
  readonly folder: string;
  readonly usedMs: number;
  readonly packs: readonly { readonly path: string; readonly bytes: number; readonly usedMs: number }[];
}

function treesOf(recipe: string): KeptTree[] {
  return readdirSync(recipe).map((name) => {
    const folder = join(recipe, name);
    const packs = readdirSync(folder).map((file) => {
      const path = join(folder, file);
      const { size, mtimeMs } = statSync(path);
      return { path, bytes: size, usedMs: mtimeMs };
    });
    return { folder, usedMs: statSync(folder).mtimeMs, packs };
  });
}

function removeEmpty(folder: string): void {
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
