import type { Models } from '../analysis/models/types.js';
import type { FileOutline } from '../analysis/outline/types.js';

/** Calls between files: hashes of the global functions a file defines and of those it calls. */
export interface FileCalls {
  readonly defines: Uint32Array;
  readonly calls: Uint32Array;
}

/** The calls of a file, with the size and modification time they were read at. */
export interface IndexedFile extends FileCalls {
  readonly size: number;
  readonly mtimeMs: number;
}

/** A file near others, and how near; a larger score is nearer. */
export interface Neighbour {
  readonly file: string;
  readonly score: number;
}

/** A function with more callers is a service of the whole tree and indicates no relation. */
const MOST_CALLERS = 200;
const FORMAT = 1;
const LENGTH_BYTES = 4;

/**
 * The number of a name. A collision only adds an unrelated neighbour, which costs a little time and changes no result.
 */
export function nameNumber(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** The calls of a file. Functions used as values count as called. */
export function callsOf({ functions, variables }: FileOutline, models: Models): FileCalls {
  const defines = new Set(functions.filter(({ isStatic }) => !isStatic).map(({ name }) => name));
  const own = new Set(functions.map(({ name }) => name));
  const calls = new Set<string>();
  const take = (name: string): void => {
    if (!own.has(name) && models.lockApi(name) === undefined && models.api(name) === undefined)
      calls.add(name);
  };
  for (const { calls: called, references } of functions) {
    for (const name of called) take(name);
    for (const name of references) take(name);
  }
  for (const { members } of variables) for (const { value } of members) take(value);
  const numbers = (names: ReadonlySet<string>): Uint32Array =>
    Uint32Array.from([...names], nameNumber).sort();
  return { defines: numbers(defines), calls: numbers(calls) };
}

/**
 * Call relations in a tree, file by file: small enough for a whole kernel, and sufficient to find the files around open
 * ones.
 */
export class CallIndex {
  private readonly files = new Map<string, IndexedFile>();

  get size(): number {
    return this.files.size;
  }

  get(file: string): IndexedFile | undefined {
    return this.files.get(file);
  }

  set(file: string, calls: IndexedFile): void {
    this.files.set(file, calls);
  }

  delete(file: string): void {
    this.files.delete(file);
  }

  names(): Iterable<string> {
    return this.files.keys();
  }

  /**
   * Files that define what these files call or call what they define, closest first, without these files themselves.
   * One step per file of the tree.
   */
  *around(own: readonly string[]): Generator<undefined, readonly Neighbour[]> {
    const asked = own.flatMap((file) => this.files.get(file) ?? []);
    const called = new Set(asked.flatMap(({ calls }) => [...calls]));
    const defined = new Set(asked.flatMap(({ defines }) => [...defines]));
    const isOwn = new Set(own);
    const callers = new Map<number, number>();
    const found: { readonly file: string; readonly defines: number[]; readonly calls: number[] }[] = [];
    for (const [file, { defines, calls }] of this.files) {
      yield;
      const theirs: number[] = [];
      for (const name of calls) {
        if (called.has(name) || defined.has(name)) callers.set(name, (callers.get(name) ?? 0) + 1);
        if (defined.has(name)) theirs.push(name);
      }
      const mine = [...defines].filter((name) => called.has(name));
      if (!isOwn.has(file) && mine.length + theirs.length > 0) {
        found.push({ file, defines: mine, calls: theirs });
      }
    }
    /** The fewer files use a function, the more weight it has. */
    const weight = (names: readonly number[]): number =>
      names.reduce((sum, name) => {
        const count = callers.get(name) ?? 1;
        return count > MOST_CALLERS ? sum : sum + 1 / count;
      }, 0);
    return found
      .map(({ file, defines, calls }) => ({ file, score: weight(defines) + weight(calls) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || (a.file < b.file ? -1 : 1));
  }

  /** The index as bytes for {@link CallIndex.decode}. `build` identifies the program. */
  encode(build: string): Uint8Array {
    const entries = [...this.files];
    const head = JSON.stringify({
      format: FORMAT,
      build,
      files: entries.map(([file, { size, mtimeMs, defines, calls }]) => [
        file,
        size,
        mtimeMs,
        defines.length,
        calls.length,
      ]),
    });
    const headBytes = new TextEncoder().encode(head);
    const start = aligned(LENGTH_BYTES + headBytes.length);
    const count = entries.reduce((sum, [, { defines, calls }]) => sum + defines.length + calls.length, 0);
    const bytes = new Uint8Array(start + 4 * count);
    new DataView(bytes.buffer).setUint32(0, headBytes.length, true);
    bytes.set(headBytes, LENGTH_BYTES);
    const numbers = new Uint32Array(bytes.buffer, start);
    let at = 0;
    for (const [, { defines, calls }] of entries) {
      for (const part of [defines, calls]) {
        numbers.set(part, at);
        at += part.length;
      }
    }
    return bytes;
  }

  /** Decodes an index; empty if the bytes are damaged or of another build. */
  static decode(given: Uint8Array, build: string): CallIndex {
    const index = new CallIndex();
    try {
      // Typed arrays need an aligned buffer.
      const bytes = given.byteOffset % 4 === 0 ? given : given.slice();
      const { buffer, byteOffset } = bytes;
      const length = new DataView(buffer, byteOffset).getUint32(0, true);
      const head = JSON.parse(
        new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length)),
      ) as { readonly format: number; readonly build: string; readonly files: readonly FileRow[] };
      if (head.format !== FORMAT || head.build !== build) return index;
      let at = byteOffset + aligned(LENGTH_BYTES + length);
      const take = (count: number): Uint32Array => {
        const part = new Uint32Array(buffer, at, count);
        at += 4 * count;
        return part;
      };
      for (const [file, size, mtimeMs, defines, calls] of head.files) {
        index.set(file, { size, mtimeMs, defines: take(defines), calls: take(calls) });
      }
      return index;
    } catch {
      return new CallIndex();
    }
  }
}

type FileRow = readonly [file: string, size: number, mtimeMs: number, defines: number, calls: number];

function aligned(offset: number): number {
  return Math.ceil(offset / 4) * 4;
}
