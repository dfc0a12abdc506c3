import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import type { Evidence } from '../../../../analysis/evidence/join/joined.js';
import { createModels } from '../../../../analysis/models/index.js';
import { locks, parse } from '../samples.js';

const read = (text: string): Evidence => joinEvidence([parse(text)], createModels());
const waits = (text: string): string[] =>
  read(text).waits.map(({ task, for: wanted, heldBy }) => `${task} ${wanted} ${heldBy}`);
const headlines = (text: string): string[] => read(text).events.map(({ event }) => event.headline);

describe('lines broken by a mail program', () => {
  const HUNG = `INFO: task heron-probe:2268 blocked for more than 120 seconds.
      Not tainted 7.0.0-rc2+ #6
task:heron-probe     state:D stack:0     pid:2268  tgid:2268  ppid:2250   task_flags:0x400140 flags:0x00000811
Call trace:
 __switch_to+0xdc/0x108 (T)
 __schedule+0x2f4/0x690
 schedule_preempt_disabled+0x2c/0x50
 __mutex_lock+0x45c/0x820
 heron_attach+0x38/0x2b0
INFO: task heron-probe:2268 is blocked on a mutex likely owned by task heron-scan:2258.
`;
  const stamped = HUNG.trimEnd()
    .split('\n')
    .map((line, at) => `[  242.7${at}4625][ T1645] ${line}`)
    .join('\n');

  /** Breaks each line at the last blank before a column, as format=flowed mail has it. */
  function broken(text: string, column: number): string {
    return text.replace(
      new RegExp(`^(.{20,${column}}) (?=\\S)(.+)$`, 'gm'),
      (line, head: string, tail: string) => (line.length > column ? `${head}\n${tail}` : line),
    );
  }

  const WAIT = ['heron-probe/2268 a mutex in heron_attach heron-scan/2258'];

  it('still name a hung task and the owner of its lock', () => {
    assert.deepEqual(waits(HUNG), WAIT);
    for (const column of [66, 70, 72, 76]) {
      assert.deepEqual(waits(broken(stamped, column)), WAIT, `at ${column}`);
      assert.deepEqual(waits(broken(stamped, column).replace(/^/gm, '> > ')), WAIT, `quoted at ${column}`);
    }
  });

  it('complete a headline by the next line', () => {
    const text = `[   88.123456][ T4321] BUG: sleeping function called from invalid context at
drivers/net/heron.c:585
[   88.123457][ T4321] in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 4321,
name: heron-probe
[   88.123458][ T4321] preempt_count: 1, expected: 0
[   89.123456][    C2] BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0
nice=0 stuck for 65s!
[   99.123456][    C2] watchdog: BUG: soft lockup - CPU#2 stuck for 22s!
[heron-scan:61]
`;
    assert.deepEqual(headlines(text), [
      'BUG: sleeping function called from invalid context at drivers/net/heron.c:585',
      'BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 65s!',
      'BUG: soft lockup - CPU#2 stuck for 22s! [heron-scan:61]',
    ]);
    assert.deepEqual(
      read(text).events.map(({ event }) => event.task?.name ?? ''),
      ['heron-probe', '', 'heron-scan'],
    );
  });

  it('are joined in counters, nameless frames and headlines, even if broken twice', () => {
    const subjects = (text: string): string[] =>
      read(text).events.map(({ kind, subject }) => `${kind} ${subject?.function ?? '-'}`);
    const stall = `[  100.015838][   T77] watchdog: BUG: soft lockup - CPU#3 stuck for 53s! [herond:8200]
[  100.055433][   T77] CPU: 3 PID: 8200 Comm: herond Not tainted 4.16.0-rc3 #1
[  100.087109][   T77] RIP: 0010:[<ffffffff86fb1c29>]  [<ffffffff8a346e4a>]
heron_spin+0xa2/0x502
[  100.102947][   T77] Call Trace:
[  100.110866][   T77]  [<ffffffff88106980>]
heron_ioctl+0x8d/0x4a1
`;
    assert.deepEqual(subjects(stall), ['lockup heron_spin']);
    assert.deepEqual(subjects(stall.replace(/^.*RIP.*\n.*\n/m, '')), ['lockup heron_ioctl']);
    const atomic = `[  100.150461] BUG: scheduling while atomic:
kworker/u8:3/20585/0x00000006
[  100.158380] Call Trace:
[  100.166299]  __schedule_bug+0x33/0x3a2
[  100.174218]  __schedule+0xee/0x30d
[  100.182137]  schedule_timeout+0x20/0x503
[  100.190056]  heron_rescan+0x181/0x54b
`;
    assert.deepEqual(subjects(atomic), ['sleep heron_rescan']);
    const held = `[  100.031676] WARNING: herond/6245
still has locks held!
[  100.039595] 6.12.0-rc3 #88 Not tainted
[  100.055433] 1 lock held by
herond/6245:
[  100.063352]  #0: ffff8880d3973aca
(&(&nest->lock)->rlock){+.+.}-{4:4}, at: spin_lock
include/linux/spinlock.h:42 [inline]
[  100.071271]  #0: ffff8880d3973aca
(&(&nest->lock)->rlock){+.+.}-{4:4}, at: heron_probe+0x16b/0x20a
`;
    assert.deepEqual(subjects(held), ['held-at-exit heron_probe']);
    assert.deepEqual(locks(parse(held)), ['held &(&nest->lock)->rlock heron_probe']);
    const stalls = `[  100.205894] rcu: INFO: rcu_preempt detected
stalls on CPUs/tasks:
[  100.221732] rcu: \t1-...!: (1 GPs behind) idle=1df6/1/0x4000000000000000 softirq=1/2 fqs=3
[  100.237570] rcu: \t(detected by 0, t=10502 jiffies, g=5216, q=44 ncpus=2)
`;
    assert.deepEqual(subjects(stalls), ['lockup -']);
  });

  it('an address without a name keeps a line of its own', () => {
    const text = `[  100.150461] BUG: scheduling while atomic: herond/20585/0x00000006
[  100.158380] Call Trace:
[  100.166299]  [<ffffffff88106980>]
[  100.174218]  [<ffffffff88106a80>] heron_rescan+0x181/0x54b
`;
    assert.equal(read(text).events[0]?.subject?.function, 'heron_rescan');
  });

  it('a line with a missing end is read unchanged', () => {
    const text = `BUG: workqueue lockup - pool cpus=0 node=0
INFO: task heron-probe:2268 blocked for more than 120 seconds.
`;
    assert.deepEqual(headlines(text), [
      'BUG: workqueue lockup - pool cpus=0 node=0',
      'INFO: task heron-probe:2268 blocked for more than 120 seconds.',
    ]);
  });

  it('may have the place of a lock on the next line', () => {
    const text = `> WARNING: possible recursive locking detected
> heron-scan/61 is trying to acquire lock:
> ffff888101234560 (&nest->lock){+.+.}-{2:2}, at:
> heron_drop+0x12a/0x3c0 [heron]
>
> but task is already holding lock:
> ffff888101234560 (&nest->lock){+.+.}-{2:2}, at: 
> heron_clear fs/heron/nest.c:41 [inline]
> ffff888101234560 (&nest->lock){+.+.}-{2:2}, at: 
> heron_leave+0x55/0x1a0 fs/heron/nest.c:88
`;
    assert.deepEqual(locks(parse(text)), [
      'acquiring &nest->lock heron_drop',
      'held &nest->lock heron_leave',
    ]);
  });
});

