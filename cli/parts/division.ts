import type { SkippedFile } from '../../host/api.js';
import { DiskFiles } from '../../host/node/files/disk.js';
import { partsOf } from '../../host/partition.js';
import type { Located } from '../place.js';

/**
 * Source bytes of a part. Smaller parts repeat more headers, larger ones take more time after an edit; of the findings
 * with places in several parts, nearly all lead into the core of the kernel and are missed with any size.
 */
const PART_BYTES = 8_000_000;

/** The files of a scan, divided into parts. */
export interface Division {
  /** Names relative to the root. */
  readonly parts: readonly (readonly string[])[];
  /** Paths that are not read. */
  readonly skipped: readonly SkippedFile[];
  readonly bytes: number;
  bytesOf(files: readonly string[]): number;
}

/** @param mostBytes bytes for which memory suffices, if that is less than all files have: they are divided at least once */
export function divisionOf({ root, paths, config }: Located, mostBytes = Infinity): Division {
  const { include = [], exclude = [] } = config;
  const disk = new DiskFiles(root);
  const { files, skipped } = disk.list(paths, { include, exclude });
  const sizes = new Map(files.map((file) => [file, disk.sizeOf(file)]));
  const bytesOf = (some: readonly string[]): number =>
    some.reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0);
  const bytes = bytesOf(files);
  const most = mostBytes < Infinity ? Math.min(PART_BYTES, mostBytes, bytes / 2) : PART_BYTES;
  const sized = [...sizes].map(([file, size]) => ({ file, bytes: size }));
  return { parts: partsOf(sized, most), skipped, bytes, bytesOf };
}
