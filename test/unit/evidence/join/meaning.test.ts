import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import type { Evidence } from '../../../../analysis/evidence/join/joined.js';
import { renderEvidenceText } from '../../../../analysis/evidence/tell/render.js';
import { verdictOf } from '../../../../analysis/evidence/tell/verdict.js';
import { createModels } from '../../../../analysis/models/index.js';
import { kinds, parse } from '../samples.js';

const joined = (text: string): Evidence => joinEvidence([parse(text)], createModels());
const told = (text: string): string => verdictOf(joined(text)).join('\n');

describe('what stalls', () => {
  it('a starved grace-period thread is named, and its CPU is idle', () => {
    const text = `rcu: INFO: rcu_sched detected stalls on CPUs/tasks:
rcu: 	1-...!: (0 ticks this GP) idle=cf8/0/0x0 softirq=20/20 fqs=0
rcu: 	(detected by 0, t=38227 jiffies, g=-1127, q=10)
Sending NMI from CPU 0 to CPUs 1:
NMI backtrace for cpu 1 skipped: idling at default_idle+0x1e/0x130
rcu: rcu_sched kthread starved for 38227 jiffies! g-1127 f0x0 RCU_GP_WAIT_FQS(5) ->state=0x402 ->cpu=1
rcu: RCU grace-period kthread stack dump:
rcu_sched       I15016    11      2 0x80004000
Call Trace:
 __schedule+0x288/0x600
 schedule_timeout+0x84/0x140
 rcu_gp_kthread+0x4f6/0xd40
`;
    assert.match(
      told(text),
      /its own thread rcu_sched has not run for 38227 jiffies on CPU 1, which is idle/,
    );
    assert.deepEqual(joined(text).events[0]?.stack, []);
  });

  it('a starved grace-period thread is blamed on the task that keeps its CPU busy', () => {
    const text = `rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
	(detected by 3, t=18002 jiffies, g=18269, q=147 ncpus=4)
rcu: All QSes seen, last rcu_preempt kthread activity 18002 (4294913871-4294895869), jiffies_till_next_fqs=2, root ->qsmask 0x0
rcu: rcu_preempt kthread starved for 18002 jiffies! g18269 f0x2 RCU_GP_WAIT_FQS(5) ->state=0x0 ->cpu=0
rcu: Stack dump where RCU GP kthread last ran:
Sending NMI from CPU 3 to CPUs 0:
NMI backtrace for cpu 0
CPU: 0 PID: 902 Comm: pondd Not tainted 5.19.0 #1
RIP: 0010:pond_spin+0x11c/0x340
`;
    assert.match(
      told(text),
      /rcu_preempt has not run for 18002 jiffies on CPU 0; pondd\/902 runs there in pond_spin\(\)/,
    );
  });

  it('several CPUs of an old kernel make one report each', () => {
    const text = `INFO: rcu_sched_state detected stall on CPU 0 (t=105060 jiffies)
INFO: rcu_sched_state detected stall on CPU 1 (t=15000 jiffies)
INFO: rcu_sched_state detected stalls on CPUs/tasks: { 2} (detected by 7, t=15002 jiffies)
`;
    assert.deepEqual(
      parse(text).events.map(({ stalled }) => stalled?.cpus),
      [[0], [1], [2]],
    );
  });

  const workqueues = (
    hung: number,
  ): string => `BUG: workqueue lockup - pool cpus=2 node=0 flags=0x0 nice=-20 stuck for 58s!
Showing busy workqueues and worker pools:
workqueue events_highpri: flags=0x10
  pwq 5: cpus=2 node=0 flags=0x1 nice=-20 active=2/256
    pending: pond_write_done [pond], pond_flush [pond]
workqueue writeback: flags=0x4e
  pwq 8: cpus=0-3 flags=0x4 nice=0 active=3/256
    in-flight: 11518:reed_workfn, 1705:wb_workfn
    pending: wb_workfn
pool 8: cpus=0-3 flags=0x4 nice=0 hung=${hung}s workers=7 idle: 6 51
`;

  it('a worker pool that runs nothing is not blamed on work in another pool', () => {
    const said = told(workqueues(3));
    assert.match(
      said,
      /pool of CPU 2 \(high priority\) made no progress for 58 s: it runs nothing, and pond_write_done, pond_flush wait/,
    );
    assert.doesNotMatch(said, /reed_workfn/);
  });

  it('several items of one function are reported as one, and not all of many are named', () => {
    const pending = (names: string): string =>
      told(workqueues(3).replace('pond_write_done [pond], pond_flush [pond]', names));
    assert.match(pending('pond_flush [pond], pond_flush [pond]'), /runs nothing, and pond_flush waits\./);
    assert.match(pending('a_fn, b_fn, c_fn, d_fn'), /runs nothing, and a_fn, b_fn, c_fn and others wait\./);
  });

  it('a function that leaves preemption disabled is named where the kernel names it', () => {
    const leak = `BUG: workqueue leaked lock or atomic: kworker/0:1/0x00000001/12
     last function: pond_work_fn
`;
    assert.match(told(leak), /^Misuse: pond_work_fn\(\) returned with a changed preempt_count/);
    const initcall = 'initcall pond_init+0x0/0x1000 [pond] returned with preemption imbalance\n';
    assert.match(told(initcall), /pond_init\(\) returned with a changed preempt_count/);
  });

  it('a second pool that hangs as long is the culprit', () => {
    assert.match(told(workqueues(57)), /does not return from reed_workfn\(\)/);
  });

  it('of two running workers, the one with the work item on its stack is named', () => {
    const text = `BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 31s!
Showing busy workqueues and worker pools:
workqueue events: flags=0x0
  pwq 2: cpus=0 node=0 flags=0x0 nice=0 active=1/256 refcnt=2
    in-flight: 81:pond_work_fn [pond] BAR(9)
Showing backtraces of running workers in stalled CPU-bound worker pools:
pool 2:
task:kworker/0:0     state:R  running task     stack:0     pid:80    tgid:80    ppid:2      flags:0x00004000
Call Trace:
 <TASK>
 reed_spin+0x10/0x20 [pond]
 </TASK>
task:kworker/0:2     state:R  running task     stack:0     pid:81    tgid:81    ppid:2      flags:0x00004000
Call Trace:
 <TASK>
 pond_spin+0x10/0x20 [pond]
 pond_work_fn+0x41/0x60 [pond]
 process_one_work+0x22b/0x5f0
 </TASK>
`;
    assert.match(told(text), /does not return from pond_spin\(\)/);
    assert.deepEqual(joined(text).events[0]?.event.task, { name: 'kworker/0:2', pid: 81 });
  });

  it('hard lockups are recognised on powerpc, and where the kernel panics at once', () => {
    const ppc = `Watchdog CPU:59 Hard LOCKUP
CPU: 59 PID: 363 Comm: pondd Tainted: G      D          4.15.0 #36
Call Trace:
[c00020397bfa3110] [c0000000001d05b4] pond_spin+0x34/0xd0
`;
    assert.match(told(ppc), /CPU 59 \(pondd\/363\) made no progress in pond_spin\(\)/);
    const panic = `Kernel panic - not syncing: Hard LOCKUP
CPU: 3 PID: 28 Comm: pondd Kdump: loaded Tainted: G        W  OE 3.10.0 #1
Call Trace:
 <NMI>  [<ffffffffa7313562>] dump_stack+0x19/0x1b
 [<ffffffffa6d44411>] watchdog_overflow_callback+0x121/0x140
 [<ffffffffa731d8c7>] nmi_handle.isra.0+0x87/0x140
 [<ffffffffa731cd69>] end_repeat_nmi+0x1e/0x81
 <<EOE>>  [<ffffffffc0a1b2c3>] pond_spin+0x63/0x80 [pond]
 [<ffffffffc0a1b9c3>] pond_timer+0x163/0x380 [pond]
`;
    assert.match(told(panic), /CPU 3 \(pondd\/28\) made no progress in pond_spin\(\)/);
  });
});