describe('lines of other decoders and kernels', () => {
  it('the releasing function is the one that the decoder did not inline', () => {
    const text = `WARNING: bad unlock balance detected!
heron/77 is trying to release lock (&nest->lock) at:
[<ffffffff81a3f89e>] spin_unlock include/linux/spinlock.h:391 [inline]
[<ffffffff81a3f89e>] heron_fork+0x5d6e/0x9170 fs/heron/fork.c:2686
but there are no more locks to release!
`;
    assert.equal(read(text).events[0]?.subject?.function, 'heron_fork');
  });

  it('old ARM backtraces need no blank behind the address', () => {
    const text = `INFO: task herond:23 blocked for more than 120 seconds.
herond          D c04d0648     0    23      2 0x00000000
[<c04d0c00>](schedule_preempt_disabled+0x24/0x34) from [<c04cf670>](__mutex_lock_slowpath+0xc8/0x184)
[<c04cf670>](__mutex_lock_slowpath+0xc8/0x184) from [<bf5566a0>](heron_drop+0x50/0xfc [heron])
`;
    assert.deepEqual(waits(text), ['herond/23 a mutex in heron_drop ']);
  });

  it('rt mutexes are recognised in PREEMPT_RT kernels before 5.15', () => {
    const text = `INFO: task herond:26 blocked for more than 120 seconds.
herond          D    0    26      2 0x00000000
[<80808278>] (__schedule) from [<80808680>] (schedule+0x64/0x108)
[<80808680>] (schedule) from [<80809f68>] (__rt_mutex_slowlock+0x118/0x158)
[<80809f68>] (__rt_mutex_slowlock) from [<8080a21c>] (rt_mutex_slowlock_locked+0xf0/0x2c4)
[<8080a21c>] (rt_mutex_slowlock_locked) from [<8080a478>] (rt_mutex_slowlock.constprop.2+0x88/0xd8)
[<8080a478>] (rt_mutex_slowlock) from [<8080a5a8>] (__rt_mutex_lock_state+0x38/0x3c)
[<8080b8e4>] (_mutex_lock) from [<8011d8b4>] (heron_drop+0x40/0x4c)
`;
    assert.deepEqual(waits(text), ['herond/26 an rt_mutex in heron_drop ']);
  });

  it('warnings may contain the condition and the module, as from 6.18 on', () => {
    const text = `------------[ cut here ]------------
WARNING: [nest->depth] drivers/net/heron.c:88 at heron_drop+0x12/0x80 [heron], CPU#1: herond/26
------------[ cut here ]------------
WARNING: at heron_clear+0x12/0x80, CPU#1: herond/27
------------[ cut here ]------------
DEBUG_LOCKS_WARN_ON(lock->magic != lock)
WARNING: kernel/locking/mutex.c:580 at __mutex_lock+0x2a/0x920, CPU#3: herond/28
Modules linked in: heron
CPU: 3 UID: 0 PID: 28 Comm: herond Not tainted 7.2.0 #1 PREEMPT(full) 
RIP: 0010:__mutex_lock+0x2a/0x920
Call Trace:
 <TASK>
 heron_leave+0x2a/0x920
`;
    assert.deepEqual(
      read(text).events.map(({ kind, event, subject }) => `${kind} ${event.task?.pid} ${subject?.function}`),
      ['warn 26 heron_drop', 'warn 27 heron_clear', 'uninitialized 28 heron_leave'],
    );
  });

  it('a new thread that was never woken hangs at its entry', () => {
    const text = `INFO: task heron-sq:6854 blocked for more than 143 seconds.
task:heron-sq        state:D stack:31200 pid: 6854 ppid:     2 flags:0x00004000
Call Trace:
 __schedule+0xea9/0x2230
 schedule+0xd0/0x2a0
 schedule_preempt_disabled+0xf/0x20
 kthread+0x2ac/0x4a0
 ret_from_fork+0x1f/0x30
`;
    assert.equal(read(text).events[0]?.subject?.function, 'kthread');
  });

  it('places may be cut off by a pager at the edge of the terminal', () => {
    const text = `WARNING: SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected
herond/26 [HC0[0]:SC0[2]:HE1:SE0] is trying to acquire:
00000000a2fc0330 (&nest->lock){++++}-{2:2}, at: heron_move+0x84/0x1d0 [>
and this task is already holding:
00000000e4df6f28 (&nest->send){+.-.}-{2:2}, at: heron_send_nonempty+0xaa>
but this new dependency connects a SOFTIRQ-irq-safe lock:
 (&nest->send){+.-.}-{2:2}

.. which became SOFTIRQ-irq-safe at:
  lock_acquire+0x1e4/0x530
  _raw_spin_lock+0xd5/0x120
  heron_tick+0x11b/0x460
`;
    assert.deepEqual(locks(parse(text)), [
      'acquiring &nest->lock heron_move',
      'held &nest->send heron_send_nonempty',
      'chain &nest->send lock_acquire _raw_spin_lock heron_tick',
    ]);
  });

  it('the place that disabled preemption is not part of the backtrace', () => {
    const head = 'BUG: scheduling while atomic: herond/26/0x00000002\nModules linked in:\n';
    const inlined = `${head}Preemption disabled at:
[<ffffffff8a922753>] spin_lock include/linux/spinlock.h:394 [inline]
[<ffffffff8a922753>] heron_zap fs/heron/zap.c:41 [inline]
[<ffffffff8a922753>] heron_unmap+0x123/0x8de fs/heron/zap.c:529
`;
    const [event] = read(inlined).events;
    assert.deepEqual(event?.event.facts, ['preemption disabled at: heron_unmap']);
    assert.equal(event.subject, undefined);
    const bare = `${head}[<ffff80000810b0ec>] heron_unmap+0x3c/0x160
CPU: 6 PID: 26 Comm: herond Not tainted 5.18.0-rt11+ #1
Call trace:
 dump_stack+0x14/0x2c
 __schedule_bug+0xa8/0xc0
 __schedule+0x58/0x520
 heron_sleep+0x6c/0xb4
`;
    assert.equal(read(bare).events[0]?.subject?.function, 'heron_sleep');
  });

  it('records of /dev/kmsg may have line ends written as numbers', () => {
    const text = `4,300,93537440,-,caller=T41;WARNING: possible circular locking dependency detected
4,301,93537441,-,caller=T41;herond/42 is trying to acquire lock:
4,302,93537442,-,caller=T41;ffffffffc0002100 (&nest->a){+.+.}-{3:3}, at: heron_drop+0x2b/0x90 [heron]
4,303,93537443,-,caller=T41;\\x0abut task is already holding lock:
4,304,93537444,-,caller=T41;ffffffffc0002200 (&nest->b){+.+.}-{3:3}, at: heron_drop+0x1f/0x90 [heron]
4,305,93537445,-,caller=T41;\\x0awhich lock already depends on the new lock.\\x0a
4,306,93537446,-,caller=T41;\\x0athe existing dependency chain (in reverse order) is:
4,307,93537447,-,caller=T41;\\x0a-> #1 (&nest->b){+.+.}-{3:3}:
4,308,93537448,-,caller=T41;       heron_clear+0x1f/0x90 [heron]
`;
    assert.deepEqual(locks(parse(text)), [
      'acquiring &nest->a heron_drop',
      'held &nest->b heron_drop',
      'chain &nest->b heron_clear',
    ]);
  });

  it('tasks that wait on a condition variable of ZFS are reported', () => {
    const text = `INFO: task txg_sync:3529 blocked for more than 120 seconds.
txg_sync      D 0000000000000000     0  3529      2 0x00000080
Call Trace:
[<ffffffff8106480b>] ? autoremove_wake_function+0x0/0x34
[<ffffffffa02ffe9c>] cv_wait_common+0x85/0xa9 [spl]
[<ffffffffa02ffede>] __cv_wait+0xe/0x10 [spl]
[<ffffffffa04bb65d>] heron_wait_exit+0x4a/0x78 [heron]
`;
    assert.equal(read(text).events[0]?.subject?.function, 'heron_wait_exit');
  });
});
