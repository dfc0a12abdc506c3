import { getHeapSpaceStatistics } from 'node:v8';
import { MEGABYTE, roomMb } from './room.js';

/** Shares of the heap in use at which caches are freed, and at which no further work starts. */
const SHORT = 0.6;
const FULL = 0.85;
export type Room = 'enough' | 'short' | 'full';
/** Milliseconds between two checks. */
const PAUSE_MS = 50;
/** The space of young objects, which come and go. */
const YOUNG = /^new_/u;

/**
 * Tells when what is alive comes near to what the heap may hold. How full the heap is says nothing of it: V8 lets
 * garbage lie as long as there is room. It is seen where a collection has made the heap smaller.
 */
export class HeapWatch {
  private before = 0;
  private looked = -PAUSE_MS;

  constructor(
    private readonly used = usedBytes,
    private readonly room = roomMb() * MEGABYTE,
  ) {}

  /** @param now milliseconds, monotonic across calls */
  look(now: number): Room {
    if (now - this.looked < PAUSE_MS) return 'enough';
    this.looked = now;
    const used = this.used();
    const isCollected = used < this.before;
    this.before = used;
    if (!isCollected || used < this.room * SHORT) return 'enough';
    return used < this.room * FULL ? 'short' : 'full';
  }
}

function usedBytes(): number {
  let used = 0;
  for (const space of getHeapSpaceStatistics())
    if (!YOUNG.test(space.space_name)) used += space.space_used_size;
  return used;
}
