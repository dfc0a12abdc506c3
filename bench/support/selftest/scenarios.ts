import type { Kind, Place, Scenario, Side } from './module.js';

const ALL: readonly Kind[] = ['spin', 'wlock', 'rlock', 'mutex', 'wsem', 'rsem', 'rtmutex'];
const SPINNING: readonly Kind[] = ['spin', 'wlock', 'rlock'];
const CYCLE = 'lock-order-cycle';

/** Pairs of locks taken in one order: each pair is a function. */
const CYCLES: Readonly<Record<string, string>> = {
  ABBA: 'AB BA',
  ABBCCA: 'AB BC CA',
  ABCABC: 'AB CA BC',
  ABBCCDDA: 'AB BC CD DA',
  ABCDBDDA: 'AB CD BD DA',
  ABCDBCDA: 'AB CD BC DA',
};

const run = (...steps: readonly string[]): Side => ({ place: 'process', steps });
const at = (place: Place, ...steps: readonly string[]): Side => ({ place, steps });
/** Takes two locks, each in a form, and releases them. */
const both = (a: string, b: string): Side => run(`+${a}`, `+${b}`, `-${b}`, `-${a}`);
/** Readers of an rwlock never wait for each other. */
const unlessRead = (kind: Kind, rule: string): string | undefined => (kind === 'rlock' ? undefined : rule);

/** One or two locks of one kind, and cycles. */
function* basic(): Generator<Scenario> {
  for (const kind of ALL) {
    const A = { A: kind };
    yield {
      name: `AA ${kind}`,
      expected: unlessRead(kind, 'self-deadlock'),
      locks: A,
      sides: [both('A', 'A')],
    };
    yield {
      name: `double unlock ${kind}`,
      expected: 'unbalanced-unlock',
      locks: A,
      sides: [run('+A', '-A', '-A')],
    };
    yield { name: `init held ${kind}`, expected: 'any', locks: A, sides: [run('+A', '!A', '-A')] };
    for (const [name, pairs] of Object.entries(CYCLES)) {
      const locks = Object.fromEntries([...new Set(pairs.replaceAll(' ', ''))].map((one) => [one, kind]));
      const sides = pairs.split(' ').map(([a = '', b = '']) => both(a, b));
      yield { name: `${name} ${kind}`, expected: unlessRead(kind, CYCLE), locks, sides };
    }
  }
}

/** Readers and writers mixed. */
function* mixed(): Generator<Scenario> {
  for (const [read, write, other] of [
    ['rlock', 'wlock', 'spin'],
    ['rsem', 'wsem', 'mutex'],
  ] as const) {
    const A = { A: read };
    const AB = { A: read, B: other };
    const isRw = read === 'rlock';
    yield { name: `${read} AA2`, expected: 'self-deadlock', locks: A, sides: [both('A', `A:${write}`)] };
    yield { name: `${read} AA3`, expected: 'self-deadlock', locks: A, sides: [both(`A:${write}`, 'A')] };
    const order = both('A', 'B');
    const back = both('B', 'A');
    const written = both('B', `A:${write}`);
    yield { name: `${read} ABBA1`, expected: CYCLE, locks: AB, sides: [order, written] };
    yield { name: `${read} ABBA2`, expected: isRw ? undefined : CYCLE, locks: AB, sides: [order, back] };
    yield { name: `${read} ABBA3`, expected: CYCLE, locks: AB, sides: [both(`A:${write}`, 'B'), written] };
    yield { name: `${read} chain cache`, expected: CYCLE, locks: AB, sides: [order, back, written] };
  }
  const XYZ = { X: 'wlock', Y: 'wlock', Z: 'wlock' } as const;
  const three = (name: string, expected: string | undefined, ...sides: readonly Side[]): Scenario => ({
    name,
    expected,
    locks: XYZ,
    sides,
  });
  yield three('W1R2/W2R3/W3R1', CYCLE, both('X', 'Y:rlock'), both('Y', 'Z:rlock'), both('Z', 'X:rlock'));
  yield three('W1W2/R2R3/W3R1', CYCLE, both('X', 'Y'), both('Y:rlock', 'Z:rlock'), both('Z', 'X:rlock'));
  yield three('W1W2/R2R3/R3W1', undefined, both('X', 'Y'), both('Y:rlock', 'Z:rlock'), both('Z:rlock', 'X'));
  yield three('W1R2/R2R3/W3W1', undefined, both('X', 'Y:rlock'), both('Y:rlock', 'Z:rlock'), both('Z', 'X'));
}

