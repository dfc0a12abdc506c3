import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EvidenceReader } from '../../analysis/evidence/read/reader.js';
import type { SymbolTable } from '../../analysis/evidence/read/symbols.js';
import type { SourceEvidence } from '../../analysis/evidence/read/types.js';
import type { SkipReason } from '../api.js';
import { reasonOf } from './read.js';

const CHUNK_BYTES = 256 * 1024;

/** Reads a log, trace or table of any size, compressed or not; `-` is standard input. */
export async function readEvidence(file: string): Promise<SourceEvidence | { readonly reason: SkipReason }> {
  const reader = new EvidenceReader(file);
  const reason = await readText(file, (text) => reader.push(text));
  return reason === undefined ? reader.finish() : { reason };
}

/** Adds the symbols of a file to a table. */
export async function readSymbols(file: string, table: SymbolTable): Promise<SkipReason | undefined> {
  const reason = await readText(file, (text) => table.push(text));
  table.finish();
  return reason;
}

async function readText(file: string, take: (text: string) => void): Promise<SkipReason | undefined> {
  try {
    if (file !== '-' && statSync(file).isDirectory()) return 'not-a-file';
    const head = file === '-' ? Buffer.alloc(0) : headOf(file);
    const isZipped = head[0] === 0x1f && head[1] === 0x8b;
    const raw: Readable =
      file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
    const stream = isZipped ? raw.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : raw;
    raw.once('error', (error) => stream.destroy(error));
    const decoder = new TextDecoder(encodingOf(head));
    for await (const chunk of stream) take(decoder.decode(chunk as Uint8Array, { stream: true }));
    take(decoder.decode());
  } catch (error) {
    // A compressed file that was cut: what came out of it so far is worth reading.
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('Z_')) return reasonOf(error);
  }
  return undefined;
}

function headOf(file: string): Buffer {
  const head = Buffer.alloc(2);
  const open = openSync(file, 'r');
  try {
    readSync(open, head, 0, 2, 0);
  } finally {
    closeSync(open);
  }
  return head;
}

/** Some shells redirect output as UTF-16. */
function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
}
