import { fn, newLock, newTask, tail, mutexFrames, heldList, dump, type Maker } from './parts.js';
import type { Style } from './style.js';

export const waitContext: Maker = (style) => {
  const { choice } = style;
  const lock = newLock(choice);
  const task = newTask(choice);
  const want = fn(choice);
  return {
    kind: 'wait-context',
    function: want,
    locks: [`acquiring ${lock.name}`],
    lines: [
      '',
      '=============================',
      '[ BUG: Invalid wait context ]',
      `${style.era}.0 #1 Not tainted`,
      '-----------------------------',
      `${task.name}/${task.pid} is trying to lock:`,
      ...style.lock(lock, want),
      'other info that might help us debug this:',
      `context-{${choice.of(['2:2', '4:4', '5:5'])}}`,
      ...heldList(style, task, [[newLock(choice), fn(choice)]]),
      ...dump(style, task, [...mutexFrames(style), want, ...tail(style)]),
    ],
  };
};

export const imbalance: Maker = (style) => {
  const { choice } = style;
  const lock = newLock(choice);
  const task = newTask(choice);
  const want = fn(choice);
  return {
    kind: 'imbalance',
    function: want,
    locks: [`acquiring ${lock.name}`],
    lines: [
      ...style.headline(
        choice.of(['WARNING: bad unlock balance detected!', 'WARNING: bad contention detected!']),
      ),
      `${task.name}/${task.pid} is trying to release lock (${lock.name}) at:`,
      `${style.is.lockAddress ? '' : ''}[<${style.address()}>] ${style.symbol(want)}`,
      'but there are no more locks to release!',
      '',
      'other info that might help us debug this:',
      ...heldList(style, task, [[newLock(choice), fn(choice)]]),
      '',
      ...dump(style, task, [
        'print_unlock_imbalance_bug',
        'lock_release',
        'mutex_unlock',
        want,
        ...tail(style),
      ]),
    ],
  };
};

export const heldFreed: Maker = (style) => {
  const { choice } = style;
  const lock = newLock(choice);
  const task = newTask(choice);
  const at = fn(choice);
  return {
    kind: 'held-freed',
    function: at,
    locks: [`held ${lock.name}`],
    lines: [
      ...style.headline('WARNING: held lock freed!'),
      `${task.name}/${task.pid} is freeing memory ffff8880${choice.hex(8)}-ffff8880${choice.hex(8)}, with a lock still held there!`,
      ...style.lock(lock, at),
      ...heldList(style, task, [[lock, at]]),
      '',
      ...dump(style, task, ['debug_check_no_locks_freed', 'kfree', fn(choice), ...tail(style)]),
    ],
  };
};

export const atExit: Maker = (style) => {
  const { choice } = style;
  const lock = newLock(choice);
  const task = newTask(choice);
  const at = fn(choice);
  const toUser = choice.chance(50);
  return {
    kind: 'held-at-exit',
    function: at,
    locks: [`held ${lock.name}`],
    lines: toUser
      ? [
          ...style.headline('WARNING: lock held when returning to user space!'),
          `${task.name}/${task.pid} is leaving the kernel with locks still held!`,
          ...heldList(style, task, [[lock, at]]),
        ]
      : [
          ...style.headline(`WARNING: ${task.name}/${task.pid} still has locks held!`),
          ...heldList(style, task, [[lock, at]]),
          '',
          ...dump(style, task, ['debug_check_no_locks_held', 'do_exit', ...tail(style)]),
        ],
  };
};

export const rcu: Maker = (style) => {
  const { choice } = style;
  const task = newTask(choice);
  const where = fn(choice);
  return {
    kind: 'rcu',
    function: where,
    locks: [],
    lines: [
      ...style.headline('WARNING: suspicious RCU usage'),
      `drivers/pond/core.c:${choice.below(900)} suspicious rcu_dereference_check() usage!`,
      '',
      'other info that might help us debug this:',
      '',
      '',
      'rcu_scheduler_active = 2, debug_locks = 1',
      ...heldList(style, task, [[newLock(choice), fn(choice)]]),
      '',
      ...dump(style, task, ['lockdep_rcu_suspicious', where, ...tail(style)]),
    ],
  };
};

