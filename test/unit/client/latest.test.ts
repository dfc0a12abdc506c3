import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Latest } from '../../../client/latest.js';

/** Questions whose answers come when the test says so. */
class Asked {
  readonly answers: ((value: string) => void)[] = [];
  readonly refusals: ((reason: unknown) => void)[] = [];
  readonly latest = new Latest(
    () =>
      new Promise<string>((resolve, reject) => {
        this.answers.push(resolve);
        this.refusals.push(reject);
      }),
  );
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('keeping a view up to date', () => {
  it('asks only when the answer is needed, and once until something changes', async () => {
    const asked = new Asked();
    asked.latest.forget();
    assert.equal(asked.answers.length, 0);
    const both = Promise.all([asked.latest.get(), asked.latest.get()]);
    asked.answers[0]?.('first');
    assert.deepEqual(await both, ['first', 'first']);
    assert.equal(await asked.latest.get(), 'first');
    assert.equal(asked.answers.length, 1);
    asked.latest.forget();
    const next = asked.latest.get();
    asked.answers[1]?.('second');
    assert.equal(await next, 'second');
  });

  it('never gives an outdated answer', async () => {
    const asked = new Asked();
    const given = asked.latest.get();
    asked.latest.forget();
    const later = asked.latest.get();
    asked.answers[0]?.('old');
    await turn();
    asked.answers[1]?.('new');
    assert.deepEqual(await Promise.all([given, later]), ['new', 'new']);
    assert.equal(asked.answers.length, 2);
  });

  it('fails as the request did, and asks again after a change', async () => {
    const asked = new Asked();
    const first = asked.latest.get();
    asked.refusals[0]?.(new Error('gone'));
    await assert.rejects(first, /gone/);
    asked.latest.forget();
    const next = asked.latest.get();
    asked.answers[1]?.('back');
    assert.equal(await next, 'back');
  });

  it('asks again when something changed while a request failed', async () => {
    const asked = new Asked();
    const given = asked.latest.get();
    asked.latest.forget();
    asked.refusals[0]?.(new Error('gone'));
    await turn();
    asked.answers[1]?.('back');
    assert.equal(await given, 'back');
  });

  it('says whether anybody has asked since the last change', async () => {
    const latest = new Latest(() => Promise.resolve(1));
    assert.equal(latest.isAsked, false);
    await latest.get();
    assert.equal(latest.isAsked, true);
    latest.forget();
    assert.equal(latest.isAsked, false);
  });
});
