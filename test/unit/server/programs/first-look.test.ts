import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Snapshot } from '../../../../analysis/workspace/index.js';
import { FirstLook } from '../../../../server/programs/first-look.js';
import type { Stage } from '../../../../server/programs/stage.js';

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

/** Lets time go by, and what waits for it happen. */
async function pass(ms: number): Promise<void> {
  mock.timers.tick(ms);
  await turn();
}

describe('the small program of first looks', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));

  afterEach(() => mock.timers.reset());

  const analyse = (stage: Stage): Promise<Snapshot> =>
    stage.analyse(
      0,
      () => false,
      () => undefined,
    );
  const fail = (reason: unknown): void => assert.fail(String(reason));

  it('catches up in idle time if it was not used', async () => {
    const first = new FirstLook(LATER_MS);
    const { stage, isCurrent } = behind();
    await first.replace(stage);
    for (let key = 0; key < 4; key += 1) {
      first.follow(analyse, fail);
      await pass(LATER_MS / 4);
      assert.ok(!isCurrent());
    }
    await pass(LATER_MS * 4);
    assert.ok(isCurrent());
    await first.close();
  });

  it('is not used after it is closed', async () => {
    const first = new FirstLook(LATER_MS);
    const { stage, isCurrent } = behind();
    await first.replace(stage);
    first.follow(analyse, fail);
    await first.close();
    await pass(LATER_MS * 4);
    assert.ok(!isCurrent());
    assert.equal(first.stage, undefined);
  });

  /** Edits one after the other, with what each program takes for each; the numbers of those that were looked at first. */
  async function looked(
    edits: readonly (readonly [small: number, big: number])[],
  ): Promise<readonly number[]> {
    let clock = 0;
    let edit = 0;
    const found: number[] = [];
    const program = (name: 'small' | 'big'): Stage => {
      const stage = {
        isCurrent: false,
        covers: () => true,
        applyOpen: () => true,
        analyse: () => {
          const [small, big] = edits[edit] ?? [0, 0];
          clock += name === 'small' ? small : big;
          if (name === 'small') found.push(edit);
          return Promise.resolve({ findings: [] } as unknown as Snapshot);
        },
        close: () => Promise.resolve(),
      };
      return stage as unknown as Stage;
    };
    const first = new FirstLook(LATER_MS, () => clock, 0);
    const big = program('big');
    first.begin(program('small'), []);
    for (; edit < edits.length; edit += 1)
      await first.analyse(big, new Map(), { analyse, show: () => undefined, failed: fail });
    await first.close();
    return found;
  }

  it('is used depending on usual durations, not on the last edit', async () => {
    const usual = [5, 40] as const;
    const all = [usual, usual, usual, [90, 40], usual, [5, 8], usual, usual] as const;
    assert.deepEqual(await looked(all), [...all.keys()]);
  });

  it('is not used if the large program is about as fast, but tried again sometimes', async () => {
    assert.deepEqual(await looked(Array.from({ length: 40 }, () => [30, 40] as const)), [0, 21]);
    assert.deepEqual(await looked(Array.from({ length: 9 }, () => [2, 8] as const)), [0]);
  });

  it('delays the large program after a first look, until the user types', async () => {
    const order: string[] = [];
    const program = (name: string): Stage => {
      const stage = {
        isCurrent: false,
        covers: () => true,
        applyOpen: () => true,
        analyse: () => {
          order.push(name);
          return Promise.resolve({ findings: [] } as unknown as Snapshot);
        },
        close: () => Promise.resolve(),
      };
      return stage as unknown as Stage;
    };
    const first = new FirstLook(LATER_MS, undefined, 3_600_000);
    const big = program('big');
    first.begin(program('small'), []);
    first.settle([], new Map());
    const show = (): void => void order.push('shown');
    const done = first.analyse(big, new Map(), { analyse, show, failed: fail });
    await pass(LATER_MS);
    assert.deepEqual(order, ['small', 'shown']);
    first.hurry();
    await done;
    assert.deepEqual(order, ['small', 'shown', 'big']);
    await first.close();
  });
});
