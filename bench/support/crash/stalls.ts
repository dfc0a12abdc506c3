import { fn, newTask, tail, type Maker } from './parts.js';
import type { Style } from './style.js';

export const softLockup: Maker = (style) => {
  const { choice } = style;
  const task = newTask(choice);
  const [where, outer] = [fn(choice), fn(choice)];
  return {
    kind: 'lockup',
    function: where,
    locks: [],
    lines: [
      `${choice.of(['', 'watchdog: ', 'NMI watchdog: '])}BUG: soft lockup - CPU#${choice.below(4)} stuck for ${20 + choice.below(100)}s! [${task.name}:${task.pid}]`,
      'Modules linked in:',
      `irq event stamp: ${choice.below(9000)}`,
      ...style.cpu(1, task),
      ...style.counter(where),
      ...style.trace([outer, ...tail(style)]),
    ],
  };
};

const IRQ = [
  'dump_stack',
  'nmi_cpu_backtrace',
  'rcu_dump_cpu_stacks',
  'print_cpu_stall',
  'rcu_sched_clock_irq',
  'update_process_times',
  'tick_sched_timer',
  'hrtimer_interrupt',
];
const entryOf = (style: Style): string =>
  style.arch.startsWith('x86')
    ? style.is.task === 'old'
      ? 'apic_timer_interrupt'
      : 'sysvec_apic_timer_interrupt'
    : style.arch.startsWith('arm64')
      ? 'el1_irq'
      : style.arch.startsWith('arm')
        ? '__irq_svc'
        : style.arch === 's390'
          ? 'ext_int_handler'
          : style.arch === 'mips'
            ? 'handle_int'
            : style.arch === 'riscv'
              ? 'do_irq'
              : style.arch === 'powerpc'
                ? 'decrementer_common'
                : style.arch === 'i386'
                  ? 'apic_timer_interrupt'
                  : 'handle_loongarch_irq';

const kthread = (style: Style): string[] => {
  const { choice } = style;
  const task = { name: 'rcu_preempt', pid: 10 + choice.below(6) };
  return choice.chance(50)
    ? [
        `rcu: rcu_preempt kthread starved for ${1000 + choice.below(9000)} jiffies! g${choice.below(9000)} f0x0 RCU_GP_WAIT_FQS(5) ->state=${style.era === '7.3' ? 'I' : '0x0'} ->cpu=1`,
        'rcu: \tUnless rcu_preempt kthread gets sufficient CPU time, OOM is now expected behavior.',
        'rcu: RCU grace-period kthread stack dump:',
        style.taskLine(task, 'R'),
        ...style.trace([
          '__schedule',
          'schedule',
          'schedule_timeout',
          'rcu_gp_fqs_loop',
          'rcu_gp_kthread',
          'kthread',
          'ret_from_fork',
        ]),
      ]
    : [];
};

export const stallSelf: Maker = (style) => {
  const { choice } = style;
  const task = newTask(choice);
  const [where, outer] = [fn(choice), fn(choice)];
  const cpu = choice.below(4);
  const old = style.is.codeAddress && choice.chance(40);
  const hasCounter = style.arch.startsWith('x86');
  return {
    kind: 'lockup',
    function: where,
    locks: [],
    lines: [
      ...(old
        ? [
            `INFO: rcu_${choice.of(['sched', 'preempt', 'bh'])} self-detected stall on CPU { ${cpu}}  (t=15000 jiffies g=123 c=122 q=12)`,
          ]
        : [
            `${choice.of(['', 'rcu: '])}INFO: rcu_${choice.of(['sched', 'preempt'])} self-detected stall on CPU`,
            `${choice.of(['rcu: ', ''])}\t${cpu}-....: (10499 ticks this GP) idle=1b7c/1/0x4000000000000000 softirq=${choice.below(9000)}/${choice.below(9000)} fqs=${choice.below(900)} `,
            `\t(t=10500 jiffies g=${choice.below(9000)} q=${choice.below(90)} ncpus=2)`,
          ]),
      ...kthread(style),
      ...(choice.chance(60) ? [`NMI backtrace for cpu ${cpu}`] : []),
      ...style.cpu(cpu, task),
      ...style.trace([...(hasCounter ? [] : [where]), outer, ...tail(style)], {
        irq: [...IRQ, entryOf(style)],
        pc: where,
      }),
    ],
  };
};

export const stallOther: Maker = (style) => {
  const { choice } = style;
  const [task, idle] = [newTask(choice), { name: 'swapper/0', pid: 0 }];
  const [where, outer] = [fn(choice), fn(choice)];
  const form = choice.below(3);
  const head = `${choice.of(['', 'rcu: '])}INFO: rcu_${choice.of(['sched', 'preempt'])} detected stalls on CPUs/tasks:`;
  if (form === 0) {
    return {
      kind: 'lockup',
      function: where,
      locks: [],
      lines: [
        head,
        `rcu: \tTasks blocked on level-0 rcu_node (CPUs 0-1): P${task.pid}${choice.chance(50) ? '/1:b..l' : ''}`,
        `rcu: \t(detected by 1, t=10502 jiffies, g=${choice.below(9000)}, q=44 ncpus=2)`,
        style.taskLine(task, 'R'),
        ...style.trace(['__schedule', 'preempt_schedule_irq', 'irqentry_exit', where, outer, ...tail(style)]),
        ...kthread(style),
      ],
    };
  }
  const expedited = form === 1;
  return {
    kind: 'lockup',
    function: where,
    locks: [],
    lines: [
      ...(expedited
        ? [
            `${choice.of(['', 'rcu: '])}INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 1-...D } ${2000 + choice.below(900)} jiffies s: ${choice.below(9000)} root: 0x2/.`,
            'rcu: blocking rcu_node structures (internal RCU debug):',
          ]
        : [
            head,
            `rcu: \t1-...!: (1 GPs behind) idle=${choice.hex(4)}/1/0x4000000000000000 softirq=1/2 fqs=3`,
            `\t(detected by 0, t=10502 jiffies, g=${choice.below(9000)}, q=44)`,
          ]),
      choice.of(['Sending NMI from CPU 0 to CPUs 1:', 'Task dump for CPU 1:']),
      ...(expedited || choice.chance(50) ? [] : []),
      'NMI backtrace for cpu 1',
      ...style.cpu(1, task),
      ...style.counter(where),
      ...style.trace([outer, ...tail(style)], choice.chance(50) ? { nmi: where } : {}),
      ...kthread(style),
      ...(choice.chance(40)
        ? [
            'rcu: Stack dump where RCU GP kthread last ran:',
            'Sending NMI from CPU 1 to CPUs 0:',
            'NMI backtrace for cpu 0',
            ...style.cpu(0, idle),
            ...style.counter('native_halt'),
            ...style.trace(['default_idle', 'do_idle']),
          ]
        : []),
    ],
  };
};

export const workqueueLockup: Maker = (style) => {
  const { choice } = style;
  const where = fn(choice);
  return {
    kind: 'lockup',
    function: where,
    locks: [],
    lines: [
      `BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for ${30 + choice.below(99)}s!`,
      'Showing busy workqueues and worker pools:',
      'workqueue events: flags=0x0',
      '  pwq 2: cpus=1 node=0 flags=0x0 nice=0 active=2/256 refcnt=3',
      `    in-flight: ${choice.below(900)}:${where}${style.era === '7.3' ? ' for 41s' : ''}`,
      '    pending: other_fn, third_fn',
      'pool 2: cpus=1 node=0 flags=0x0 nice=0 hung=33s workers=3 idle: 12 34',
    ],
  };
};
