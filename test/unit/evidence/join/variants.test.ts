import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import type { Evidence } from '../../../../analysis/evidence/join/joined.js';
import { createModels } from '../../../../analysis/models/index.js';
import { parse } from '../samples.js';

const joined = (text: string): Evidence => joinEvidence([parse(text)], createModels());

const told = (text: string): string[] =>
  joined(text).events.map(({ kind, subject }) => `${kind} ${subject?.function ?? ''}`.trim());

const waits = (text: string): string[] =>
  joined(text).waits.map(
    ({ task, for: what, heldBy, isLikely }) => `${task} ${what} ${isLikely ? 'likely ' : ''}${heldBy}`,
  );

/** A report whose second lines have `blanks` instead of the prefix. */
const circular = (
  prefix: string,
  blanks: string,
): string => `${prefix}======================================================
${prefix}WARNING: possible circular locking dependency detected
${prefix}6.9.0 #2 Not tainted
${prefix}------------------------------------------------------
${prefix}tern/31 is trying to acquire lock:
${prefix}ffff888104b6c0a8 (&tern->nest){+.+.}-{4:4}, at: tern_land+0x2c/0xb0
${prefix}
${blanks}but task is already holding lock:
${prefix}ffff8881042f1078 (&tern->wing){+.+.}-{4:4}, at: tern_fly+0x9b/0x5f0
${prefix}
${blanks}which lock already depends on the new lock.
${prefix}
${blanks}the existing dependency chain (in reverse order) is:
${prefix}
${blanks}-> #1 (&tern->wing){+.+.}-{4:4}:
${prefix}       __mutex_lock+0xa8/0xe50
${prefix}       tern_moult+0x31/0x90
${prefix}
${blanks}-> #0 (&tern->nest){+.+.}-{4:4}:
${prefix}       __mutex_lock+0xa8/0xe50
${prefix}       tern_land+0x2c/0xb0
${prefix}
${blanks}stack backtrace:
${prefix}CPU: 0 UID: 0 PID: 31 Comm: tern Not tainted 6.9.0 #2
${prefix}Call Trace:
${prefix} __mutex_lock+0xa8/0xe50
${prefix} tern_land+0x2c/0xb0
${prefix} tern_fly+0x1d4/0x5f0
`;

describe('the second line of a message', () => {
  const indented: readonly (readonly [string, string])[] = [
    ['[  31.000001] ', ' '.repeat(15)],
    ['> [   31.000001] ', `>${' '.repeat(16)}`],
    ['[   31.000001] ', '      '],
    ['[   31.000001] ', '\t'],
    ['', '    '],
  ];
  for (const [prefix, blanks] of indented) {
    it(`may have ${JSON.stringify(blanks)} behind lines that begin with ${JSON.stringify(prefix)}`, () => {
      const [event] = joined(circular(prefix, blanks)).events;
      const roles = event?.locks.map(({ role, name }) => `${role} ${name}`);
      assert.deepEqual(roles?.slice(0, 4), [
        'acquiring &tern->nest',
        'held &tern->wing',
        'chain &tern->wing',
        'chain &tern->nest',
      ]);
      assert.deepEqual(
        event?.stack.map((place) => place.function),
        ['tern_land', 'tern_fly'],
      );
    });
  }
});