export const sleeping: Maker = (style) => {
  const { choice } = style;
  const task = newTask(choice);
  const where = fn(choice);
  const placed = choice.of([
    ['Preemption disabled at:', `[<${style.address()}>] ${style.symbol(fn(choice))}`],
    ['Preemption disabled at:', `[<${style.address()}>] some_inline drivers/x.c:12 [inline]`],
    [`Preemption disabled at:[<${style.address()}>] ${style.symbol(fn(choice))}`],
    ['Preemption disabled at:', '[<0000000000000000>] 0x0'],
    ['INFO: lockdep is turned off.'],
    [],
  ]);
  if (choice.chance(35)) {
    return {
      kind: 'sleep',
      function: where,
      locks: [],
      lines: [
        `BUG: scheduling while atomic: ${task.name}/${task.pid}/0x0000000${1 + choice.below(8)}`,
        ...heldList(style, task, [[newLock(choice), fn(choice)]]),
        'Modules linked in:',
        ...placed,
        ...style.cpu(0, task),
        ...style.trace([
          'dump_stack',
          '__schedule_bug',
          '__schedule',
          'schedule',
          'schedule_timeout',
          where,
          ...tail(style),
        ]),
      ],
    };
  }
  return {
    kind: 'sleep',
    function: where,
    locks: [],
    lines: [
      `BUG: sleeping function called from invalid context at mm/slab.h:${choice.below(900)}`,
      `in_atomic(): 1, irqs_disabled(): ${choice.below(2)}, pid: ${task.pid}, name: ${task.name}`,
      ...(choice.chance(40) ? ['preempt_count: 1, expected: 0', 'RCU nest depth: 0, expected: 0'] : []),
      ...heldList(style, task, [[newLock(choice), fn(choice)]]),
      ...placed,
      ...style.cpu(1, task),
      ...style.trace([
        'dump_stack',
        choice.of(['___might_sleep.cold', '__might_resched']),
        '__might_sleep',
        where,
        ...tail(style),
      ]),
    ],
  };
};

export const spin: Maker = (style) => {
  const { choice } = style;
  const task = newTask(choice);
  const where = fn(choice);
  const [words, kind] = choice.of([
    ['spinlock recursion', 'recursive'],
    ['spinlock bad magic', 'uninitialized'],
    ['spinlock already unlocked', 'imbalance'],
    ['spinlock lockup suspected', 'lockup'],
    ['rwlock bad magic', 'uninitialized'],
  ] as const);
  return {
    kind,
    function: where,
    locks: [],
    lines: [
      `BUG: ${words} on CPU#${choice.below(4)}, ${task.name}/${task.pid}`,
      ` lock: 0xffff8880${choice.hex(8)}, .magic: dead4ead, .owner: owner/77, .owner_cpu: 1`,
      ...style.cpu(0, task),
      ...style.trace([
        'dump_stack',
        'spin_dump',
        'do_raw_spin_lock',
        '_raw_spin_lock',
        where,
        ...tail(style),
      ]),
    ],
  };
};

const TABLES = [
  'MAX_LOCKDEP_ENTRIES',
  'MAX_STACK_TRACE_ENTRIES',
  'MAX_LOCKDEP_CHAINS',
  'MAX_LOCKDEP_KEYS',
] as const;

/** A check inside lockdep that failed; decoders repeat the warning for every function inlined there. */
function failedCheck(style: Style): string[] {
  const { choice } = style;
  const cpu = choice.below(4);
  const at = `WARNING: CPU: ${cpu} PID: ${choice.below(9000)} at kernel/locking/lockdep.c:${choice.below(5000)}`;
  return [
    '------------[ cut here ]------------',
    `DEBUG_LOCKS_WARN_ON(${choice.of(['1', '!hlock->class_idx', 'chain_key != INITIAL_CHAIN_KEY'])})`,
    ...(choice.chance(50) ? [`${at} hlock_class kernel/locking/lockdep.c:228 [inline]`] : []),
    `${at} __lock_acquire+0x573/0x1fd0${choice.chance(50) ? ' kernel/locking/lockdep.c:5005' : ''}`,
    'Modules linked in:',
  ];
}

export const staticKey: Maker = (style) => {
  const { choice } = style;
  const task = newTask(choice);
  const where = fn(choice);
  const off = 'turning off the locking correctness validator.';
  const [kind, head] = choice.of<readonly ['uninitialized' | 'validator', readonly string[]]>([
    [
      'uninitialized',
      [
        'INFO: trying to register non-static key.',
        'the code is fine but needs lockdep annotation, or maybe',
        "you didn't initialize this object before use?",
        off,
      ],
    ],
    ['uninitialized', [`BUG: key ffff8880${choice.hex(8)} has not been registered!`, ...failedCheck(style)]],
    ['validator', [`BUG: ${choice.of(TABLES)} too low!`, off]],
    ['validator', ['BUG: looking up invalid subclass: 9', off]],
    ['validator', ['BUG: MAX_LOCK_DEPTH too low!', off, 'depth: 48  max: 48!']],
    ['validator', failedCheck(style)],
  ]);
  return {
    kind,
    function: where,
    locks: [],
    lines: [
      ...head,
      ...style.cpu(0, task),
      ...style.trace([
        'dump_stack',
        'register_lock_class',
        '__lock_acquire',
        'lock_acquire',
        '_raw_spin_lock',
        where,
        ...tail(style),
      ]),
    ],
  };
};

export const workqueueLeak: Maker = (style) => {
  const { choice } = style;
  const where = fn(choice);
  return {
    kind: 'held-at-exit',
    function: where,
    locks: [],
    lines: [
      `BUG: workqueue leaked lock or atomic: kworker/0:1/0x00000000/${choice.below(900)}`,
      `     last function: ${where}`,
      ...heldList(style, { name: 'kworker/0:1', pid: 12 }, [[newLock(choice), fn(choice)]]),
      ...style.cpu(0, { name: 'kworker/0:1', pid: 12 }),
      ...style.trace(['dump_stack', 'process_one_work', 'worker_thread', 'kthread', 'ret_from_fork']),
    ],
  };
};
