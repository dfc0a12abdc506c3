import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DROPPED, Scheduler } from '../../../../server/programs/scheduling.js';

/** A scheduler on a clock that ticks once a step; `slice` runs one slice. */
function manual(): { scheduler: Scheduler; slice: () => boolean } {
  let time = 0;
  let next: (() => void) | undefined;
  const scheduler = new Scheduler(
    () => (time += 1),
    (run) => (next = run),
  );
  const slice = (): boolean => {
    const run = next;
    next = undefined;
    run?.();
    return run !== undefined;
  };
  return { scheduler, slice };
}

function* count(log: string[], name: string, steps: number): Generator<string, string> {
  for (let at = 0; at < steps; at += 1) {
    log.push(name);
    yield name;
  }
  return name;
}

describe('Scheduler', () => {
  it('runs a generator over several slices to its result', async () => {
    const { scheduler, slice } = manual();
    const log: string[] = [];
    const task = scheduler.run(0, count(log, 'a', 20));
    let slices = 0;
    while (slice()) slices += 1;
    assert.equal(await task.result, 'a');
    assert.equal(log.length, 20);
    assert.ok(slices > 2, `${slices} slices`);
  });

  it('runs more urgent work first, even if it came later', async () => {
    const { scheduler, slice } = manual();
    const log: string[] = [];
    const bulk = scheduler.run(2, count(log, 'bulk', 20));
    slice();
    const key = scheduler.run(0, count(log, 'key', 3));
    while (slice());
    assert.deepEqual([await bulk.result, await key.result], ['bulk', 'key']);
    assert.ok(log.indexOf('key') < 8 && log.lastIndexOf('bulk') > log.lastIndexOf('key'));
  });

  it('drops work at once', async () => {
    const { scheduler, slice } = manual();
    const log: string[] = [];
    const task = scheduler.run(0, count(log, 'a', 100));
    slice();
    const before = log.length;
    task.drop();
    while (slice());
    assert.equal(await task.result, DROPPED);
    assert.equal(log.length, before);
  });

  it('may be dropped by its own progress callback', async () => {
    const { scheduler, slice } = manual();
    const log: string[] = [];
    const task = scheduler.run(0, count(log, 'a', 100), () => {
      if (log.length === 3) task.drop();
    });
    while (slice());
    assert.equal(await task.result, DROPPED);
    assert.equal(log.length, 3);
  });

  it('passes on an error and continues with the next task', async () => {
    const { scheduler, slice } = manual();
    const log: string[] = [];
    const bad = scheduler.run(
      0,
      (function* (): Generator<string, void> {
        yield 'so far so good';
        throw new Error('broken');
      })(),
    );
    const good = scheduler.run(1, count(log, 'a', 2));
    const rejected = assert.rejects(bad.result, /broken/);
    while (slice());
    await rejected;
    assert.equal(await good.result, 'a');
  });
});
