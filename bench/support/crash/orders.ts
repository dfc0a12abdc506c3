import {
  fn,
  newLock,
  newTask,
  tail,
  mutexFrames,
  heldList,
  listHead,
  dump,
  context,
  type Maker,
} from './parts.js';

export const circular: Maker = (style) => {
  const { choice } = style;
  const [a, b, mid] = [newLock(choice), newLock(choice), newLock(choice)];
  const task = newTask(choice);
  const [want, have, other] = [fn(choice), fn(choice), fn(choice)];
  const chain = choice.chance(50) ? [mid] : [];
  return {
    kind: 'circular',
    function: want,
    locks: [`acquiring ${a.name}`, `held ${b.name}`],
    lines: [
      ...style.headline('WARNING: possible circular locking dependency detected'),
      `${task.name}/${task.pid} is trying to acquire lock:`,
      ...style.lock(a, want),
      '',
      'but task is already holding lock:',
      ...style.lock(b, have),
      '',
      'which lock already depends on the new lock.',
      '',
      '',
      'the existing dependency chain (in reverse order) is:',
      '',
      ...[b, ...chain].flatMap((lock, index, all) => [
        `-> #${all.length - index} (${lock.name})${style.is.usage}:`,
        ...style
          .trace([...mutexFrames(style), other, ...tail(style)])
          .slice(1)
          .filter((line) => !/<\/?TASK>/.test(line))
          .map((line) => `      ${line}`),
        '',
      ]),
      `-> #0 (${a.name})${style.is.usage}:`,
      ...style
        .trace([...mutexFrames(style), want, ...tail(style)])
        .slice(1)
        .filter((line) => !/<\/?TASK>/.test(line))
        .map((line) => `      ${line}`),
      '',
      'other info that might help us debug this:',
      '',
      ' Possible unsafe locking scenario:',
      '',
      '       CPU0                    CPU1',
      '       ----                    ----',
      `  lock(${b.name});`,
      `                               lock(${a.name});`,
      `                               lock(${b.name});`,
      `  lock(${a.name});`,
      '',
      ' *** DEADLOCK ***',
      '',
      ...heldList(style, task, [[b, have]]),
      '',
      ...dump(style, task, [
        'print_circular_bug',
        'check_noncircular',
        ...mutexFrames(style),
        want,
        have,
        ...tail(style),
      ]),
    ],
  };
};

export const recursive: Maker = (style) => {
  const { choice } = style;
  const lock = newLock(choice);
  const task = newTask(choice);
  const [want, have] = [fn(choice), fn(choice)];
  return {
    kind: 'recursive',
    function: want,
    locks: [`acquiring ${lock.name}`, `held ${lock.name}`],
    lines: [
      ...style.headline('WARNING: possible recursive locking detected'),
      `${task.name}/${task.pid} is trying to acquire lock:`,
      ...style.lock(lock, want),
      '',
      'but task is already holding lock:',
      ...style.lock({ ...lock, address: `ffff8881${choice.hex(8)}` }, have),
      '',
      'other info that might help us debug this:',
      ' Possible unsafe locking scenario:',
      '',
      '       CPU0',
      '       ----',
      `  lock(${lock.name});`,
      `  lock(${lock.name});`,
      '',
      ' *** DEADLOCK ***',
      '',
      ' May be due to missing lock nesting notation',
      '',
      ...heldList(style, task, [[lock, have]]),
      '',
      ...dump(style, task, ['validate_chain', ...mutexFrames(style), want, ...tail(style)]),
    ],
  };
};

export const inconsistent: Maker = (style) => {
  const { choice } = style;
  const lock = newLock(choice);
  const task = newTask(choice);
  const [want, usual] = [fn(choice), fn(choice)];
  const irq = choice.of(['HARDIRQ', 'SOFTIRQ']);
  return {
    kind: 'inconsistent-state',
    function: want,
    locks: [`acquiring ${lock.name}`],
    lines: [
      ...style.headline('WARNING: inconsistent lock state'),
      `inconsistent {${irq}-ON-W} -> {IN-${irq}-W} usage.`,
      `${task.name}/${task.pid} [HC0[0]:SC1[1]:HE1:SE0] takes:`,
      ...style.lock(lock, want),
      `{${irq}-ON-W} state was registered at:`,
      ...style
        .trace(['lock_acquire', '_raw_spin_lock', usual, ...tail(style)])
        .slice(1)
        .filter((line) => !/<\/?TASK>/.test(line)),
      `irq event stamp: ${choice.below(90000)}`,
      `hardirqs last  enabled at (${choice.below(900)}): [<${style.address()}>] ${style.symbol('_raw_spin_unlock_irq')}`,
      `hardirqs last disabled at (${choice.below(900)}): [<${style.address()}>] ${style.symbol('_raw_spin_lock_irq')}`,
      `softirqs last  enabled at (${choice.below(900)}): [<${style.address()}>] ${style.symbol('__do_softirq')}`,
      `softirqs last disabled at (${choice.below(900)}): [<${style.address()}>] ${style.symbol('irq_exit')}`,
      '',
      'other info that might help us debug this:',
      ' Possible unsafe locking scenario:',
      '',
      '       CPU0',
      '       ----',
      `  lock(${lock.name});`,
      '  <Interrupt>',
      `    lock(${lock.name});`,
      '',
      ' *** DEADLOCK ***',
      '',
      listHead(style, task, choice.chance(50) ? 0 : 1),
      '',
      ...dump(style, task, [
        'print_usage_bug',
        'mark_lock',
        '__lock_acquire',
        'lock_acquire',
        '_raw_spin_lock',
        want,
        'call_timer_fn',
        '__do_softirq',
      ]),
    ],
  };
};

