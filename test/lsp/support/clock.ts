/*
 * Loaded into the server before it starts: lets a test make time go by. Timers run as always, but on request whatever waits
 * for one has its turn at once, in the order in which it would have come.
 */

/** What a turn starts may wait for a timer again, and so on. */
const ROUNDS = 8;
/** Turns of the event loop for what a timer has started. */
const TURNS = 16;

type Timer = ReturnType<typeof globalThis.setTimeout>;

interface Waiting {
  readonly due: number;
  readonly call: () => void;
}

const { setTimeout: wait, clearTimeout: clear, setImmediate: soon } = globalThis;
const waiting = new Map<unknown, Waiting>();

Object.assign(globalThis, {
  setTimeout: (call: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Timer => {
    const timer = wait(() => {
      waiting.delete(timer);
      call(...args);
    }, ms);
    waiting.set(timer, { due: performance.now() + ms, call: () => call(...args) });
    return timer;
  },
  clearTimeout: (timer: Timer | undefined): void => {
    waiting.delete(timer);
    clear(timer);
  },
});

async function pass(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [timer, { call }] of [...waiting].sort(([, a], [, b]) => a.due - b.due)) {
      // An earlier one may have cleared it.
      if (!waiting.delete(timer)) continue;
      clear(timer as Timer);
      call();
    }
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => soon(resolve));
  }
  process.send?.('passed');
}

process.on('message', () => void pass());
// Listening alone keeps no process alive.
process.channel?.unref();