describe('where a lockup was', () => {
  it('the program counter settles what the backtrace marks as unsure', () => {
    const text = `watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [(pond-worker):382]
CPU: 0 PID: 382 Comm: (pond-worker) Tainted: G           OE      6.8.0 #87
RIP: 0010:pond_spin_once+0x1f/0x210 [pond]
Call Trace:
 <IRQ>
 ? watchdog_timer_fn+0x206/0x290
 </IRQ>
 <TASK>
 ? asm_sysvec_apic_timer_interrupt+0x1b/0x20
 ? pond_spin_once+0x1f/0x210 [pond]
 pond_handler+0x8a/0x1a0 [pond]
`;
    assert.match(
      told(text),
      /made no progress for 26 s in pond_spin_once\(\): it spins for a lock, or loops/,
    );
  });

  it('a CPU in smp_call_function waits for another CPU', () => {
    const text = `watchdog: BUG: soft lockup - CPU#1 stuck for 372s! [kworker/1:2:1205]
CPU: 1 PID: 1205 Comm: kworker/1:2 Tainted: G           OEL     6.8.0 #87
RIP: 0010:smp_call_function_single+0xe1/0x150
Call Trace:
 <TASK>
 pond_ask_all+0x24c/0x440
`;
    assert.match(
      told(text),
      /in pond_ask_all\(\): it waits for another CPU to answer an inter-processor interrupt/,
    );
  });

  it('the code below an ARM interrupt is named even if lines above it are missing', () => {
    const text = `INFO: rcu_sched self-detected stall on CPU
	1-...: (1 GPs behind) idle=7db/2/0 softirq=4884/4886 fqs=6999
	 (t=21000 jiffies g=962 c=961 q=108)
[<80012940>] (dump_backtrace) from [<80012b38>] (show_stack+0x18/0x1c)
[<8006ab4c>] (rcu_check_callbacks) from [<8006db9c>] (update_process_times+0x40/0x6c)
[<800134a0>] (__irq_svc) from [<8032d0c4>] (_raw_spin_lock+0x30/0x5c)
[<8032d094>] (_raw_spin_lock) from [<7f0b7a70>] (pond_receive+0x94/0x3bc [pond])
`;
    assert.match(told(text), /CPU 1 passes no quiescent state in pond_receive\(\)/);
  });

  it('a hard lockup of 3.10 is placed by its backtrace, with addresses in the task line', () => {
    const text = `NMI watchdog: Watchdog detected hard LOCKUP on cpu 19
CPU: 19 PID: 115501 Comm: pondd Kdump: loaded Tainted: G           OE  ------------ T 3.10.0 #1
task: ffff8a495a715280 ti: ffff8a495a750000 task.ti: ffff8a495a750000
RIP: 0010:[<ffffffffbc717680>]  [<ffffffffbc717680>] native_queued_spin_lock_slowpath+0x1d0/0x200
Call Trace:
 <IRQ> 
 [<ffffffffbcd91e60>] _raw_spin_lock+0x20/0x30
 [<ffffffffc0c3b8f5>] pond_complete+0x45/0x90 [pond]
`;
    assert.match(
      told(text),
      /CPU 19 \(pondd\/115501\) made no progress in pond_complete\(\): it spins for a lock\./,
    );
  });

  it('a spinlock lockup names the CPU and the owner', () => {
    const text = `BUG: spinlock lockup suspected on CPU#4, pondd/792
 lock: 0xffffffc0ed5a83e8, .magic: dead4ead, .owner: reedd/801, .owner_cpu: 2
`;
    assert.match(told(text), /pondd\/792 waits for a spinlock, held by reedd\/801/);
    assert.match(told(text), /CPU 4 \(pondd\/792\) made no progress: it spins for a lock\./);
  });

  it('readers that stall a grace period are reported even if the log names none', () => {
    const text = `rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
rcu:         Tasks blocked on level-0 rcu_node (CPUs 0-3):
        (detected by 2, t=21010 jiffies, g=1809, q=1791)
`;
    assert.match(
      told(text),
      /a task that the log does not name is still inside an RCU read-side critical section/,
    );
  });
});

