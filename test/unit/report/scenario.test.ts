import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { rightOrder, scenarioOf, sidesOf, sideTitle } from '../../../analysis/report/scenario.js';
import { finding, step } from '../server/findings.js';

const locks = ['a.c:first', 'a.c:second'];
const takes = (path: number, line: number, name: string, held: readonly string[]) => ({
  ...step(path, 'a.c', line, held),
  takes: { lock: `a.c:${name}` },
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
  it('are what the last step of each takes and holds', () => {
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

describe('an interrupt that takes a lock of what it interrupts', () => {
  const inversion = { ...cycle, rule: 'irq-inversion' } as const;

  it('comes on the same CPU', () => {
    assert.deepEqual(
      scenarioOf({ ...inversion, locks: ['a.c:first'] })?.rows.map(({ cpu, text }) => `${cpu} ${text}`),
      ['0 lock(first);', '0 <Interrupt>', '0   lock(first);'],
    );
    assert.deepEqual(
      [0, 1].map((side) => sideTitle(inversion, side, 2)),
      ['On one CPU', 'In an interrupt on that CPU'],
    );
  });

  it('may wait for another lock, which another CPU holds while it waits for the first', () => {
    assert.deepEqual(
      scenarioOf({ ...inversion, locks: ['a.c:first', 'a.c:second'] })?.rows.map(
        ({ cpu, text }) => `${cpu} ${text}`,
      ),
      ['0 lock(first);', '1 lock(second);', '1 lock(first);', '0 <Interrupt>', '0   lock(second);'],
    );
    assert.deepEqual(
      [0, 1, 2].map((side) => sideTitle(inversion, side, 3)),
      ['On one CPU', 'On another CPU', 'In an interrupt on that CPU'],
    );
  });

  it('differs from a cycle, whose sides all run on CPUs of their own', () => {
    assert.equal(sideTitle(cycle, 1, 2), 'On another CPU');
    assert.equal(sideTitle(cycle, 0, 1), 'What happens');
  });
});
