import { InvalidArgumentError } from 'commander';
import type { SkippedFile } from '../../host/api.js';
import { DiskFiles } from '../../host/node/files/disk.js';
import { partsOf, type PartSize } from '../../host/partition.js';
import type { Located } from '../place.js';

/**
 * Source bytes of a part. An edit costs the parts that read the file, so small folders share a small one; a folder that may be
 * one driver stays together, since its files lock together.
 */
const PART: PartSize = { most: 6_000_000, shared: 2_000_000 };

/** One of several shares of a scan, counted from 1. */
export interface Share {
  readonly index: number;
  readonly count: number;
}

export function parseShare(text: string): Share {
  const [, index = '', count = ''] = /^(\d+)\/(\d+)$/u.exec(text) ?? [];
  const share = { index: Number(index), count: Number(count) };
  if (share.index < 1 || share.index > share.count)
    throw new InvalidArgumentError('It must be I/N, as in 1/4.');
  return share;
}

/** The files of a scan, divided into parts. */
export interface Division {
  /** Names relative to the root. */
  readonly parts: readonly (readonly string[])[];
  /** Paths that are not read. */
  readonly skipped: readonly SkippedFile[];
  readonly bytes: number;
  readonly bytesOf: (files: readonly string[]) => number;
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
  const most = mostBytes < Infinity ? Math.min(PART.most, mostBytes, bytes / 2) : PART.most;
  const sized = [...sizes].map(([file, size]) => ({ file, bytes: size }));
  return { parts: partsOf(sized, { most, shared: Math.min(PART.shared, most) }), skipped, bytes, bytesOf };
}

/** The parts of a share. The shares have all parts between them, and about as many bytes each. */
export function partsInShare(
  { parts, bytesOf }: Division,
  { index, count }: Share,
): readonly (readonly string[])[] {
  const shares = Array.from({ length: count }, () => ({ bytes: 0, parts: new Set<readonly string[]>() }));
  const sized = parts.map((part) => ({ part, bytes: bytesOf(part) }));
  for (const { part, bytes } of sized.sort((a, b) => b.bytes - a.bytes)) {
    const lightest = shares.reduce((least, share) => (share.bytes < least.bytes ? share : least));
    lightest.parts.add(part);
    lightest.bytes += bytes;
  }
  const own = shares[index - 1]?.parts;
  return parts.filter((part) => own?.has(part));
}
