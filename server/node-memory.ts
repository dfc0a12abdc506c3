import { totalmem } from 'node:os';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** Of the machine's memory, at most. */
const MACHINE_SHARE = 0.5;
/** What must be left for others; what the system says is left is only right on Linux. */
const LEFT_SHARE = 0.05;

interface CollectionEntry {
  readonly detail?: { readonly kind?: number };
}

/**
 * Tells how much of the memory that it may take a process has taken: 1 is all of it. What counts is what a full
 * collection leaves, held against the heap's limit, and what all threads have together, against half the machine.
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
