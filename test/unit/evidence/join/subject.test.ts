import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import { createModels } from '../../../../analysis/models/index.js';
import { parse } from '../samples.js';

/** Kind and subject of each report, and what each task waits for. */
function told(text: string): string[] {
  const { events, waits } = joinEvidence([parse(text)], createModels());
  return [
    ...events.map(({ kind, subject }) => `${kind} ${subject?.function ?? '-'}`),
    ...waits.map((wait) => `${wait.task} ${wait.for}`),
  ];
}

describe('the function that a report is about', () => {
  it('is known even if a terminal has torn the headline of a sleep report', () => {
    const text = `[  512.337710] BUG: sleeping function called from invalid context at kernel/lock${' '.repeat(120)}ing/mutex.c:586
[  512.342970] in_atomic(): 1, irqs_disabled(): 0, pid: 3339, name: herond
[  512.349113] CPU: 1 PID: 3339 Comm: herond Not tainted 3.15.0 #20
[  512.349120] Call Trace:
[  512.349130]  [<ffffffff8109da7b>] __might_sleep+0x17b/0x230
[  512.349140]  [<ffffffff815540fb>] mutex_lock_nested+0x3b/0x4d0
[  512.349150]  [<ffffffffa017df8c>] heron_send+0x6c/0xd0 [heron]
`;
    assert.deepEqual(told(text), ['sleep heron_send']);
  });

  it('is found behind the interrupted powerpc counter, and behind the replay of an interrupt', () => {
    const stall = (counter: string): string => `[  103.057786] INFO: rcu_sched self-detected stall on CPU
[  103.057792] \t5-...: (1 GPs behind) idle=a0b/140000000000002/0 softirq=288/289 fqs=2099
[  103.057795] \t (t=2100 jiffies g=-218 c=-219 q=72)
[  103.057823] Task dump for CPU 5:
[  103.057825] heron           R  running task        0   854      2 0x00000804
[  103.057829] Call Trace:
[  103.057834] [c000002fc621f1e0] [c00000000007c6f0] sched_show_task+0x10c/0x118 (unreliable)
[  103.057839] [c000002fc621f250] [c00000000009eda8] rcu_dump_cpu_stacks+0xa0/0xd0
[  103.057843] [c000002fc621f2a0] [c0000000000a2428] rcu_check_callbacks+0x294/0x734
[  103.057861] [c000002fc621f4e0] [c0000000000a53f0] hrtimer_interrupt+0xb0/0x1fc
[  103.057868] [c000002fc621f5e0] [c000000000016468] timer_interrupt+0xac/0xc4
[  103.057872] [c000002fc621f610] [c00000000000995c] restore_check_irq_replay+0x54/0x70
[  103.057879] --- interrupt: 901 at ${counter}
    LR = ${counter}
[  103.057884] [c000002fc621f930] [c0000000000c5f34] heron_poll+0x68/0xb0
[  103.057888] [c000002fc621f990] [c0000000000c6034] kthread+0x14c/0x154
`;
    assert.deepEqual(told(stall('arch_local_irq_restore+0x38/0x3c')), ['lockup heron_poll']);
    assert.deepEqual(told(stall('heron_scan+0x38/0x9c')), ['lockup heron_scan']);
  });

  it('is not the delay function in which a CPU is found', () => {
    const stall = (
      ...frames: string[]
    ): string => `[  865.535248] watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [herond:2332]
[  865.535300] CPU: 3 PID: 2332 Comm: herond Not tainted 6.12.0 #1
[  865.535400] RIP: 0010:delay_tsc+0x2d/0x60
[  865.535500] Call Trace:
[  865.535600]  <TASK>
${frames.map((frame) => `[  865.535700]  ${frame}`).join('\n')}
[  865.535800]  </TASK>
`;
    const frames = ['__const_udelay+0x12/0x30', 'heron_reset+0x4c/0x90 [heron]', 'kthread+0xd7/0x100'];
    assert.deepEqual(told(stall(...frames)), ['lockup heron_reset']);
    // Of a report that ends with the registers, nothing else is known.
    assert.deepEqual(told(stall()), ['lockup -']);
  });

  it('is the lock-taking allocator only if the report ends before its backtrace', () => {
    const report = (rest: string): string => `[  111.566326] =============================
[  111.566327] [ BUG: Invalid wait context ]
[  111.566333] 6.15.0 #26 Not tainted
[  111.566339] -----------------------------
[  111.566341] herond/4161 is trying to lock:
[  111.566346] ffff0001ff50b8f0 ((&c->lock)){+.+.}-{3:3}, at: ___slab_alloc+0x78/0xd5c
[  111.566372] other info that might help us debug this:
[  111.566374] context-{5:5}
[  111.566376] 1 lock held by herond/4161:
[  111.566378]  #0: ffffffdfbf43ec20 (&p->lock){....}-{2:2}, at: heron_enqueue+0x68/0x504
[  111.566418] stack backtrace:
${rest}`;
    const rest = `[  111.566436] Call trace:
[  111.566462]  __lock_acquire+0x9ec/0x1f6c
[  111.566470]  lock_acquire+0x1c4/0x33c
[  111.566480]  ___slab_alloc+0x78/0xd5c
[  111.566490]  kmem_cache_alloc_noprof+0x11c/0x2b8
[  111.566500]  heron_enqueue+0x68/0x504
`;
    assert.deepEqual(told(report(rest)), ['wait-context heron_enqueue']);
    assert.deepEqual(told(report('')), ['wait-context ___slab_alloc']);
  });

  it('is known even if its place is cut off in the middle of the path', () => {
    const text = `INFO: task kworker/u4:5:1105 blocked for more than 143 seconds.
task:kworker/u4:5    state:D stack:11608 pid:1105  tgid:1105  ppid:2      flags:0x00004000
Workqueue: events_unbound heron_free_deferred
Call Trace:
 <TASK>
 __schedule+0x3ff/0xfc0 home/heron/linux/kernel/sched/core.c:6766
 schedule_timeout+0x1bb/0x1d0 home/heron/linux/kernel/time/timer.c:2143
 __wait_for_common+0xbc/0x1e0 home/heron/linux/kernel/sched/completion.c:116
 __wait_rcu_gp+0x19d/0x1a0 home/heron/linux/kernel
`;
    assert.deepEqual(told(text), [
      'hung-task __wait_rcu_gp',
      'kworker/u4:5/1105 an RCU grace period in __wait_rcu_gp',
    ]);
  });
});
