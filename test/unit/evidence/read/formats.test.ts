import assert from 'node:assert/strict';
import type { Frame, TaskSighting } from '../../../../analysis/evidence/read/types.js';
import { kinds, locks, parse } from '../samples.js';

const functions = (stack: readonly Frame[]): string => stack.map((frame) => frame.function).join(' ');
const seen = (tasks: readonly TaskSighting[]): string[] =>
  tasks.map(({ task, state, stack, channel }) =>
    `${task.name}/${task.pid} ${state} ${channel ?? ''} ${functions(stack)}`.replace(/\s+/g, ' ').trim(),
  );
const inputs = (text: string): string[] => [...parse(text).inputs.keys()];

describe('inputs other than logs', () => {
  it('/proc/lockdep: classes and their dependencies', () => {
    const read = parse(`all lock classes:
ffffffff81abc678 OPS:    1395 FD:    1 BD:   32 ....: (console_sem).lock

ffffffff81abc620 OPS:     697 FD:   18 BD:    6 +.+.: console_lock
 -> [ffffffff81a43ad8] resource_lock
 -> [ffffffff81abc678] (console_sem).lock

00000000a1b2c3d4 FD:    1 BD:    1 ..-.: &dev->lock#2/1

`);
    assert.deepEqual(
      read.classes.map(({ name, usage, operations }) => `${name} ${usage} ${operations}`),
      ['(console_sem).lock .... 1395', 'console_lock +.+. 697', '&dev->lock#2/1 ..-. -1'],
    );
    assert.deepEqual(
      read.dependencies.map(({ from, to }) => `${from} -> ${to}`),
      ['console_lock -> resource_lock', 'console_lock -> (console_sem).lock'],
    );
  });

  it('/proc/lockdep_chains: the held set of each acquisition', () => {
    const read = parse(`all lock chains:
irq_context: 0
[ffffffff81a401a0] cpu_hotplug_lock
[ffffffff81acbc10] static_call_mutex
[ffffffff81a46990] text_mutex

irq_context: hardirq
[ffffffff828f5570] &pcp->lock
`);
    assert.deepEqual(
      read.dependencies.map(({ from, to }) => `${from} -> ${to}`),
      ['cpu_hotplug_lock -> static_call_mutex', 'static_call_mutex -> text_mutex'],
    );
  });

  it('/proc/lockdep_stats: whether the validator runs, and whether a table is full', () => {
    const stats = (chains: number, debug: number): string[] =>
      parse(` lock-classes:                          409 [max: 8192]
 direct dependencies:                  2096 [max: 32768]
 dependency chains:                    ${chains} [max: 65536]
 debug_locks:                             ${debug}

 zapped classes:                          1
`).validator.map(({ says }) => says);
    assert.deepEqual(stats(1982, 1), ['proving']);
    assert.deepEqual(stats(1982, 0), ['proving', 'stopped']);
    assert.deepEqual(stats(65536, 1), ['proving', 'stopped']);
  });

  it('/proc/lock_stat: wait times per class, with readers and writers together, and the waiters', () => {
    const read = parse(`lock_stat version 0.4
-----------------------------------------------
                              class name    con-bounces    contentions   waittime-min   waittime-max waittime-total   waittime-avg    acq-bounces   acquisitions   holdtime-min   holdtime-max holdtime-total   holdtime-avg
-----------------------------------------------

                             &rq->__lock:            59             58         403.31        6092.97      151395.49        2610.27            515          27001           0.00       95614.35      623807.11          23.10
                             -----------
                             &rq->__lock              1          [<ffffffff8108825e>] task_rq_lock+0x4e/0x120
                             &rq->__lock             46          [<ffffffff813896c6>] __schedule+0xc6/0xab0
                             -----------
                             &rq->__lock              3          [<ffffffff8108bee5>] try_to_wake_up+0x1a5/0x6a0

...............................................

                         tasklist_lock-W:             0              0           0.00           0.00           0.00           0.00             85            333           0.00        9400.25       16804.30          50.46
                         tasklist_lock-R:            57             57         351.71       19906.66      226744.95        3977.98             91            289           0.00         438.80        3421.21          11.84
`);
    assert.deepEqual(
      read.contention.map(({ name, contentions, acquisitions, waitMax, waiters }) =>
        [name, contentions, acquisitions, waitMax, waiters.join(' ')].join(' '),
      ),
      ['&rq->__lock 58 27001 6092.97 task_rq_lock __schedule', 'tasklist_lock 57 622 19906.66 '],
    );
  });

  it('/proc/interrupts: handlers and CPUs', () => {
    const read = parse(`           CPU0       CPU1       
  0:         29          0   IO-APIC   2-edge      timer
 16:          3        125   IO-APIC  16-fasteoi   ehci_hcd:usb1, foo_drv
NMI:          0          0   Non-maskable interrupts
ERR:          0
`);
    assert.deepEqual(
      read.interrupts
        .slice(0, 3)
        .map(({ name, actions, perCpu }) => `${name} ${actions.join('+')} ${perCpu.join('/')}`),
      ['0 timer 29/0', '16 ehci_hcd:usb1+foo_drv 3/125', 'NMI Non-maskable interrupts 0/0'],
    );
  });

  it('ps and top: waiting tasks, and the function they wait in', () => {
    const ps = `    PID S WCHAN                            COMMAND
     45 D rpc_call_sync                    rpc_client
     46 D rpc_deliver                      rpc_server
     50 S do_wait                          sh
`;
    assert.deepEqual(seen(parse(ps).tasks), ['rpc_client/45 D rpc_call_sync', 'rpc_server/46 D rpc_deliver']);
    const busybox = `PID   PPID  STAT VSZ  COMMAND          COMMAND
   45     2 DW      0 rpc_client       [rpc_client]
   46     2 SW      0 rpc_server       [rpc_server]
`;
    assert.deepEqual(seen(parse(busybox).tasks), ['rpc_client/45 D']);
    const top = `    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
   1234 root      20   0       0      0      0 D   0.0   0.0   0:00.01 kworker/0:1
`;
    assert.deepEqual(seen(parse(top).tasks), ['kworker/0:1/1234 D']);
  });

  it('/proc/PID/stack, after its path or alone', () => {
    const text = `==> /proc/45/stack <==
[<0>] __wait_for_common+0xa3/0x200
[<0>] rpc_call_sync+0x25/0x40 [rpc]

==> /proc/46/task/47/stack <==
[<0>] __mutex_lock.constprop.0+0x2b2/0xc40
[<0>] rpc_deliver+0x12/0x30 [rpc]
`;
    assert.deepEqual(seen(parse(text).tasks), [
      '/45 __wait_for_common rpc_call_sync',
      '/47 __mutex_lock.constprop.0 rpc_deliver',
    ]);
  });

  it('gdb: backtraces with places, of one thread and of all', () => {
    const text = `Thread 2 (Thread 1.2 (CPU#1 [running])):
#0  0xffffffff81393f2c in queued_spin_lock_slowpath (lock=0xffffffffa0002018, val=<optimized out>) at kernel/locking/qspinlock.c:471
#1  0xffffffff81394242 in do_raw_spin_lock (lock=0xffffffffa0002018)
    at ./include/linux/spinlock.h:187
#2  tb_dump (unused=0x0 <fixed_percpu_data>) at drivers/tb/tracebuf.c:32

Thread 1 (Thread 1.1 (CPU#0 [halted ])):
#0  default_idle () at arch/x86/kernel/process.c:741
`;
    const { tasks } = parse(text);
    assert.deepEqual(seen(tasks), [
      'CPU#1/0 queued_spin_lock_slowpath do_raw_spin_lock tb_dump',
      'CPU#0/0 default_idle',
    ]);
    assert.deepEqual(
      tasks[0]?.stack.map(({ file, line }) => `${file}:${line}`),
      ['kernel/locking/qspinlock.c:471', './include/linux/spinlock.h:187', 'drivers/tb/tracebuf.c:32'],
    );
  });

  it('crash: backtraces of all CPUs', () => {
    const text = `PID: 45       TASK: ffff888000b8c040  CPU: 0    COMMAND: "rpc_client"
 #0 [ffffc900001efd08] __schedule at ffffffff81389973
 #1 [ffffc900001efd90] schedule at ffffffff8138a094
 #2 [ffffc900001efdb0] __mutex_lock at ffffffff8138b4b2
 #3 [ffffc900001efe60] rpc_call_sync at ffffffffa0000025 [rpc]
    /build/rpc/rpcq.c: 15

PID: 46       TASK: ffff888000b90040  CPU: 1    COMMAND: "rpc server"
 #0 [ffffc900001f7d08] __schedule at ffffffff81389973
`;
    const { tasks } = parse(text);
    assert.deepEqual(seen(tasks), [
      'rpc_client/45 __schedule schedule __mutex_lock rpc_call_sync',
      'rpc server/46 __schedule',
    ]);
    assert.equal(tasks[0]?.stack[3]?.module, 'rpc');
    assert.equal(tasks[0]?.stack[3]?.line, 15);
  });

  it('perf lock report and contention', () => {
    const report = `                Name   acquired  contended     avg wait   total wait     max wait     min wait 

         &rq->__lock      27001         58      2.61 ms    151.40 ms      6.09 ms    403.31 us 
           rtnl_mutex        12          0          0 ns         0 ns         0 ns         0 ns 
`;
    assert.deepEqual(
      parse(report).contention.map(({ name, contentions, acquisitions, waitTotal }) =>
        [name, contentions, acquisitions, Math.round(waitTotal)].join(' '),
      ),
      ['&rq->__lock 58 27001 151400', 'rtnl_mutex 0 12 0'],
    );
    const contention = ` contended   total wait     max wait     avg wait         type   caller

        17    317.74 us    134.54 us     18.69 us     spinlock   raw_spin_rq_lock_nested+0x15
                        0xffffffff8108825e  raw_spin_rq_lock_nested+0x15
                        0xffffffff8108bee5  try_to_wake_up+0x1a5
         2      5.00 ms      4.00 ms      2.50 ms        mutex   rpc_deliver+0x12
`;
    assert.deepEqual(
      parse(contention).contention.map(({ name, contentions, waitMax, waiters }) =>
        [name, contentions, waitMax, waiters.join('<')].join('; '),
      ),
      [
        'spinlock raw_spin_rq_lock_nested+0x15; 17; 134.54; raw_spin_rq_lock_nested<raw_spin_rq_lock_nested<try_to_wake_up',
        'mutex rpc_deliver+0x12; 2; 4000; rpc_deliver',
      ],
    );
  });

  it('perf script and ftrace: acquisitions before the release of another lock', () => {
    const text = `          insmod    44 [000]     8.393410: lock:lock_acquire: 0xffffffffa0002070 super_mutex
          insmod    44 [000]     8.393420: lock:lock_acquire: 0xffffffffa0002110 inode_mutex
	ffffffffa0000020 super_flush+0x20 ([lt])

          insmod    44 [000]     8.393430: lock:lock_release: 0xffffffffa0002110 inode_mutex
          insmod    44 [000]     8.393440: lock:lock_release: 0xffffffffa0002070 super_mutex
          insmod    44 [000]     8.393450: lock:lock_acquire: 0xffffffffa0002110 try read inode_mutex
`;
    const read = parse(text);
    assert.deepEqual(
      read.dependencies.map(({ from, to }) => `${from} -> ${to}`),
      ['super_mutex -> inode_mutex'],
    );
    assert.ok(read.functions.has('super_flush'));
    const ftrace = `#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
          insmod-44      [000] d..1.     8.393410: lock_acquire: 00000000a1b2c3d4 a_lock
          insmod-44      [000] d..1.     8.393420: lock_acquire: 00000000a1b2c3d5 b_lock
`;
    assert.deepEqual(
      parse(ftrace).dependencies.map(({ from, to }) => `${from} -> ${to}`),
      ['a_lock -> b_lock'],
    );
  });

  it('configuration and command line: only lock order checking reports inversions', () => {
    const config = (line: string): string[] =>
      parse(
        `#\n# Automatically generated file; DO NOT EDIT.\n#\nCONFIG_SMP=y\n${'CONFIG_A=y\n'.repeat(20)}${line}\n`,
      ).validator.map(({ says, text }) => `${says}: ${text}`);
    assert.deepEqual(config('CONFIG_PROVE_LOCKING=y'), ['proving: CONFIG_PROVE_LOCKING=y']);
    assert.deepEqual(config('# CONFIG_PROVE_LOCKING is not set\nCONFIG_DEBUG_LOCK_ALLOC=y'), [
      'absent: CONFIG_PROVE_LOCKING is not set; CONFIG_DEBUG_LOCK_ALLOC alone reports no inversion',
    ]);
    const line = 'BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 ro quiet lockdep=1';
    assert.deepEqual(inputs(`${line}\n`), ['command-line']);
    assert.match(parse(line).validator[0]?.text ?? '', /no such parameter/);
  });

  it('several kinds in one file', () => {
    const text = `$ cat /proc/lockdep
all lock classes:
ffffffff81abc678 OPS: 1 FD: 1 BD: 1 ....: a_lock

$ ps -eo pid,state,wchan:32,comm
    PID S WCHAN                            COMMAND
     45 D rpc_call_sync                    rpc_client
$ dmesg
[    1.5] BUG: scheduling while atomic: foo/12/0x00000002
`;
    assert.deepEqual(inputs(text), ['lockdep-classes', 'task-list', 'kernel-log']);
  });
});

