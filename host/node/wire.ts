import type { StringPool } from '../../analysis/base/pool.js';
import type { Demand } from '../../analysis/link/types.js';
import { hasSuppressions, NO_SUPPRESSIONS, type Suppressions } from '../../analysis/report/suppression.js';
import type { FileOutline } from '../../analysis/outline/types.js';
import { decodeSummary, encodePart, encodeSummary } from '../../analysis/summary/codec.js';
import type { FileSummary } from '../../analysis/summary/types.js';
import type { SkeletonRequest, SourceFile } from '../api.js';
import type { Wanted } from '../compile.js';

/** Everything kept of a file. */
export interface CompiledFile {
  readonly summary: FileSummary;
  readonly suppressions: Suppressions;
}

const LENGTH_BYTES = 4;

/** Length of the summary, the summary, and the suppressions as JSON where there are any. */
export function encodeCompiled({ summary, suppressions }: CompiledFile): Uint8Array {
  const encoded = encodeSummary(summary);
  const rest = Buffer.from(hasSuppressions(suppressions) ? JSON.stringify(suppressions) : '');
  // A buffer of its own, which can be moved to another thread.
  const data = new Uint8Array(LENGTH_BYTES + encoded.length + rest.length);
  new DataView(data.buffer).setUint32(0, encoded.length, true);
  data.set(encoded, LENGTH_BYTES);
  data.set(rest, LENGTH_BYTES + encoded.length);
  return data;
}

export function decodeCompiled(data: Uint8Array, names: StringPool): CompiledFile {
  const end = LENGTH_BYTES + new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const rest = Buffer.from(data.subarray(end)).toString('utf8');
  return {
    summary: decodeSummary(data.subarray(LENGTH_BYTES, end), names),
    suppressions: rest === '' ? NO_SUPPRESSIONS : (JSON.parse(rest) as Suppressions),
  };
}

/** Demands of a file as threads get them, with what spares them from looking through the whole file again. */
export function requestFor(
  { wanted, ...file }: SourceFile & { readonly wanted: readonly Demand[] },
  outline: FileOutline | undefined,
): SkeletonRequest {
  const request = { ...file, wanted: wanted.map(plain) };
  if (outline === undefined) return request;
  const functions = wanted.filter(({ isMacro }) => !isMacro).map(({ index }) => index);
  return { ...request, part: encodePart(outline, functions) };
}

const plain = ({ isMacro, index, functionHash }: Demand): Wanted => ({ isMacro, index, functionHash });

/** What a skeleton is called among the results of its file. */
export function skeletonName({ isMacro, index }: Pick<Demand, 'isMacro' | 'index'>): string {
  return `${isMacro ? 'macro' : 'function'}${index}`;
}
