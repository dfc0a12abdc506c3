import { setImmediate } from 'node:timers/promises';

/** Longest time without letting messages and timers have their turn, in milliseconds. */
const SLICE_MS = 5;

/** Lets the event loop run now and then during long work on one thread. */
export class Breath {
  private last = performance.now();

  async take(): Promise<void> {
    if (performance.now() - this.last < SLICE_MS) return;
    await setImmediate();
    this.last = performance.now();
  }
}
