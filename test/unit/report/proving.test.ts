import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Finding, StoryStep } from '../../../analysis/checks/types.js';
import type { LockKind, OtherApi } from '../../../analysis/models/types.js';
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
  return howToReproduce(findingOf(rule, locks, ...sides), { kindOf: () => kind }).join('\n');
}

function findingOf(rule: Finding['rule'], locks: readonly string[], ...sides: string[]): Finding {
  return {
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
}

/** The advice for a driver that waits with stop() for run(), which needs the lock, while it holds it. */
function adviceForWait(wait: Pick<OtherApi, 'awaits' | 'sleeps'>, kind: LockKind): readonly string[] {
  const lock = 'pump.lock';
  const finding: Finding = {
    ...findingOf('wait-deadlock', [lock], 'remove'),
    story: [
      { ...step(0, 'remove'), waitsWith: 'stop' },
      { ...step(1, 'probe'), text: 'start() makes run() the handler of pump.thread', entry: 'awaited' },
      { ...step(1, 'run'), text: `takes ${lock}` },
    ],
  };
  return howToReproduce(finding, {
    kindOf: () => kind,
    waitOf: (name) => (name === 'stop' ? wait : undefined),
  });
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

  it('promises no report of lockdep for a lock that it does not track, whatever the rule', () => {
    const bits = advice('irq-inversion', ['page.flags'], 'bit_lock', 'one', 'irq');
    assert.match(bits, /^lockdep does not track bit spinlocks.*CONFIG_SOFTLOCKUP_DETECTOR/);
    assert.match(bits, /Run one\(\) in a loop while the interrupt fires: irq\(\)\./);
    const order = advice('declared-order', ['pump.valve', 'pump.motor'], 'semaphore', 'one');
    assert.match(order, /^lockdep does not track semaphores: it does not check this order\./);
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

  it('names the handler, not the function that registers it', () => {
    const steps = adviceForWait({ awaits: 'work', sleeps: true }, 'mutex');
    assert.equal(steps.at(-1), 'Run remove() while run() runs on another CPU, in a loop.');
  });

  it('names what runs in an interrupt or a tasklet, not what registers it', () => {
    const finding: Finding = {
      ...findingOf('irq-inversion', ['pump.lock'], 'START_MACRO'),
      story: [
        {
          ...step(0, 'START_MACRO'),
          text: 'START_MACRO() registers pump_tasklet() as a tasklet',
          entry: 'tasklet',
        },
        step(0, 'pump_tasklet'),
        {
          ...step(1, 'pump_probe'),
          text: 'request_irq() registers pump_irq() as an interrupt handler',
          entry: 'hardirq',
        },
        step(1, 'pump_irq'),
      ],
    };
    assert.match(howToReproduce(finding).join(' '), /Run pump_tasklet\(\) once.*at any time: pump_irq\(\)\./);
  });

  it('names lockdep only for waits that it tracks', () => {
    assert.match(adviceForWait({ awaits: 'work', sleeps: true }, 'mutex')[0] ?? '', /lockdep reports this/);
    const [hang = '', ...more] = adviceForWait({ awaits: 'kthread', sleeps: true }, 'mutex');
    assert.match(hang, /^lockdep does not track this wait.*CONFIG_DETECT_HUNG_TASK/);
    assert.equal(more.length, 1);
  });

  it('says that a wait that sleeps under a spinlock is reported at once', () => {
    const [atomic, hang] = adviceForWait({ awaits: 'kthread', sleeps: true }, 'spinlock');
    assert.match(atomic ?? '', /^Build with CONFIG_DEBUG_ATOMIC_SLEEP/);
    assert.match(hang ?? '', /CONFIG_SOFTLOCKUP_DETECTOR/);
    assert.doesNotMatch(adviceForWait({ awaits: 'timer' }, 'spinlock').join(' '), /ATOMIC_SLEEP/);
  });

  it('promises no report of two paths for a mistake on one', () => {
    for (const rule of [
      'self-deadlock',
      'missing-unlock',
      'unbalanced-unlock',
      'annotation-mismatch',
    ] as const)
      assert.doesNotMatch(advice(rule, ['pump.lock'], 'mutex', 'one'), /each path|at the same time/, rule);
    assert.match(
      advice('irq-state', ['pump.lock'], 'spinlock', 'one'),
      /pump\.lock has also been taken in an/,
    );
    assert.match(
      advice('irq-state', ['drivers/pump/pump.c:pump_lock'], 'spinlock', 'one'),
      / once pump_lock has also been taken in an/,
    );
  });
});