/** Locks that a handler takes. */
function* interrupts(): Generator<Scenario> {
  for (const [place, off, on] of [
    ['hard', 'local_irq_disable()', 'local_irq_enable()'],
    ['soft', 'local_bh_disable()', 'local_bh_enable()'],
  ] as const) {
    const handler = at(place, '+A', '-A');
    for (const kind of SPINNING) {
      const A = { A: kind };
      const AB = { A: kind, B: kind };
      const expected = unlessRead(kind, 'any');
      const name = (what: string): string => `${what} ${place} ${kind}`;
      const unsafe = run('+B', '-B');
      yield { name: name('irqs on'), expected, locks: A, sides: [handler, run('+A', '-A')] };
      yield { name: name('irqs on again'), expected, locks: A, sides: [handler, run(off, '+A', on, '-A')] };
      yield {
        name: name('safe-A + unsafe-B #1'),
        expected,
        locks: AB,
        sides: [both('A', 'B'), unsafe, handler],
      };
      const inside = run(off, '+A', '+B', '-B', '-A', on);
      yield { name: name('safe-A + unsafe-B #2'), expected, locks: AB, sides: [inside, unsafe, handler] };
    }
    const A = { A: 'wlock', B: 'spin' } as const;
    const reader = at(place, '+A:rlock', '-A:rlock');
    yield {
      name: `irq lock-inversion ${place}`,
      expected: 'any',
      locks: A,
      sides: [run(off, '+A', '+B', '-B', '-A', on), run('+B', '-B'), reader],
    };
    // Readers of one processor do not wait for each other: a process may read with interrupts enabled.
    yield {
      name: `irq read-recursion ${place}`,
      expected: undefined,
      locks: A,
      sides: [
        run(off, '+A', '-A', on),
        run('+A:rlock', '-A:rlock'),
        at(place, '+A:rlock', '+B', '-B', '-A:rlock'),
      ],
    };
  }
  const irq = (...steps: readonly string[]): Side =>
    run('local_irq_disable()', ...steps, 'local_irq_enable()');
  const AB = { A: 'rlock', B: 'spin' } as const;
  yield {
    name: 'queued read lock, read in handler',
    expected: 'any',
    locks: AB,
    sides: [at('hard', '+A', '+B', '-B', '-A'), irq('+B', '+A', '-A', '-B')],
  };
  yield {
    name: 'queued read lock, lock in handler',
    expected: undefined,
    locks: AB,
    sides: [at('hard', '+B', '+A', '-A', '-B'), irq('+A', '+B', '-B', '-A')],
  };
  yield {
    name: 'queued read lock, inversion',
    expected: 'any',
    locks: AB,
    sides: [at('hard', '+B', '-B'), irq('+B', '+A', '-A', '-B'), run('+A', '-A')],
  };
  yield {
    name: 'hardirq deadlock, softirq not',
    expected: 'any',
    locks: { A: 'spin', B: 'spin', C: 'spin', D: 'spin', M: 'mutex' },
    sides: [
      run('+M', 'local_irq_disable()', '+C', '-C', 'local_irq_enable()', '-M'),
      at('hard', '+A', '-A'),
      irq('+A', '+B', '-B', '-A'),
      irq('+B', '+C', '-C', '-B'),
      at('soft', '+D', '-D'),
      run('local_bh_disable()', '+D', '-D', 'local_bh_enable()'),
      irq('+C', '+D', '-D', '-C'),
    ],
  };
}

/** What may be taken in a context or under a lock, without PREEMPT_RT. */
function* waits(): Generator<Scenario> {
  const outer: readonly (readonly [string, Place, string, string])[] = [
    ['hardirq', 'hard', '', ''],
    ['softirq', 'soft', '', ''],
    ['RCU', 'process', 'rcu_read_lock()', 'rcu_read_unlock()'],
    ['RCU-bh', 'process', 'rcu_read_lock_bh()', 'rcu_read_unlock_bh()'],
    ['RCU-sched', 'process', 'rcu_read_lock_sched()', 'rcu_read_unlock_sched()'],
    ['raw', 'process', '+O:raw', '-O:raw'],
    ['spin', 'process', '+O:spin', '-O:spin'],
    ['mutex', 'process', '+O:mutex', '-O:mutex'],
  ];
  for (const [context, place, begin, end] of outer) {
    for (const kind of ['raw', 'spin', 'mutex'] as const) {
      const steps = [begin, '+N', '-N', end].filter((step) => step !== '');
      const held = /:(\w+)/.exec(begin)?.[1] as Kind | undefined;
      const mayNot = kind === 'mutex' && context !== 'mutex';
      yield {
        name: `${kind} in ${context}`,
        expected: mayNot ? 'sleep-in-atomic' : undefined,
        locks: { N: kind, ...(held === undefined ? {} : { O: held }) },
        sides: [{ place, steps }],
      };
    }
  }
}

/**
 * The scenarios of the kernel's lib/locking-selftest.c, as drivers have them. Left out are those about the use of
 * acquire contexts and those that only PREEMPT_RT forbids.
 */
export function scenarios(): readonly Scenario[] {
  return [...basic(), ...mixed(), ...interrupts(), ...waits()];
}
