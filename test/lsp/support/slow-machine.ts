/*
 * Loaded into the server before it starts: makes it a machine on which everything but the clock is slow, in an order
 * that a seed decides. Steps are held up, and timers are over almost at once, as they are where a step takes seconds.
 */

const TIMERS = 0.01;
const MOST_MS = 15;
const OFTEN = 0.2;

let state = Number(process.env['LOCKORDER_SLOW'] ?? 1);
function random(): number {
  state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
  return state / 2 ** 31;
}

/** Nobody wakes who waits here: the thread stands still, and others have the processor. */
const still = new Int32Array(new SharedArrayBuffer(4));

function holdUp(): void {
  if (random() < OFTEN) Atomics.wait(still, 0, 0, random() * MOST_MS);
}

const { setTimeout: wait, setImmediate: soon } = globalThis;
Object.assign(globalThis, {
  setTimeout: (call: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    wait(call, ms * TIMERS * random() * 2, ...args),
  setImmediate: (call: (...args: unknown[]) => void, ...args: unknown[]) =>
    soon(() => {
      holdUp();
      call(...args);
    }),
});
