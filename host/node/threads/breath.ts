import { setImmediate } from 'node:timers/promises';

/** Maximum time without handling messages and timers, in milliseconds. */
const SLICE_MS = 5;

/** Lets the event loop run at intervals during long work on one thread. */
export class Breath {
  private last = performance.now();

  async take(): Promise<void> {
    if (performance.now() - this.last < SLICE_MS) return;
    await setImmediate();
    this.last = performance.now();
  }
}
