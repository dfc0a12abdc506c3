import assert from 'node:assert/strict';
import { joinEvidence } from '../../../analysis/evidence/join/join.js';
import { verdictOf } from '../../../analysis/evidence/tell/verdict.js';
import { createModels } from '../../../analysis/models/index.js';
import { parse } from './samples.js';

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

  it('an expedited stall names the tasks beside the processors', () => {
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
      'An RCU grace period does not end: CPU 2 passes no quiescent state, and tasks 914 and 915 are still inside an RCU read-side critical section, in buoy_poll_ready().',
    );
  });
});
