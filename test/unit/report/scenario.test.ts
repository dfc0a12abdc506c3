import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { rightOrder, scenarioOf, sidesOf } from '../../../analysis/report/scenario.js';
import { finding, step } from '../server/findings.js';

const locks = ['a.c:first', 'a.c:second'];
const takes = (path: number, line: number, name: string, held: readonly string[]) => ({
  ...step(path, 'a.c', line, held),
  text: held.length > 0 ? `takes ${name} while holding x` : `takes ${name}`,
});
const cycle = finding(
  'x',
  [
    takes(0, 3, 'second', []),
    takes(0, 4, 'first', ['a.c:second']),
    takes(1, 8, 'first', []),
    takes(1, 9, 'second', ['a.c:first']),
  ],
  { locks, at: { ...step(0, 'a.c', 4), function: 'f' } },
);

describe('the sides of a cycle', () => {
  it('are read from the story, even if it abbreviates the locks', () => {
    assert.deepEqual(sidesOf(cycle), [
      { held: 'a.c:second', wanted: 'a.c:first' },
      { held: 'a.c:first', wanted: 'a.c:second' },
    ]);
  });

  it('form the table: all acquire their first lock, then all wait', () => {
    assert.deepEqual(
      scenarioOf(cycle)?.rows.map(({ cpu, text }) => `${cpu} ${text}`),
      ['0 lock(second);', '1 lock(first);', '1 lock(second);', '0 lock(first);'],
    );
  });

  it('give the order to declare: that of the sides without the finding', () => {
    assert.deepEqual(rightOrder(cycle), ['a.c:first', 'a.c:second']);
    assert.equal(rightOrder({ ...cycle, locks: ['a', 'a'] }), undefined);
    assert.equal(rightOrder({ ...cycle, rule: 'irq-state' }), undefined);
  });
});
