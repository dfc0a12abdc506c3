import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import { verdictOf } from '../../../../analysis/evidence/tell/verdict.js';
import { createModels } from '../../../../analysis/models/index.js';
import { parse } from '../samples.js';

describe('a crash without a lock report', () => {
  it("is not read as a stack of /proc, whatever the logger's prefix", () => {
    const lines = [
      'random: crng init done',
      'CPU: 0 PID: 2581 Comm: udevd Tainted: G        W         4.16.0-rc3 #14',
      'Call Trace:',
      '[<c3d0531362e2be59>] dump_stack+0x63/0x25e',
      '[<eb7697b44f43f6d2>] mutex_lock_nested+0x159/0x3fd',
      '[<ef961bab74caa80d>] quay_release+0x185/0x46c',
    ];
    const text = lines.map((line) => `11-20 07:08:00.123     0     0 W kernel  : ${line}\n`).join('');
    assert.deepEqual(joinEvidence([parse(text)], createModels()).waits, []);
  });
});

describe('a log without a report about locks', () => {
  it('has a verdict that says what the kernel reports instead', () => {
    const text = `==================================================================
BUG: KASAN: slab-use-after-free in heron_drop+0x3a/0x190
Read of size 4 at addr ffff88801e5ee54c by task herond/26
CPU: 1 PID: 26 Comm: herond Not tainted 6.11.0 #1
Call Trace:
 heron_drop+0x3a/0x190
Oops: 0000 [#1] SMP
`;
    const evidence = joinEvidence([parse(text)], createModels());
    assert.deepEqual(evidence.events, []);
    assert.deepEqual(verdictOf(evidence), [
      'No report about locks and no waiting task in kernel log. The kernel reports something else: BUG: KASAN: slab-use-after-free in heron_drop+0x3a/0x190 (log:2).',
    ]);
  });
});

