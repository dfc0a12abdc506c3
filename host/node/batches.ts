import type { SourceFile } from '../api.js';
import { byCodeUnit } from '../paths.js';

/** Bytes per message to a thread. */
const BATCH_BYTES = 256 * 1024;

/** Files grouped to a few hundred kilobytes, large ones first so that no thread ends long after the others. */
export function batches<T extends SourceFile>(files: readonly T[]): T[][] {
  const sorted = [...files].sort((a, b) => b.bytes.length - a.bytes.length || byCodeUnit(a.file, b.file));
  const all: T[][] = [];
  let bytes = Infinity;
  for (const file of sorted) {
    if (bytes + file.bytes.length > BATCH_BYTES) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)?.push(file);
    bytes += file.bytes.length;
  }
  return all;
}
