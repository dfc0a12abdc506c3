import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { Growth, TooLarge, type GrowthHost } from '../../../server/programs/growth.js';
import { Cancelled, PRIORITY } from '../../../server/programs/stage.js';

/** A program that is read for ever, as far as memory goes. */
function growing(memoryShare: () => number): { readonly growth: Growth; readonly events: unknown[] } {
  const events: unknown[] = [];
  const host: GrowthHost = {
    memoryShare,
    limited: (reason) => events.push(reason),
    failed: (reason) => events.push(reason),
    grown: (level) => events.push(level),
    goOn: () => undefined,
    progressed: () => undefined,
    build: async (_level, _priority, signal, onProgress) => {
      await sleep(1);
      for (let done = 0; done < 500; done += 1) {
        if (signal.aborted) throw new Cancelled();
        onProgress({ stage: 'read', done, total: 500 });
        await sleep(2);
      }
    },
  };
  return { growth: new Growth(host), events };
}

describe('a program that grows in the background', () => {
  it('stops before memory is full, and says how far it came', async () => {
    let looks = 0;
    const { growth, events } = growing(() => ((looks += 1) > 2 ? 0.9 : 0.1));
    growth.startQuietly('tree');
    const { done } = growth.running ?? {};
    await assert.rejects(done ?? Promise.resolve(), TooLarge);
    await sleep(0);
    const [reason, ...others] = events;
    assert.ok(reason instanceof TooLarge);
    assert.deepEqual(others, []);
    assert.match(reason.message, /\d+ of 500 files were read.*lockOrder\.exclude/);
    assert.equal(growth.running, undefined);
  });

  it('is busy from the start', async () => {
    const { growth } = growing(() => 1);
    const { done } = growth.start('tree', PRIORITY.index);
    assert.equal(growth.loading?.stage, 'list');
    await assert.rejects(done, TooLarge);
    assert.equal(growth.loading, undefined);
  });

  it('does not become busy when a file changes and is read again', async () => {
    let later: (() => void) | undefined;
    const growth = new Growth({
      memoryShare: () => 0,
      limited: () => undefined,
      failed: () => undefined,
      grown: () => undefined,
      goOn: () => undefined,
      progressed: () => undefined,
      build: (_level, _priority, _signal, onProgress) => {
        later = () => onProgress({ stage: 'read', done: 1, total: 1 });
        return Promise.resolve();
      },
    });
    await growth.start('folders', PRIORITY.index).done;
    later?.();
    assert.equal(growth.loading, undefined);
  });

  it('stops for a waiting caller, too', async () => {
    const { growth } = growing(() => 1);
    await assert.rejects(growth.start('tree', PRIORITY.scan).done, TooLarge);
  });
});
