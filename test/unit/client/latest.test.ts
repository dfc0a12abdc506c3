import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Latest } from '../../../client/latest.js';

/** Questions whose answers come when the test says so. */
class Asked {
  readonly answers: (() => void)[] = [];
  readonly refusals: ((reason: unknown) => void)[] = [];
  readonly failures: unknown[] = [];
  readonly latest = new Latest(
    () =>
      new Promise((resolve, reject) => {
        this.answers.push(resolve);
        this.refusals.push(reject);
      }),
    (reason) => this.failures.push(reason),
  );
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('keeping a view up to date', () => {
  it('asks one question at a time, and once more if something changed meanwhile', async () => {
    const asked = new Asked();
    const done = asked.latest.refresh();
    void asked.latest.refresh();
    void asked.latest.refresh();
    assert.equal(asked.answers.length, 1);
    asked.answers[0]?.();
    await turn();
    assert.equal(asked.answers.length, 2);
    asked.answers[1]?.();
    await done;
    await turn();
    assert.equal(asked.answers.length, 2);
  });

  it('asks again after a question that failed', async () => {
    const asked = new Asked();
    const first = asked.latest.refresh();
    asked.refusals[0]?.('gone');
    await first;
    assert.deepEqual(asked.failures, ['gone']);
    void asked.latest.refresh();
    assert.equal(asked.answers.length, 2);
  });

  it('asks again when something changed while a question failed', async () => {
    const asked = new Asked();
    void asked.latest.refresh();
    void asked.latest.refresh();
    asked.refusals[0]?.('gone');
    await turn();
    assert.equal(asked.answers.length, 2);
  });
});
