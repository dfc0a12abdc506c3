import assert from 'node:assert/strict';
import { WholeProgress } from '../../../../cli/progress.js';

describe('the progress line', () => {
  it('estimates the whole run, never decreases, and never reaches 100 percent', () => {
    const whole = new WholeProgress();
    const said = [
      whole.reading('read', 10, 0.5),
      whole.reading('read', 20, 1.2),
      whole.reading('headers', 3, 1),
    ];
    for (let pass = 0; pass < 30; pass += 1) {
      whole.beginPass();
      for (const stage of ['bind', 'selection', 'summaries', 'check', 'replay'] as const)
        said.push(whole.analysing({ stage, done: 20, total: 0 }));
    }
    for (let done = 0; done <= 4; done += 1) said.push(whole.fixing(done, 4));
    assert.deepEqual(said.slice(0, 4), [
      '30 %  reading: 10 files',
      '60 %  reading: 20 files',
      '65 %  reading headers: 3 files',
      '72 %  binding names, pass 1',
    ]);
    const shares = said.map((text) => Number(/^\d+/.exec(text)?.[0]));
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
    );
    assert.equal(said.at(-1), '99 %  verifying fixes: 4 of 4 findings');
    assert.doesNotMatch(said.join('\n'), / of 0/);
  });
});
