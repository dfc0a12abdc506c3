import { totalmem } from 'node:os';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** Maximum share of the machine's memory. */
const MACHINE_SHARE = 0.5;
/** Memory left for others; the system's figure for free memory is reliable only on Linux. */
const LEFT_SHARE = 0.05;

interface CollectionEntry {
  readonly detail?: { readonly kind?: number };
}

/**
 * The share of its memory limit that a process uses; 1 is all of it. It compares what a full collection
 * leaves with the heap's limit, and the memory of all threads with half the machine's.
 */
export function watchMemory(): () => number {
  const machine = process.constrainedMemory() || totalmem();
  const most = Math.min(machine, totalmem()) * MACHINE_SHARE;
  let alive = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as readonly CollectionEntry[]) {
      if (entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR) {
        alive = getHeapStatistics().used_heap_size;
      }
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => {
    if (process.platform === 'linux' && process.availableMemory() < totalmem() * LEFT_SHARE) return 1;
    return Math.max(alive / getHeapStatistics().heap_size_limit, process.memoryUsage.rss() / most);
  };
}
