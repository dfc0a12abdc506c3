import { isAscii, isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { DecodedFile, Encoding, RawFile, SkipReason } from '../../api.js';
import { systemPath } from './names.js';

/** Larger files are generated data without locking code, in bytes. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** Opening must not block if another kind of file has replaced the inspected one. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Reads a whole file once. The result is one consistent state of the file; otherwise it is reported as skipped. */
export function readRaw(named: string): RawFile {
  const path = systemPath(named);
  let file: number;
  try {
    // Inspected before opening: opening a device may trigger an action, and opening a pipe waits for its writer.
    const problem = unreadableBy(statSync(path));
    if (problem) return { skipped: problem };
    file = openSync(path, FLAGS);
  } catch (error) {
    return { skipped: reasonOf(error) };
  }
  try {
    // A file that changes while it is read is read once more, then given up.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const before = fstatSync(file);
      const problem = unreadableBy(before);
      if (problem) return { skipped: problem };
      const bytes = Buffer.allocUnsafeSlow(before.size + 1);
      const length = readFully(file, bytes, before.size);
      if (isWhole(length, before, fstatSync(file))) return { bytes: bytes.subarray(0, length) };
    }
    return { skipped: 'changed-while-read' };
  } catch (error) {
    return { skipped: reasonOf(error) };
  } finally {
    closeSync(file);
  }
}

/** {@link readRaw} without blocking. */
export async function readRawLater(named: string): Promise<RawFile> {
  const path = systemPath(named);
  let file: FileHandle | undefined;
  try {
    const problem = unreadableBy(await stat(path));
    if (problem) return { skipped: problem };
    file = await open(path, FLAGS);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const before = await file.stat();
      const problem = unreadableBy(before);
      if (problem) return { skipped: problem };
      const bytes = Buffer.allocUnsafeSlow(before.size + 1);
      const length = await readFullyLater(file, bytes, before.size);
      if (isWhole(length, before, await file.stat())) return { bytes: bytes.subarray(0, length) };
    }
    return { skipped: 'changed-while-read' };
  } catch (error) {
    return { skipped: reasonOf(error) };
  } finally {
    await file?.close().catch(() => undefined);
  }
}

function unreadableBy(stats: Stats): SkipReason | undefined {
  if (stats.isDirectory()) return 'is-a-directory';
  if (!stats.isFile()) return 'not-a-file';
  return stats.size > MAX_FILE_BYTES ? 'file-too-large' : undefined;
}

/** Whether the file did not change while this many bytes of it were read. */
function isWhole(length: number, before: Stats, after: Stats): boolean {
  return length === before.size && after.size === before.size && after.mtimeMs === before.mtimeMs;
}

/** Reads until there is enough, or no more. */
async function readFullyLater(file: FileHandle, into: Buffer, enough: number): Promise<number> {
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(into, length, into.length - length, length);
    length += bytesRead;
    if (bytesRead === 0 || length >= enough) return length;
  }
}

function readFully(file: number, into: Buffer, enough: number): number {
  let length = 0;
  for (;;) {
    const count = readSync(file, into, length, into.length - length, length);
    length += count;
    if (count === 0 || length >= enough) return length;
  }
}

export function reasonOf(error: unknown): SkipReason {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'not-found';
  if (code === 'ELOOP') return 'symlink-cycle';
  return 'unreadable';
}

const BOM = [0xef, 0xbb, 0xbf] as const;

/** Decodes UTF-8 if it is valid, otherwise Latin-1, which accepts any bytes. Keeps line ends. */
export function decode(bytes: Uint8Array): DecodedFile {
  if (bytes.includes(0)) return { skipped: 'not-text' };
  const bom = BOM.every((byte, index) => bytes[index] === byte);
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(bom ? BOM.length : 0);
  if (isAscii(body)) return { text: body.toString('latin1'), encoding: 'utf-8', bom };
  if (isUtf8(body)) return { text: body.toString('utf8'), encoding: 'utf-8', bom };
  return { text: body.toString('latin1'), encoding: 'latin-1', bom };
}

/** The bytes that {@link decode} turns into this text. */
export function encode(text: string, encoding: Encoding, bom: boolean): Uint8Array {
  const body = Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'latin1');
  return bom ? Buffer.concat([Buffer.from(BOM), body]) : body;
}
