import { spawn } from 'node:child_process';
import { createReadStream, openSync, readSync, closeSync, statSync } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EvidenceReader } from '../../analysis/evidence/read/reader.js';
import type { SymbolTable } from '../../analysis/evidence/read/symbols.js';
import type { SourceEvidence } from '../../analysis/evidence/read/types.js';
import { SKIP_TEXT, type SkipReason } from '../api.js';
import { reasonOf } from './files/read.js';

const CHUNK_BYTES = 256 * 1024;

/** Why an input could not be read. */
export type Unread =
  | { readonly reason: SkipReason }
  /** The program that would unpack it is missing. */
  | { readonly needs: string }
  /** Its compressed data. */
  | { readonly damaged: true };

/** The reason in words. */
export function problemText(problem: Unread): string {
  if ('damaged' in problem) return 'compressed data is truncated or damaged';
  return 'needs' in problem
    ? `needs ${problem.needs}, which is not installed on this machine`
    : SKIP_TEXT[problem.reason];
}

/** Reads a log, trace or table of any size, compressed or not; `-` is standard input. */
export async function readEvidence(file: string): Promise<SourceEvidence | Unread> {
  return readParts([file]);
}

/** Reads several files as one input: consecutive parts of a log. */
export async function readParts(files: readonly string[]): Promise<SourceEvidence | Unread> {
  const reader = new EvidenceReader(files.join(' + '));
  let isTorn = false;
  for (const file of files) {
    let isRead = false;
    const problem = await readText(file, (text) => {
      isRead = true;
      reader.push(text);
    });
    // The readable part of a truncated compressed file is still used.
    if (problem && !('damaged' in problem && isRead)) return problem;
    if (problem) isTorn = true;
    if (files.length > 1) reader.push('\n');
  }
  const source = reader.finish();
  return isTorn ? { ...source, isTorn: true } : source;
}

/** Adds the symbols of a file to a table. */
export async function readSymbols(file: string, table: SymbolTable): Promise<Unread | undefined> {
  const before = table.size;
  const problem = await readText(file, (text) => table.push(text));
  table.finish();
  return problem && 'damaged' in problem && table.size > before ? undefined : problem;
}

/** Magic bytes of compressed formats and the program that decompresses each; gzip is built in. */
const PACKED: readonly { readonly magic: readonly number[]; readonly program: string }[] = [
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], program: 'xz' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], program: 'zstd' },
  { magic: [0x42, 0x5a, 0x68], program: 'bzip2' },
  { magic: [0x04, 0x22, 0x4d, 0x18], program: 'lz4' },
];

class MissingProgram extends Error {
  constructor(readonly program: string) {
    super(`${program} is not installed`);
  }
}

class Damaged extends Error {}

/** Streams that the shell opened for us (`<(zcat log)`) have a writer; reading any other pipe may block forever. */
const OWN_STREAM = /^\/(?:dev|proc\/self)\/fd\/\d+$/;

async function readText(file: string, take: (text: string) => void): Promise<Unread | undefined> {
  let decoder: TextDecoder | undefined;
  try {
    const stats = file === '-' || OWN_STREAM.test(file) ? undefined : statSync(file);
    if (stats?.isDirectory() === true) return { reason: 'is-a-directory' };
    if (stats?.isFile() === false) return { reason: 'not-a-file' };
    const raw: Readable =
      file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
    const { head, stream } = await peek(raw);
    const unpacked = unpack(head, stream);
    for await (const piece of unpacked) {
      const chunk = piece as Uint8Array;
      decoder ??= new TextDecoder(encodingOf(chunk));
      take(decoder.decode(chunk, { stream: true }));
    }
    if (decoder) take(decoder.decode());
  } catch (error) {
    if (error instanceof MissingProgram) return { needs: error.program };
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!(error instanceof Damaged) && !code.startsWith('Z_')) return { reason: reasonOf(error) };
    return { damaged: true };
  }
  return undefined;
}

/** The first bytes of a stream, and the stream with these bytes still in it. */
async function peek(raw: Readable): Promise<{ readonly head: Uint8Array; readonly stream: Readable }> {
  const stream = new PassThrough({ highWaterMark: CHUNK_BYTES });
  const head = await new Promise<Uint8Array>((resolve, reject) => {
    raw.once('error', reject);
    raw.once('end', () => {
      resolve(new Uint8Array());
    });
    raw.once('data', (chunk: Uint8Array) => {
      raw.pause();
      resolve(chunk.subarray(0, 8));
      stream.write(chunk);
      raw.pipe(stream);
    });
  });
  if (head.length === 0) stream.end();
  raw.once('error', (error) => stream.destroy(error));
  return { head, stream };
}

function unpack(head: Uint8Array, stream: Readable): AsyncIterable<unknown> {
  if (head[0] === 0x1f && head[1] === 0x8b) return stream.pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
  const packed = PACKED.find(({ magic }) => magic.every((byte, at) => head[at] === byte));
  return packed ? through(packed.program, stream) : stream;
}

/** The output of a decompressor; for a truncated file, as much as it produces. */
async function* through(program: string, stream: Readable): AsyncGenerator {
  const child = spawn(program, ['-dc'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const failed = new Promise<Error | undefined>((resolve) => {
    child.once('error', resolve);
    child.once('close', (code) => {
      resolve(code === 0 ? undefined : new Damaged(program));
    });
  });
  // A program that stops early does not read the rest.
  child.stdin.on('error', () => stream.unpipe(child.stdin));
  stream.pipe(child.stdin);
  for await (const chunk of child.stdout) yield chunk;
  const error = await failed;
  if (error && 'code' in error && error.code === 'ENOENT') throw new MissingProgram(program);
  if (error) throw error;
}

/** Some shells redirect output as UTF-16. */
function encodingOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** `Panic#2 Part3`: the headline of a pstore file; part 1 has the last messages of a crash. */
const PART =
  /^(?:\W{0,3})(?:Panic|Oops|Emergency|Reboot|Restart|Halt|Poweroff|Shutdown|Unknown)#(\d+) Part\s?(\d+)/;

/** Groups files that are parts of one log, in chronological order. */
export function partsOf(files: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  const crashes = new Map<string, { readonly file: string; readonly part: number }[]>();
  for (const file of files) {
    const match = file === '-' ? null : PART.exec(headOf(file));
    if (!match) {
      groups.push([file]);
      continue;
    }
    const crash = match[1] ?? '';
    let parts = crashes.get(crash);
    if (!parts) {
      parts = [];
      crashes.set(crash, parts);
      groups.push([`crash ${crash}`]);
    }
    parts.push({ file, part: Number(match[2]) });
  }
  return groups.map(([name = '', ...rest]) => {
    const parts = rest.length === 0 && name.startsWith('crash ') ? crashes.get(name.slice(6)) : undefined;
    return parts ? parts.sort((a, b) => b.part - a.part).map(({ file }) => file) : [name, ...rest];
  });
}

function headOf(file: string): string {
  try {
    if (!statSync(file).isFile()) return '';
    const head = Buffer.alloc(64);
    const open = openSync(file, 'r');
    try {
      return head.toString('latin1', 0, readSync(open, head, 0, head.length, 0));
    } finally {
      closeSync(open);
    }
  } catch {
    return '';
  }
}
