import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import type { Snapshot } from '../../../analysis/workspace/index.js';
import { FirstLook } from '../../../server/first-look.js';
import type { Stage } from '../../../server/stage.js';

const LATER_MS = 20;

/** A small program that was made of an older text. */
function behind(): { readonly stage: Stage; readonly isCurrent: () => boolean } {
  const state = { applied: false, isCurrent: false };
  const stage = {
    get isCurrent() {
      return state.isCurrent;
    },
    applyOpen: () => (state.applied = true),
    analyse: () => {
      state.isCurrent = state.applied;
      return Promise.resolve({} as Snapshot);
    },
    close: () => Promise.resolve(),
  };
  return { stage: stage as unknown as Stage, isCurrent: () => state.isCurrent };
}

describe('the small program of first looks', () => {
  const analyse = (stage: Stage): Promise<Snapshot> =>
    stage.analyse(
      0,
      () => false,
      () => undefined,
    );
  const fail = (reason: unknown): void => assert.fail(String(reason));

  it('catches up while nothing is typed, if nobody had to look at it', async () => {
    const first = new FirstLook(LATER_MS);
    const { stage, isCurrent } = behind();
    await first.replace(stage);
    for (let key = 0; key < 4; key += 1) {
      first.follow(analyse, fail);
      await sleep(LATER_MS / 4);
      assert.ok(!isCurrent());
    }
    await sleep(LATER_MS * 4);
    assert.ok(isCurrent());
    await first.close();
  });

  it('is left alone when it is closed', async () => {
    const first = new FirstLook(LATER_MS);
    const { stage, isCurrent } = behind();
    await first.replace(stage);
    first.follow(analyse, fail);
    await first.close();
    await sleep(LATER_MS * 4);
    assert.ok(!isCurrent());
    assert.equal(first.stage, undefined);
  });
});
