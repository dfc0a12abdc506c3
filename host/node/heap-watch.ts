import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MEGABYTE, roomMb } from './room.js';

/** Shares of the heap in use at which caches are freed, and at which optional work is given up. */
const SHORT = 0.6;
const FULL = 0.85;
export type HeapRoom = 'enough' | 'short' | 'full';
/** Milliseconds between two checks. */
const PAUSE_MS = 50;
/** The space of young objects, most of which are garbage soon. */
const YOUNG = /^new_/u;

/**
 * Reports when live objects approach the heap limit. The heap's size alone says nothing, since V8 keeps garbage while
 * there is room. Live memory is measured when a collection has shrunk the heap.
 */
export class HeapWatch {
  private before = 0;
  private looked = -PAUSE_MS;

  constructor(
    private readonly used = usedBytes,
    private readonly room = roomMb() * MEGABYTE,
    private readonly collect = collectNow,
  ) {}

  /** @param now in milliseconds, monotonic across calls */
  look(now: number): HeapRoom {
    if (now - this.looked < PAUSE_MS) return 'enough';
    this.looked = now;
    const used = this.used();
    const isCollected = used < this.before;
    this.before = used;
    if (!isCollected || used < this.room * SHORT) return 'enough';
    return used < this.room * FULL ? 'short' : 'full';
  }

  /**
   * Whether live objects alone fill the heap. Collects everything first: V8 sweeps a heap page by page, so what
   * {@link look} calls full may be garbage, and so may be what was freed since.
   */
  isFull(): boolean {
    this.collect();
    this.before = this.used();
    return this.before >= this.room * FULL;
  }
}

function usedBytes(): number {
  let used = 0;
  for (const space of getHeapSpaceStatistics())
    if (!YOUNG.test(space.space_name)) used += space.space_used_size;
  return used;
}

/** V8 collects on request only where a flag says so. */
function collectNow(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