describe('other forms of reports', () => {
  const first = (text: string): string => {
    const { events } = parse(text);
    const [event] = events;
    return `${event?.kind} ${event?.task?.name ?? '-'}/${event?.task?.pid ?? 0}`;
  };

  it('have their kind and task', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['BUG: scheduling while atomic: kworker/0:1/12/0x00000002', 'sleep kworker/0:1/12'],
      ['BUG: spinlock recursion on CPU#0, foo/12', 'recursive foo/12'],
      ['BUG: spinlock already unlocked on CPU#1, my task/7', 'imbalance my task/7'],
      ['BUG: spinlock lockup suspected on CPU#0, foo/12', 'lockup foo/12'],
      ['watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [foo/1:2:1234]', 'lockup foo/1:2/1234'],
      ['NMI watchdog: Watchdog detected hard LOCKUP on cpu 0', 'lockup -/0'],
      ['rcu: INFO: rcu_preempt self-detected stall on CPU', 'lockup -/0'],
      ['BUG: workqueue leaked lock or atomic: kworker/0:1/0x00000000/12', 'held-at-exit kworker/0:1/12'],
      ['BUG: workqueue leaked lock or atomic: kworker/0:1/0x00000001/12', 'preempt-leak kworker/0:1/12'],
      ['WARNING: foo/12 still has locks held!', 'held-at-exit foo/12'],
      ['INFO: task jbd2/sda1-8:123 blocked for more than 120 seconds.', 'hung-task jbd2/sda1-8/123'],
      ['WARNING: bad unlock balance detected!', 'imbalance -/0'],
      ['[ INFO: possible circular locking dependency detected ]', 'circular -/0'],
      ['DEBUG_LOCKS_WARN_ON(lock->owner != current)', 'imbalance -/0'],
      ['WARNING: kernel/foo.c:12 at bar+0x1/0x2, CPU#1: baz/33', 'warn baz/33'],
    ];
    for (const [line, expected] of cases) assert.equal(first(`[    1.0] ${line}\n`), expected, line);
  });

  it('of a release without an acquisition have lock and place', () => {
    const read = parse(`WARNING: bad unlock balance detected!
6.1.192 #1 Not tainted
-------------------------------------
insmod/44 is trying to release lock (&s->lock) at:
[<ffffffffa0000020>] foo_put+0x20/0x42 [foo]
but there are no more locks to release!

other info that might help us debug this:
no locks held by insmod/44.

stack backtrace:
CPU: 0 PID: 44 Comm: insmod Not tainted 6.1.192 #1
Call Trace:
 <TASK>
 print_unlock_imbalance_bug+0x1/0x2
 foo_put+0x20/0x42 [foo]
 </TASK>
`);
    assert.deepEqual(locks(read), ['acquiring &s->lock foo_put']);
  });

  it('of a safe and an unsafe lock have both, with the places that made them so', () => {
    const read = parse(`WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected
6.1.192 #1 Not tainted
-----------------------------------------------------
insmod/44 [HC0[0]:SC0[0]:HE0:SE1] is trying to acquire:
ffffffffa0002018 (b_lock){+.+.}-{2:2}, at: both+0x20/0x40 [foo]

and this task is already holding:
ffffffffa0002060 (a_lock){-...}-{2:2}, at: both+0x10/0x40 [foo]
which would create a new lock dependency:
 (a_lock){-...}-{2:2} -> (b_lock){+.+.}-{2:2}

but this new dependency connects a HARDIRQ-irq-safe lock:
 (a_lock){-...}-{2:2}

... which became HARDIRQ-irq-safe at:
  lock_acquire+0xbf/0x270
  handler+0x10/0x20 [foo]

to a HARDIRQ-irq-unsafe lock:
 (b_lock){+.+.}-{2:2}

... which became HARDIRQ-irq-unsafe at:
...
  lock_acquire+0xbf/0x270
  plain+0x10/0x20 [foo]

other info that might help us debug this:

 Possible interrupt unsafe locking scenario:
`);
    assert.deepEqual(kinds(read), ['safe-unsafe']);
    assert.deepEqual(locks(read), [
      'acquiring b_lock both',
      'held a_lock both',
      'chain a_lock lock_acquire handler',
      'chain b_lock lock_acquire plain',
    ]);
    assert.deepEqual(
      read.dependencies.map(({ from, to }) => `${from} -> ${to}`),
      ['a_lock -> b_lock'],
    );
  });

  it('of a hung task have the owner if the kernel names it', () => {
    const read = parse(`INFO: task a:1 blocked for more than 10 seconds.
      Not tainted 6.16.0 #1
"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
task:a               state:D stack:0     pid:1     tgid:1     ppid:2      task_flags:0x0 flags:0x00004000
Call Trace:
 <TASK>
 __schedule+0x1/0x2
 foo+0x1/0x2
 </TASK>
INFO: task a:1 is blocked on a mutex likely owned by task b:2.
`);
    assert.deepEqual(read.tasks.at(-1)?.blockedBy, { name: 'b', pid: 2 });
  });

  it('decoded by scripts keep their places', () => {
    const read = parse(`WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2
Call Trace:
 <TASK>
 foo_put (drivers/foo/main.c:12 (discriminator 3)) foo
 bar+0x1/0x2 drivers/foo/bar.c:33
 baz drivers/foo/bar.c:44 [inline]
 </TASK>
`);
    assert.deepEqual(
      read.events[0]?.stack.slice(1).map(({ function: name, file, line }) => `${name} ${file}:${line}`),
      ['foo_put drivers/foo/main.c:12', 'bar drivers/foo/bar.c:33', 'baz drivers/foo/bar.c:44'],
    );
  });
});
