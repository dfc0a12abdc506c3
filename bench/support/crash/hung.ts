import { WORDS, fn, newLock, newTask, tail, heldList, type Maker } from './parts.js';
import type { Lock, Style, Task } from './style.js';

const WAITING: readonly (readonly [readonly string[], boolean])[] = [
  [['context_switch~', '__schedule', 'schedule', 'schedule_preempt_disabled', '__mutex_lock'], true],
  [
    [
      '__schedule',
      'schedule',
      'schedule_preempt_disabled',
      '~__mutex_lock_common',
      '__mutex_lock',
      'mutex_lock_nested',
    ],
    true,
  ],
  [['__schedule', 'schedule', 'rwsem_down_write_slowpath', 'down_write'], true],
  [['__schedule', 'schedule', 'rwsem_down_read_slowpath', '?rwsem_wake', 'down_read'], true],
  [['__schedule', 'schedule', 'schedule_rtlock', 'rtlock_slowlock_locked', 'rt_spin_lock'], true],
  [['__schedule', 'schedule', 'schedule_timeout', 'wait_for_completion'], false],
  [['__schedule', 'schedule', '__lock_sock', 'lock_sock_nested'], false],
  [['__schedule', 'schedule', 'schedule_timeout', '___down_common', '__down', 'down'], false],
  [
    ['__schedule', 'schedule', 'schedule_timeout', 'wait_for_completion', '__wait_rcu_gp', 'synchronize_rcu'],
    false,
  ],
  [['__schedule', 'schedule', 'io_schedule', 'folio_wait_bit_common'], false],
  [
    [
      '__schedule',
      'schedule',
      'schedule_timeout',
      '~do_wait_for_common',
      '__wait_for_common',
      '__flush_work',
      'flush_work',
    ],
    false,
  ],
];
const MAIN = ['__schedule', 'schedule', 'schedule_timeout', 'wait_for_completion'];

const hungLine = (style: Style, task: Task, seconds: number): string[] => [
  `INFO: task ${task.name}:${task.pid} ${style.is.task === 'tgid' && style.choice.chance(30) ? 'blocked in I/O wait for more than' : 'blocked for more than'} ${seconds} seconds.`,
  `      Not tainted ${style.era}.0-rc3 #1`,
  '"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.',
  style.taskLine(task, 'D'),
];

/** Several tasks wait for one lock; one holds it and waits for something else. */
export const hung: Maker = (style) => {
  const { choice } = style;
  const lock = { name: `${choice.of(WORDS)}_mutex`, address: `ffff8880${choice.hex(8)}` };
  const other: Lock = { name: `&${choice.of(WORDS)}->list_lock`, address: `ffff8881${choice.hex(8)}` };
  const holder = { name: 'holder', pid: 501 + choice.below(90) };
  const waiters = Array.from({ length: 1 + choice.below(4) }, (_, at) => ({
    ...newTask(choice),
    pid: 40000 + at,
  }));
  const wrapper = choice.chance(50) ? 'pond_lock' : undefined;
  const functions = waiters.map(() => fn(choice));
  const frames = choice.of(WAITING.filter(([, isLock]) => isLock))[0].filter((name) => !name.endsWith('~'));
  const at = functions.map((name) => wrapper ?? name);
  const own = fn(choice);
  const isHolderHung = choice.chance(60);
  const waits = new Map<number, number>(waiters.map(({ pid }) => [pid, holder.pid]));
  const lists: [Task, (readonly [Lock, string])[]][] = [
    [
      { name: 'khungtaskd', pid: 31 },
      [[{ name: 'rcu_read_lock', address: 'ffffffff8e13d900' }, 'debug_show_all_locks']],
    ],
    ...waiters.map((task, index): [Task, (readonly [Lock, string])[]] => [
      task,
      [
        ...(choice.chance(50)
          ? [[{ ...other, address: `ffff8882${choice.hex(8)}` }, 'helper_lock'] as const]
          : []),
        [lock, at[index] ?? ''],
      ],
    ]),
    // The holder has taken another lock since, or waits for an event with this lock as its last.
    [
      holder,
      isHolderHung && choice.chance(50)
        ? [[lock, wrapper ?? own]]
        : [
            [lock, wrapper ?? own],
            [other, 'other_taker'],
          ],
    ],
  ];
  const isLast = lists.at(-1)?.[1].length === 1;
  const order = choice.chance(50) ? lists : [...lists].reverse();
  return {
    kind: 'hung-task',
    function: at[0] ?? '',
    locks: [],
    waits,
    lines: [
      ...waiters.flatMap((task, index) => [
        ...hungLine(style, task, 143),
        ...style.trace([
          ...frames,
          ...(wrapper === undefined ? [] : [wrapper]),
          functions[index] ?? '',
          ...tail(style),
        ]),
      ]),
      ...(isHolderHung || isLast
        ? [...hungLine(style, holder, 150), ...style.trace([...MAIN, own, ...tail(style)])]
        : []),
      '',
      'Showing all locks held in the system:',
      ...order.flatMap(([task, held]) => heldList(style, task, held)),
      '',
      '=============================================',
      '',
      'NMI backtrace for cpu 1',
      ...style.cpu(1, { name: 'khungtaskd', pid: 31 }),
      ...style.trace(['dump_stack', 'nmi_cpu_backtrace', 'watchdog', 'kthread', 'ret_from_fork']),
      'Sending NMI from CPU 1 to CPUs 0:',
      'NMI backtrace for cpu 0 skipped: idling at native_safe_halt+0xe/0x10',
      'Kernel panic - not syncing: hung_task: blocked tasks',
      ...style.cpu(1, { name: 'khungtaskd', pid: 31 }),
      ...style.trace(['dump_stack', 'panic', 'watchdog', 'kthread', 'ret_from_fork']),
    ],
  };
};

/** A task that waits for something other than a lock, and several that list the same lock without showing which one owns it. */
export const hungEvent: Maker = (style) => {
  const { choice } = style;
  const task = newTask(choice);
  const where = fn(choice);
  const frames = choice.of(WAITING.filter(([, isLock]) => !isLock))[0];
  const lock = { name: `&${choice.of(WORDS)}->lock`, address: `ffff8880${choice.hex(8)}` };
  return {
    kind: 'hung-task',
    function: where,
    locks: [],
    waits: new Map([[task.pid, -1]]),
    lines: [
      ...hungLine(style, task, 143),
      ...style.trace([...frames, where, ...tail(style)]),
      '',
      'Showing all locks held in the system:',
      ...heldList(style, { name: 'one', pid: 61 }, [[lock, 'one_taker']]),
      ...heldList(style, { name: 'two', pid: 62 }, [[lock, 'two_taker']]),
      ...heldList(style, task, [[newLock(choice), where]]),
      '',
      '=============================================',
    ],
  };
};