describe('why and where', () => {
  const sleeping = (atomic: number, disabled: number, count: string, nest: number): string =>
    told(`BUG: sleeping function called from invalid context at kernel/locking/mutex.c:585
in_atomic(): ${atomic}, irqs_disabled(): ${disabled}, non_block: 0, pid: 12, name: pondd
preempt_count: ${count}, expected: 0
RCU nest depth: ${nest}, expected: 0
Call Trace:
 __mutex_lock+0x60/0x8b0
 pond_poll+0x1f/0x60
`);

  it('a report about sleeping names what forbids it', () => {
    assert.match(
      sleeping(1, 0, '1', 0),
      /in pond_poll\(\) with preemption disabled, by a spinlock or preempt_disable\(\)/,
    );
    assert.match(sleeping(0, 1, '0', 0), /in pond_poll\(\) with interrupts disabled/);
    assert.match(sleeping(0, 0, '0', 1), /in pond_poll\(\) in an RCU read-side critical section/);
    assert.match(sleeping(1, 0, '101', 0), /in pond_poll\(\) in a softirq/);
    assert.match(
      sleeping(1, 1, '10001', 0),
      /in pond_poll\(\) in a hard interrupt and with interrupts disabled/,
    );
    assert.match(sleeping(1, 0, '201', 0), /in pond_poll\(\) with softirqs disabled/);
  });

  it('an inconsistent state names both sides, whichever comes first', () => {
    const text = (before: string, now: string): string => `WARNING: inconsistent lock state
inconsistent {${before}} -> {${now}} usage.
pondd/12 [HC0[0]:SC1[1]:HE1:SE0] takes:
ffff88813cdd9c20 (&pond->lock){+.?.}-{2:2}, at: pond_now+0x26/0x380 [pond]
{${before}} state was registered at:
  lock_acquire+0x1da/0x640
  _raw_spin_lock+0x34/0x80
  pond_before+0x80/0x830 [pond]
`;
    assert.match(
      told(text('SOFTIRQ-ON-W', 'IN-SOFTIRQ-W')),
      /&pond->lock is taken in a softirq in pond_now\(\), and elsewhere with softirqs enabled, in pond_before\(\)/,
    );
    assert.match(
      told(text('IN-HARDIRQ-W', 'HARDIRQ-ON-W')),
      /&pond->lock is taken in a hard interrupt in pond_before\(\), and elsewhere with interrupts enabled, in pond_now\(\)/,
    );
  });

  it('a failed check after its warning, as before 4.11, is one report', () => {
    const text = `WARNING: CPU: 2 PID: 531 at kernel/locking/lockdep.c:3523 check_flags.part.38+0x1eb/0x220()
DEBUG_LOCKS_WARN_ON(!current->hardirqs_enabled)
CPU: 2 PID: 531 Comm: pondd Not tainted 4.4.55+ #1730
Call Trace:
 [<ffffffff810a55bb>] check_flags.part.38+0x1eb/0x220
 [<ffffffff811c8376>] pond_get+0x56/0x200
`;
    assert.deepEqual(kinds(parse(text)), ['validator']);
  });

  it('a task that only sleeps is reported with its place', () => {
    const text = `sysrq: Show Blocked State
task:pondd           state:D stack:0     pid:72    tgid:72    ppid:2      task_flags:0x4208060 flags:0x00000010          
Call trace:
 __switch_to+0xf0/0x1c0 (T)
 __schedule+0x358/0xa38
 schedule+0x34/0xf0
 pond_resume+0x178/0x6a8
`;
    assert.match(
      told(text),
      /^pondd\/72 is in uninterruptible sleep in pond_resume; what it waits for is not known\.$/,
    );
  });

  it('stacks with addresses are read below the PID lines of a script', () => {
    const text = `PIDS = 301 363
PID = 363
[<ffffffffb5103fd1>] rwsem_down_read_failed+0xe1/0x120
[<ffffffffb57e4d34>] call_rwsem_down_read_failed+0x14/0x30
[<ffffffffc05103cc>] pond_read_lock+0x4c/0x90 [pond]
`;
    assert.match(told(text), /PID 363 waits for an rwsem in pond_read_lock/);
  });

  it('a thread that gdb switches to has the backtrace below', () => {
    const text = `[Switching to thread 4 (Thread 4)]
#0  native_queued_spin_lock_slowpath (lock=0xffffffffc0641ae4 <pond_lock+4>, val=1) at kernel/locking/qspinlock.c:305
(gdb) bt
#0  native_queued_spin_lock_slowpath (lock=0xffffffffc0641ae4 <pond_lock+4>, val=1) at kernel/locking/qspinlock.c:305
#1  0xffffffff810dfa12 in pv_queued_spin_lock_slowpath (val=<optimized out>, lock=<optimized out>)
    at arch/x86/include/asm/paravirt.h:669
#2  0xffffffffc06048f5 in pond_current ()
`;
    assert.match(told(text), /^thread 4 waits for pond_lock in pond_current/);
  });

  it('a warning in rcu_note_context_switch() is reported as a sleep in an RCU reader', () => {
    const text = `WARNING: CPU: 0 PID: 90 at kernel/rcu/tree_plugin.h:297 rcu_note_context_switch+0x64/0x438
CPU: 0 PID: 90 Comm: irq/74-pond Not tainted 5.10.152-rt75 #1
Call trace:
 rcu_note_context_switch+0x64/0x438
 __schedule+0x9c/0x878
 schedule_rtlock+0x20/0x40
 rt_spin_lock+0x70/0xb0
 pond_interrupt+0x40/0x200
`;
    assert.match(
      told(text),
      /irq\/74-pond\/90 sleeps in pond_interrupt\(\) in an RCU read-side critical section/,
    );
  });

  it('a single stack without a known wait is reported anyway', () => {
    const text = `$ cat /proc/3734/stack
[<0>] pond_set_state_locked+0xfc/0x370 [pond]
[<0>] pond_open+0xcd/0x1f0 [pond]
`;
    assert.match(
      told(text),
      /^PID 3734 is in pond_set_state_locked: neither a lock function nor a known wait\.$/,
    );
  });

  it('wake-up functions left on the stack are not where a task waits', () => {
    const text = `INFO: task pondd:2138 blocked for more than 120 seconds.
pondd           D 0000000000000001     0  2138      1 0x00000000
Call Trace:
 [<ffffffff81532510>] ? bit_wait+0x50/0x50
 [<ffffffff81531ddf>] ? schedule+0x2f/0x70
 [<ffffffff810f7a25>] ? wait_on_page_bit+0xb5/0xc0
 [<ffffffff810a5aa0>] ? autoremove_wake_function+0x30/0x30
 [<ffffffffa03a4f12>] ? pond_sync+0xa2/0x150 [pond]
`;
    assert.match(told(text), /waits for a locked page in pond_sync/);
  });
});

