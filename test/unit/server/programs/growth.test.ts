import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Growth, TooLarge, type GrowthHost } from '../../../../server/programs/growth.js';
import { Cancelled, nextLevel, PRIORITY, type Level, type Stage } from '../../../../server/programs/stage.js';

/** Time that one file takes, in milliseconds. */
const FILE_MS = 10;

interface Growing {
  readonly growth: Growth;
  readonly events: unknown[];
  /** Resolves with the first of the events. */
  readonly event: Promise<unknown>;
}

/** A program that is read forever, as far as memory goes. The clock advances with the files. */
function growing(memoryShare: () => number): Growing {
  const events: unknown[] = [];
  let happens: (what: unknown) => void = () => undefined;
  const event = new Promise((resolve) => (happens = resolve));
  const note = (what: unknown): void => {
    events.push(what);
    happens(what);
  };
  const host: GrowthHost = {
    memoryShare,
    limited: note,
    failed: note,
    grown: note,
    goOn: () => undefined,
    progressed: () => undefined,
    build: async (_level, _priority, signal, onProgress) => {
      await turn();
      for (let done = 0; done < 500; done += 1) {
        if (signal.aborted) throw new Cancelled();
        onProgress({ stage: 'read', done, total: 500 });
        now += FILE_MS;
        await turn();
      }
    },
  };
  return { growth: new Growth(host), events, event };
}

let now = 0;

describe('a program that grows in the background', () => {
  beforeEach(() => mock.method(performance, 'now', () => now));
  afterEach(() => mock.restoreAll());

  it('stops before memory is full, and says how far it came', async () => {
    let looks = 0;
    const { growth, events, event } = growing(() => ((looks += 1) > 2 ? 0.9 : 0.1));
    growth.startQuietly('tree');
    const { done } = growth.running ?? {};
    await assert.rejects(done ?? Promise.resolve(), TooLarge);
    const reason = await event;
    assert.ok(reason instanceof TooLarge);
    assert.deepEqual(events, [reason]);
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

  it('yields to the needs of an opened document, unless the whole folder is being read', () => {
    const { growth } = growing(() => 0);
    growth.want('around');
    const around = growth.running;
    growth.want('around');
    assert.equal(growth.running, around);
    growth.want('headers');
    assert.equal(around?.abort.signal.aborted, true);
    const headers = growth.running;
    assert.equal(headers?.level, 'headers');
    growth.want('folders');
    assert.equal(growth.running, headers);
    growth.stop();
    const { growth: whole } = growing(() => 0);
    whole.want('tree');
    whole.want('headers');
    assert.equal(whole.running?.level, 'tree');
    whole.stop();
  });

  it('reads the folder of another document before the surroundings of the first', () => {
    const stage = (level: Level, ...covered: readonly string[]): Stage =>
      ({
        level,
        isBig: level !== 'headers',
        covers: (file: string) => covered.includes(file),
        isMostlyUnused: false,
      }) as unknown as Stage;
    const next = (live: Stage, small: Stage): Level | undefined =>
      nextLevel(live, small, ['a/a.c', 'b/b.c'], 'around', false);
    assert.equal(next(stage('folders', 'a/a.c'), stage('headers', 'a/a.c')), 'headers');
    const small = stage('headers', 'a/a.c', 'b/b.c');
    assert.equal(next(stage('folders', 'a/a.c'), small), 'folders');
    assert.equal(next(stage('folders', 'a/a.c', 'b/b.c'), small), 'around');
    assert.equal(next(stage('around', 'a/a.c'), small), 'around');
    assert.equal(next(stage('around', 'a/a.c', 'b/b.c'), small), undefined);
  });

  it('stops for a waiting caller, too', async () => {
    const { growth } = growing(() => 1);
    await assert.rejects(growth.start('tree', PRIORITY.scan).done, TooLarge);
  });
});