describe('stalls in logs', () => {
  it('blame the handler if an NMI finds a CPU spinning in a handler', () => {
    const text = `rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
rcu: \t2-....: (20999 ticks this GP) idle=8a1c/1/0x4000000000000000 softirq=1022/1023 fqs=5249
rcu: \t(detected by 0, t=21003 jiffies, g=3389, q=41 ncpus=4)
Sending NMI from CPU 0 to CPUs 2:
NMI backtrace for cpu 2
CPU: 2 UID: 0 PID: 512 Comm: dd Not tainted 6.12.0 #4
RIP: 0010:native_queued_spin_lock_slowpath+0x6e/0x2e0
Call Trace:
 <NMI>
 ? nmi_cpu_backtrace+0xad/0x120
 ? nmi_handle+0x61/0x150
 ? default_do_nmi+0x45/0x110
 ? exc_nmi+0x10b/0x190
 ? end_repeat_nmi+0xf/0x53
 ? native_queued_spin_lock_slowpath+0x6e/0x2e0
 </NMI>
 <IRQ>
 _raw_spin_lock+0x3f/0x50
 pond_interrupt+0x1d/0x60
 __handle_irq_event_percpu+0x50/0x1b0
 handle_edge_irq+0x8c/0x220
 __common_interrupt+0x42/0xa0
 common_interrupt+0x83/0xa0
 </IRQ>
 <TASK>
 asm_common_interrupt+0x26/0x40
RIP: 0010:pond_write+0x41/0x90
 vfs_write+0xed/0x450
 </TASK>
`;
    const said = verdictOf(joinEvidence([parse(text)], createModels())).join(' ');
    assert.match(said, /dd\/512 waits for a spinlock in pond_interrupt/);
    assert.match(said, /CPU 2 \(dd\/512\) .* in pond_interrupt\(\)/);
  });

  it('an expedited stall names tasks as well as CPUs', () => {
    const text = `rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { P914 P915 2-...D } 21007 jiffies s: 445 root: 0x5/T
rcu: blocking rcu_node structures (internal RCU debug):
Sending NMI from CPU 0 to CPUs 2:
NMI backtrace for cpu 2
CPU: 2 UID: 0 PID: 1203 Comm: buoyd Not tainted 6.12.9 #1
RIP: 0010:buoy_poll_ready+0x1c/0x40 [buoy]
Call Trace:
 <TASK>
 buoy_drain+0x57/0x90 [buoy]
 </TASK>
`;
    const [event] = joinEvidence([parse(text)], createModels()).events;
    assert.equal(
      event?.cause,
      'An RCU grace period does not end (after 21007 jiffies): CPU 2 passes no quiescent state, and tasks 914 and 915 are still inside an RCU read-side critical section, in buoy_poll_ready().',
    );
  });

  it('a task that hangs later did not cause the stall', () => {
    const text = `rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
rcu: \t0-...!: (1 ticks this GP) idle=2ba/1/0x40000000 softirq=0/0 fqs=1
rcu: \t(detected by 2, t=21017 jiffies, g=-951, q=287)
Sending NMI from CPU 2 to CPUs 0:
INFO: task herond:26 blocked for more than 120 seconds.
task:herond          state:D stack:0     pid:26    ppid:2      flags:0x00000000
Call Trace:
 __schedule+0x2f4/0x690
 schedule_preempt_disabled+0x2c/0x50
 __mutex_lock+0x45c/0x820
 heron_attach+0x38/0x2b0
`;
    const { events } = joinEvidence([parse(text)], createModels());
    assert.deepEqual(
      events.map(({ kind, subject }) => `${kind} ${subject?.function ?? ''}`),
      ['lockup ', 'hung-task heron_attach'],
    );
  });

  it('use the backtrace that a CPU prints with its own report, as on powerpc', () => {
    const text = `watchdog: CPU 12 detected hard LOCKUP on other CPUs 68
watchdog: CPU 12 TB:85587019220796, last SMP heartbeat TB:85578827223399 (15999ms ago)
watchdog: CPU 68 Hard LOCKUP
watchdog: CPU 68 TB:85587019361273, last heartbeat TB:85576815065016 (19930ms ago)
CPU: 68 PID: 45050 Comm: herond Not tainted 6.1.0 #1
NIP [c0000000006f5578] heron_scan+0x38/0x90
LR [c000000000cba9ec] heron_next+0x2c/0x50
Call Trace:
[c000201c01c43420] [c0000000000afc58] heron_find+0x1b8/0x240
`;
    const { events } = joinEvidence([parse(text)], createModels());
    assert.deepEqual(
      events.map(({ subject }) => subject?.function),
      ['heron_scan', 'heron_scan'],
    );
  });

  it('pools that are stuck at the same time make one report', () => {
    const text = `BUG: workqueue lockup - pool cpus=76 node=0 flags=0x4 nice=0 stuck for 1842s!
BUG: workqueue lockup - pool cpus=77 node=0 flags=0x4 nice=0 stuck for 1842s!
BUG: workqueue lockup - pool cpus=78 node=0 flags=0x4 nice=0 stuck for 1842s!
Showing busy workqueues and worker pools:
workqueue heron: flags=0x108
  pwq 306: cpus=76 node=0 flags=0x4 nice=0 active=3 refcnt=4
    pending: 3*heron_count
  pwq 310: cpus=77 node=0 flags=0x4 nice=0 active=3 refcnt=4
    in-flight: 411:heron_drain for 1801s, bh:heron_tick for 4s
Showing backtraces of busy workers in stalled worker pools:
`;
    const { events } = joinEvidence([parse(text)], createModels());
    assert.deepEqual(
      events.map(({ event, subject }) => `${subject?.function} ${event.facts.join('; ')}`),
      [
        'heron_drain further stuck pools: 2; heron: pending: 3*heron_count; heron: in-flight: 411:heron_drain for 1801s, bh:heron_tick for 4s',
      ],
    );
  });

  it('a CPU that does not respond to another one makes one report with the lines below', () => {
    const text = `smp: csd: Detected non-responsive CSD lock (#1) on CPU#4, waiting 5000000050 ns for CPU#03 heron_poke+0x0/0x8(0x0).
smp: \tcsd: CSD lock (#1) unresponsive.
smp: csd: Detected non-responsive CSD lock (#2) on CPU#1, waiting 5000000102 ns for CPU#07 heron_drain+0x0/0x8c(0x7).
smp: \tcsd: CSD lock (#2) handling prior heron_poke+0x0/0x8(0x0) request.
smp: csd: Re-sending CSD lock (#2) IPI from CPU#01 to CPU#07
`;
    const read = parse(text);
    assert.equal(read.skipped.size, 0);
    const { events } = joinEvidence([read], createModels());
    assert.equal(events.length, 2);
    assert.match(
      events[0]?.cause ?? '',
      /^CPU 3 has not answered .* from CPU 4, to run heron_poke\(\), for 5 s:/,
    );
    assert.match(
      events[1]?.cause ?? '',
      /^CPU 7 has not answered .* from CPU 1, to run heron_drain\(\), for 5 s:/,
    );
  });

  it('a task that a BPF scheduler starves is reported, and one that it lets loop', () => {
    const text = `sched_ext: BPF scheduler "heron_1.2-x" disabled (runnable task stall)
sched_ext: heron_1.2-x: kworker/u8:2[123] failed to run for 30.416s
   scx_check_timeout_workfn+0x17c/0x1b0
   process_one_work+0x19f/0x3b0
sched_ext: Soft lockup - CPU 3 stuck for 26s, disabling BPF scheduler
`;
    const { events } = joinEvidence([parse(text)], createModels());
    assert.deepEqual(
      events.map(({ kind, cause }) => `${kind} ${cause}`),
      [
        'lockup kworker/u8:2/123 was runnable for 30.416 s and was not run: the BPF scheduler is at fault and was disabled.',
        'lockup CPU 3 made no progress under a BPF scheduler, which was disabled.',
      ],
    );
  });
});