describe('a message and the warning behind it', () => {
  const warning = (at: string, frames: string): string => `WARNING: CPU: 1 PID: 88 at ${at}
CPU: 1 PID: 88 Comm: dunlin Not tainted 6.6.30 #1
Call Trace:
 <TASK>
${frames} </TASK>
---[ end trace 0000000000000000 ]---
`;

  it('name the function that sleeps in an RCU section', () => {
    const text = `------------[ cut here ]------------
Voluntary context switch within RCU read-side critical section!
${warning(
  'kernel/rcu/tree_plugin.h:320 rcu_note_context_switch+0x55d/0x6f0',
  ` __schedule+0xbe/0xb10
 schedule+0x5f/0xe0
 schedule_timeout+0x159/0x170
 msleep+0x30/0x50
 dunlin_probe_mud+0x33/0x90
`,
)}`;
    assert.deepEqual(told(text), ['sleep dunlin_probe_mud', 'warn dunlin_probe_mud']);
  });

  it('are one report of a deadlock of real-time mutexes', () => {
    const text = `------------[ cut here ]------------
rtmutex deadlock detected
${warning(
  'kernel/locking/rtmutex.c:1674 __rt_mutex_slowlock_locked.constprop.0+0x7d2/0x8a0',
  ` rt_mutex_slowlock.constprop.0+0x52/0xb0
 __rt_mutex_lock_common+0x41/0x80
 rt_mutex_lock+0x20/0x40
 dunlin_flock+0x3c/0x90
`,
)}`;
    assert.deepEqual(told(text), ['circular dunlin_flock']);
  });

  it('name the timer that leaks a count', () => {
    const text = `------------[ cut here ]------------
timer: dunlin_tide+0x0/0x50 preempt leak: 00000101 -> 00000102
${warning(
  'kernel/time/timer.c:1476 call_timer_fn+0x126/0x150',
  ` __run_timers.part.0+0x1f2/0x290
 run_timer_softirq+0x26/0x50
`,
)}`;
    assert.equal(told(text)[0], 'preempt-leak dunlin_tide');
  });

  it('name the initcall without a backtrace', () => {
    const text = 'initcall dunlin_init+0x0/0x40 [dunlin] returned with preemption imbalance \n';
    assert.deepEqual(told(text), ['preempt-leak dunlin_init']);
  });
});

describe('sleeps in atomic context', () => {
  it('report the caller of a delay', () => {
    for (const delay of ['usleep_range', 'usleep_range_state', 'msleep_interruptible', 'fsleep']) {
      const text = `BUG: scheduling while atomic: swapper/3/0/0x00010002
CPU: 3 PID: 0 Comm: swapper/3 Not tainted 5.4.0 #46
Call Trace:
 __schedule_bug.cold+0x4f/0x5d
 __schedule+0x6c4/0x740
 schedule+0x42/0xb0
 schedule_hrtimeout_range_clock+0xad/0x110
 schedule_hrtimeout_range+0x13/0x20
 ${delay}+0x7e/0xa0
 plover_tick+0x40/0x90
`;
      assert.deepEqual(told(text), ['sleep plover_tick'], delay);
    }
  });

  it('include the idle thread', () => {
    const text = `bad: scheduling from the idle thread!
CPU: 3 PID: 0 Comm: swapper/3 Not tainted 5.4.0 #46
Call Trace:
 dump_stack+0x6d/0x9a
 dequeue_task_idle+0x2a/0x40
 __schedule+0x147/0x740
`;
    assert.deepEqual(told(text), ['sleep dequeue_task_idle']);
  });
});

describe('a work item that leaks', () => {
  const leak = (preempt: string): string => `BUG: workqueue leaked atomic, lock or RCU: kworker/u8:1:2[45]
     preempt=${preempt} lock=0->1 RCU=0->0 workfn=knot_roost [knot]
1 lock held by kworker/u8:1:2/45:
 #0: ffff888104b6c0a8 (&knot->roost){+.+.}-{4:4}, at: knot_roost+0x2c/0xb0 [knot]
CPU: 1 UID: 0 PID: 45 Comm: kworker/u8:1:2 Not tainted 6.12.1 #1
Call Trace:
 dump_stack_lvl+0x64/0x80
 process_one_work.cold+0x7b/0x80
 worker_thread+0x1cf/0x3a0
`;

  it('is named by its function, in the words of newer kernels', () => {
    assert.deepEqual(told(leak('0x00000000')), ['held-at-exit knot_roost']);
    assert.deepEqual(told(leak('0x00000001')), ['preempt-leak knot_roost']);
    const [event] = joined(leak('0x00000000')).events;
    assert.equal(event?.event.task?.name, 'kworker/u8:1:2');
    assert.equal(event.stack[1]?.function, 'process_one_work');
    const section = joined(leak('0x00000000').replace('0->1 RCU=0->0', '0->0 RCU=0->1'));
    assert.match(
      section.events[0]?.cause ?? '',
      /inside an RCU read-side critical section, entered in knot_roost/,
    );
  });
});