export const irqInversion: Maker = (style) => {
  const { choice } = style;
  const [lock, other] = [newLock(choice), newLock(choice)];
  const task = newTask(choice);
  const [want, past] = [fn(choice), fn(choice)];
  return {
    kind: 'irq-inversion',
    function: want,
    locks: [`acquiring ${lock.name}`, `chain ${other.name}`],
    lines: [
      ...style.headline('WARNING: possible irq lock inversion dependency detected'),
      `${task.name}/${task.pid} just changed the state of lock:`,
      ...style.lock(lock, want),
      'but this lock took another, SOFTIRQ-unsafe lock in the past:',
      ` (${other.name})${style.is.usage}`,
      '',
      '',
      'and interrupts could create inverse lock ordering between them.',
      '',
      '',
      'other info that might help us debug this:',
      ' Possible interrupt unsafe locking scenario:',
      '',
      '       CPU0                    CPU1',
      '       ----                    ----',
      `  lock(${other.name});`,
      '                               local_irq_disable();',
      `                               lock(${lock.name});`,
      `                               lock(${other.name});`,
      '  <Interrupt>',
      `    lock(${lock.name});`,
      '',
      ' *** DEADLOCK ***',
      '',
      ...heldList(style, task, [[newLock(choice), fn(choice)]]),
      '',
      'the shortest dependencies between 2nd lock and 1st lock:',
      ` -> (${other.name})${style.is.usage} ops: 12 {`,
      '    HARDIRQ-ON-W at:',
      ...style
        .trace(['lock_acquire', past])
        .slice(1)
        .filter((line) => !/<\/?TASK>/.test(line))
        .map((line) => `                    ${line}`),
      '    INITIAL USE at:',
      ...style
        .trace(['lock_acquire', past])
        .slice(1)
        .filter((line) => !/<\/?TASK>/.test(line))
        .map((line) => `                   ${line}`),
      '  }',
      `  ... key      at: [<${style.address()}>] ${style.symbol('__key.1')}`,
      '  ... acquired at:',
      ...style
        .trace(['lock_acquire', past])
        .slice(1)
        .filter((line) => !/<\/?TASK>/.test(line))
        .map((line) => `   ${line}`),
      '',
      ...dump(style, task, [
        'print_irq_inversion_bug.part.0',
        'mark_lock',
        '__lock_acquire',
        'lock_acquire',
        '_raw_spin_lock',
        want,
        ...tail(style),
      ]),
    ],
  };
};

export const safeUnsafe: Maker = (style) => {
  const { choice } = style;
  const [unsafe, safe] = [newLock(choice), newLock(choice)];
  const task = newTask(choice);
  const [want, have, handler, plain] = [fn(choice), fn(choice), fn(choice), fn(choice)];
  const irq = choice.of(['HARDIRQ', 'SOFTIRQ']);
  return {
    kind: 'safe-unsafe',
    function: want,
    locks: [
      `acquiring ${unsafe.name}`,
      `held ${safe.name}`,
      `chain ${safe.name} ${handler}`,
      `chain ${unsafe.name} ${plain}`,
    ],
    lines: [
      ...style.headline(`WARNING: ${irq}-safe -> ${irq}-unsafe lock order detected`),
      `${task.name}/${task.pid}${context(style)} is trying to acquire:`,
      ...style.lock(unsafe, want),
      '',
      'and this task is already holding:',
      ...style.lock(safe, have),
      'which would create a new lock dependency:',
      ` (${safe.name})${style.is.usage} -> (${unsafe.name})${style.is.usage}`,
      '',
      `but this new dependency connects a ${irq}-irq-safe lock:`,
      ` (${safe.name})${style.is.usage}`,
      '',
      `... which became ${irq}-irq-safe at:`,
      ...style
        .trace(['lock_acquire', '_raw_spin_lock_irqsave', handler, 'call_timer_fn'])
        .slice(1)
        .filter((line) => !/<\/?TASK>/.test(line)),
      '',
      `to a ${irq}-irq-unsafe lock:`,
      ` (${unsafe.name})${style.is.usage}`,
      '',
      `... which became ${irq}-irq-unsafe at:`,
      '...',
      ...style
        .trace(['lock_acquire', '_raw_spin_lock', plain, ...tail(style)])
        .slice(1)
        .filter((line) => !/<\/?TASK>/.test(line)),
      '',
      'other info that might help us debug this:',
      '',
      ' Possible interrupt unsafe locking scenario:',
      '',
      '       CPU0                    CPU1',
      '       ----                    ----',
      `  lock(${unsafe.name});`,
      '                               local_irq_disable();',
      `                               lock(${safe.name});`,
      `                               lock(${unsafe.name});`,
      '  <Interrupt>',
      `    lock(${safe.name});`,
      '',
      ' *** DEADLOCK ***',
      '',
      ...heldList(style, task, [[safe, have]]),
      '',
      `the dependencies between ${irq}-irq-safe lock and the holding lock:`,
      `-> (${safe.name})${style.is.usage} {`,
      '   IN-SOFTIRQ-W at:',
      ...style
        .trace(['lock_acquire', handler])
        .slice(1)
        .filter((line) => !/<\/?TASK>/.test(line))
        .map((line) => `                  ${line}`),
      ' }',
      '',
      ...dump(style, task, [
        'check_irq_usage',
        'check_prev_add',
        ...mutexFrames(style),
        want,
        have,
        ...tail(style),
      ]),
    ],
  };
};
