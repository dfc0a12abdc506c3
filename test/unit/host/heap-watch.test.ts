import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HeapWatch } from '../../../host/node/heap-watch.js';

/** What is said of a heap of 1,000 bytes that is looked at once a second. */
function said(used: readonly number[]): readonly string[] {
  const left = [...used];
  const watch = new HeapWatch(() => left.shift() ?? 0, 1000);
  return used.map((_, second) => watch.look(1000 * second));
}

describe('HeapWatch', () => {
  it('ignores garbage', () => {
    assert.deepEqual(said([100, 500, 900, 990, 300]), ['enough', 'enough', 'enough', 'enough', 'enough']);
  });

  it('reports once after each collection that leaves much, and when it leaves nearly everything', () => {
    assert.deepEqual(said([900, 700, 750, 800, 720, 950, 900]), [
      'enough',
      'short',
      'enough',
      'enough',
      'short',
      'enough',
      'full',
    ]);
  });

  it('is full only if what was freed meanwhile does not suffice', () => {
    const left = [900, 890, 860, 400];
    let collections = 0;
    const watch = new HeapWatch(
      () => left.shift() ?? 0,
      1000,
      () => collections++,
    );
    watch.look(0);
    assert.deepEqual(
      [watch.look(1000), watch.isFull(), watch.isFull(), collections],
      ['full', true, false, 2],
    );
  });

  it('checks only at intervals', () => {
    let looks = 0;
    const watch = new HeapWatch(() => ++looks, 1000);
    for (let now = 0; now < 1000; now++) watch.look(now);
    assert.ok(looks > 1 && looks <= 20, String(looks));
  });
});