describe('a running task whose frames are unsure', () => {
  it('is identified by them, after the frame of the scheduler', () => {
    const text = `INFO: rcu_tasks detected stalls on tasks:
00000000a1a6a6ff: .. nvcsw: 5/5 holdout: 1 idle_cpu: -1/3
task:ruff            state:R  running task     stack:0     pid:990   ppid:1      flags:0x00004008
Call Trace:
 <TASK>
 __schedule+0x3ab/0xd60
 ? ruff_wait_mate+0x3c/0x80
 ? ruff_main+0x61/0xa0
 ? kthread+0xfa/0x130
 </TASK>
`;
    assert.deepEqual(told(text), ['lockup ruff_wait_mate']);
  });
});

describe('a panic after a soft lockup', () => {
  const panic = `Kernel panic - not syncing: softlockup: hung tasks
CPU: 1 PID: 77 Comm: stint Tainted: G             L  4.14.180 #1
Call Trace:
 panic+0x118/0x288
 watchdog_timer_fn+0x2a8/0x2f8
 apic_timer_interrupt+0xf/0x20
 stint_peck+0x28/0x70
`;

  it('makes no second report', () => {
    const text = `watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [stint:77]
CPU: 1 PID: 77 Comm: stint Not tainted 4.14.180 #1
RIP: 0010:stint_peck+0x28/0x70
Call Trace:
 stint_feed+0x40/0xa0
${panic}`;
    assert.deepEqual(told(text), ['lockup stint_peck']);
  });

  it('makes the report if there is no other', () => {
    assert.deepEqual(told(panic), ['lockup stint_peck']);
  });
});

describe('holders in lists', () => {
  const hung = (
    task: string,
    pid: number,
    frames: string,
  ): string => `INFO: task ${task}:${pid} blocked for more than 120 seconds.
      Not tainted 6.6.3 #1
"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
task:${task}            state:D stack:0     pid:${pid}   ppid:1      flags:0x00000002
Call Trace:
 __schedule+0x3ab/0xd60
 schedule+0x5a/0xe0
${frames}`;

  it('are likely if a single task lists the name, without an address', () => {
    const text = `${hung(
      'godwit',
      61,
      ` __mutex_lock+0x2e8/0x8dc
 mutex_lock_nested+0x1c/0x24
 godwit_open+0x38/0xf0
`,
    )}
Showing all locks held in the system:
2 locks held by kworker/0:1/19:
 #0:  ("events"){+.+.}, at: [<801409b8>] process_one_work+0x138/0x6a0
 #1:  (&port->mutex){+.+.}, at: [<803f8db8>] godwit_reset+0x24/0x90
1 lock held by godwit/61:
 #0:  (&port->mutex){+.+.}, at: [<803f8a00>] godwit_open+0x38/0xf0

=============================================
`;
    assert.deepEqual(waits(text), ['godwit/61 &port->mutex likely kworker/0:1/19']);
  });

  it('are certain for a lock that a waiting function acquires itself', () => {
    const text = `${hung(
      'sanderling',
      62,
      ` percpu_down_write+0x114/0x1e0
 freeze_super+0x1a2/0x300
 __x64_sys_ioctl+0x93/0xd0
`,
    )}
Showing all locks held in the system:
2 locks held by sanderling/62:
 #0: ffff88810c5d60e0 (&type->s_umount_key#51){++++}-{3:3}, at: freeze_super+0x51/0x300
 #1: ffff88810c5d6450 (sb_writers#8){++++}-{0:0}, at: freeze_super+0x1a2/0x300
2 locks held by wader/63:
 #0: ffff88810c5d6450 (sb_writers#8){++++}-{0:0}, at: ksys_write+0x6f/0xf0
 #1: ffff88810d001a40 (&sb->s_type->i_mutex_key#15){++++}-{3:3}, at: wader_write+0x3a/0x1f0

=============================================
`;
    assert.deepEqual(waits(text), ['sanderling/62 sb_writers#8 wader/63']);
    const [wait] = joined(text).waits;
    assert.equal(wait?.where?.function, 'freeze_super');
    assert.deepEqual(told(text), ['hung-task freeze_super']);
  });
});