describe('the text of a report', () => {
  const text = (instance: string): string => `WARNING: possible recursive locking detected
pondd/12 is trying to acquire lock:
ffff906789c498d0 (&pond->lock){+.+.}-{3:3}, at: pond_join+0x43/0x1f0 [pond]
but task is already holding lock:
${instance} (&pond->lock){+.+.}-{3:3}, at: pond_join+0x23/0x1f0 [pond]
`;

  it('distinguishes the same lock from another of its class', () => {
    assert.match(
      told(text('ffff906789c498d0')),
      /takes &pond->lock in pond_join\(\), which it holds already/,
    );
    assert.match(told(text('ffff9067eb2690d0')), /while it holds another lock of the same class/);
    assert.match(told(text('').replace(/^ffff906789c498d0/m, '')), /if it is the same lock/);
  });

  it('repeats nothing, and is silent about missing source', () => {
    const evidence = joined(text('ffff906789c498d0'));
    const lines = renderEvidenceText(evidence, { hasSource: false, finding: () => undefined }).split('\n');
    const whole = lines.filter((line) => line.trim() !== '').map((line) => line.trim());
    assert.deepEqual(
      whole.filter((line, at) => whole.indexOf(line) !== at),
      [],
    );
    assert.equal(lines.filter((line) => line.includes('holds already')).length, 1);
    assert.doesNotMatch(lines.join('\n'), /not explained|Dependencies that ran/);
    assert.match(lines.join('\n'), /lockdep stopped at log:1: nothing after that was checked\./);
    assert.match(lines.join('\n'), /The rest of the report: supply all of it/);
  });
});
