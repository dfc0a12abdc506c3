import type { SourceFile } from '../../api.js';
import { byCodeUnit } from '../../paths.js';

/** Bytes per message to a thread. */
export const BATCH_BYTES = 256 * 1024;
/** Maximum number of bytes in flight. V8 counts them and collects the whole heap whenever they grow by 64 MB. */
const FLIGHT_BYTES = 32 * 1024 * 1024;

/**
 * Groups files into batches of a few hundred kilobytes, large files first, so that all threads finish at about the same
 * time.
 */
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

/** Batches per thread: one in work and one waiting. */
const FOR_EACH = 2;

/**
 * Sends files in batches as they arrive. Reads on only while no more than {@link FOR_EACH} batches per thread are
 * pending.
 * @throws the first error of `work` or of reading
 */
export async function inBatches<T extends SourceFile>(
  files: AsyncIterable<T>,
  { jobs }: { readonly jobs: number },
  work: (batch: readonly T[]) => Promise<void>,
): Promise<void> {
  const flights = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let waiting: T[] = [];
  let bytes = 0;
  const send = (): void => {
    for (const batch of batches(waiting)) {
      const flight = work(batch)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => flights.delete(flight));
      flights.add(flight);
    }
    [waiting, bytes] = [[], 0];
  };
  const untilLeft = async (most: number): Promise<void> => {
    while (flights.size > most) await Promise.race(flights);
    if (failures.length > 0) throw failures[0];
  };
  for await (const file of files) {
    waiting.push(file);
    bytes += file.bytes.length;
    if (bytes <= FLIGHT_BYTES) continue;
    send();
    await untilLeft(FOR_EACH * jobs);
  }
  send();
  await untilLeft(0);
}
