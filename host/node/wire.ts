import { deserialize, serialize } from 'node:v8';
import type { Suppressions } from '../../analysis/report/suppression.js';
import type { FileSummary, Skeleton } from '../../analysis/summary/types.js';

/** Everything kept of a file. */
export interface CompiledFile {
  readonly summary: FileSummary;
  readonly suppressions: Suppressions;
}

export function encodeCompiled(file: CompiledFile): Uint8Array {
  return owned(serialize(file));
}

export function decodeCompiled(data: Uint8Array): CompiledFile {
  return deserialize(data) as CompiledFile;
}

export function encodeSkeleton(skeleton: Skeleton): Uint8Array {
  return owned(serialize(skeleton));
}

export function decodeSkeleton(data: Uint8Array): Skeleton {
  return deserialize(data) as Skeleton;
}

/** Bytes in a buffer of their own, which can be moved to another thread. */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);
}
