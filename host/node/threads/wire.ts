import { joined } from '../../../analysis/base/encoding/bytes.js';
import type { StringPool } from '../../../analysis/base/encoding/pool.js';
import type { Demand } from '../../../analysis/link/types.js';
import { hasSuppressions, NO_SUPPRESSIONS, type Suppressions } from '../../../analysis/report/suppression.js';
import type { FileOutline } from '../../../analysis/outline/types.js';
import { decodeSummary, encodePart, encodeSummary } from '../../../analysis/skeleton/codec/codec.js';
import { endAt, kindAt } from '../../../analysis/skeleton/codec/encodings.js';
import type { FileSummary } from '../../../analysis/skeleton/types.js';
import type { SkeletonRequest, SourceFile } from '../../api.js';
import type { WantedSkeleton } from '../../compile.js';

/** Everything stored about a file. */
export interface CompiledFile {
  readonly summary: FileSummary;
  readonly suppressions: Suppressions;
}

/** The summary, followed by the suppressions as JSON, if there are any. */
export function encodeCompiled({ summary, suppressions }: CompiledFile): Uint8Array {
  const rest = Buffer.from(hasSuppressions(suppressions) ? JSON.stringify(suppressions) : '');
  // A buffer of its own, so that it can be moved to another thread.
  return joined([encodeSummary(summary), rest]);
}

export function decodeCompiled(data: Uint8Array, names: StringPool): CompiledFile {
  let end = 0;
  while (kindAt(data, end) !== undefined) end = endAt(data, end);
  const rest = Buffer.from(data.buffer, data.byteOffset + end, data.length - end).toString('utf8');
  return {
    summary: decodeSummary(data.subarray(0, end), names),
    suppressions: rest === '' ? NO_SUPPRESSIONS : (JSON.parse(rest) as Suppressions),
  };
}

/**
 * The demands of a file as sent to threads, with the part of the outline that saves them from reading the whole file.
 */
export function requestFor(
  { wanted, ...file }: SourceFile & { readonly wanted: readonly Demand[] },
  outline: FileOutline | undefined,
): SkeletonRequest {
  const request = { ...file, wanted: wanted.map(plain) };
  if (outline === undefined) return request;
  const functions = wanted.filter(({ isMacro }) => !isMacro).map(({ index }) => index);
  return { ...request, part: encodePart(outline, functions) };
}

const plain = ({ isMacro, index, functionHash }: Demand): WantedSkeleton => ({
  isMacro,
  index,
  functionHash,
});

/** The name of a skeleton among its file's results. */
export function skeletonName({ isMacro, index }: Pick<Demand, 'isMacro' | 'index'>): string {
  return `${isMacro ? 'macro' : 'function'}${index}`;
}
