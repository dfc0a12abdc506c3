import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'mocha';
import type { SourceFile } from '../../../../host/api.js';
import { inBatches } from '../../../../host/node/threads/batches.js';

const MEGABYTE = 2 ** 20;
const THREADS = { jobs: 2 };

/** Files of a megabyte each, that count how many bytes were read. */
class Disk {
  read = 0;

  async *files(count: number): AsyncGenerator<SourceFile> {
    for (let at = 0; at < count; at++) {
      await Promise.resolve();
      this.read += MEGABYTE;
      yield { file: `f${at}.c`, bytes: new Uint8Array(MEGABYTE) };
    }
  }
}

describe('sending files in batches', () => {
  it('sends each once, and reads only a few ahead', async () => {
    const disk = new Disk();
    const done: string[] = [];
    let most = 0;
    await inBatches(disk.files(200), THREADS, async (batch) => {
      await delay(1);
      done.push(...batch.map(({ file }) => file));
      most = Math.max(most, disk.read - done.length * MEGABYTE);
    });
    assert.deepEqual(new Set(done).size, 200);
    assert.equal(done.length, 200);
    assert.ok(most <= 40 * MEGABYTE, `${most / MEGABYTE} MB were under way`);
  });

  it('does nothing without files', async () => {
    await inBatches(new Disk().files(0), THREADS, () => assert.fail());
  });

  it('passes on errors, even while files are still read', async () => {
    const disk = new Disk();
    const work = (): Promise<void> => Promise.reject(new Error('died'));
    await assert.rejects(inBatches(disk.files(2), THREADS, work), /died/);
    await assert.rejects(inBatches(disk.files(200), THREADS, work), /died/);
    assert.ok(disk.read < 100 * MEGABYTE, 'and reads no further');
  });
});
