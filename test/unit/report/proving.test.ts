import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Finding, StoryStep } from '../../../analysis/checks/types.js';
import type { LockKind } from '../../../analysis/models/types.js';
import { howToReproduce } from '../../../analysis/report/proving.js';

function step(path: number, name: string): StoryStep {
  return {
    path,
    file: 'a.c',
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 2,
    function: name,
    text: 'takes a lock',
    held: [],
  };
}

function advice(rule: Finding['rule'], locks: readonly string[], kind: LockKind, ...sides: string[]): string {
  const finding: Finding = {
    id: '1',
    rule,
    severity: 'error',
    confidence: 'high',
    message: '',
    at: { file: 'a.c', line: 1, column: 1, endLine: 1, endColumn: 2, function: sides[0] ?? '' },
    locks,
    story: sides.map((name, path) => step(path, name)),
    assumes: [],
    witnesses: [],
    evidence: [],
    fixes: [],
  };
  return howToReproduce(finding, () => kind).join('\n');
}

describe('how to reproduce a finding', () => {
  it('names the validator for locks that it tracks, and a hang for others', () => {
    const locks = ['pump.valve', 'pump.motor'];
    assert.match(
      advice('lock-order-cycle', locks, 'mutex', 'one', 'two'),
      /^Build with CONFIG_PROVE_LOCKING/,
    );
    const semaphores = advice('lock-order-cycle', locks, 'semaphore', 'one', 'two');
    assert.match(semaphores, /^lockdep does not track semaphores.*CONFIG_DETECT_HUNG_TASK/);
    assert.doesNotMatch(semaphores, /CONFIG_PROVE_LOCKING/);
    const bits = advice('self-deadlock', ['page.flags'], 'bit_lock', 'one');
    assert.match(bits, /^lockdep does not track bit spinlocks.*CONFIG_SOFTLOCKUP_DETECTOR/);
  });

  it('asks for the same objects only if there are several', () => {
    const members = advice('lock-order-cycle', ['pump.valve', 'pump.motor'], 'mutex', 'one', 'two');
    assert.match(members, /Run one\(\) and two\(\) at the same time on different CPUs on the same objects/);
    const variables = advice('lock-order-cycle', ['a.c:first', 'a.c:second'], 'mutex', 'one', 'two');
    assert.match(variables, /Run one\(\) and two\(\) at the same time on different CPUs, in a loop/);
    assert.match(
      advice('lock-order-cycle', ['a.c:first'], 'mutex', 'one'),
      /Run one\(\) on two CPUs at the same/,
    );
  });
});
