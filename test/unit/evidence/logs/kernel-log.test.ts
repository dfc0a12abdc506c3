import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import type { Evidence } from '../../../../analysis/evidence/join/joined.js';
import { verdictOf } from '../../../../analysis/evidence/tell/verdict.js';
import { createModels } from '../../../../analysis/models/index.js';
import { kinds, locks, parse } from '../samples.js';

const models = createModels();
const join = (text: string): Evidence => joinEvidence([parse(text)], models);
const waits = (text: string): string[] =>
  join(text).waits.map((wait) => `${wait.task} ${wait.for} ${wait.heldBy}`);
const verdict = (text: string): string => verdictOf(join(text)).join(' ');

const hung = (name: string, pid: number, ...frames: string[]): string =>
  [
    `INFO: task ${name}:${pid} blocked for more than 143 seconds.`,
    '      Not tainted 6.1.0 #1',
    `task:${name.padEnd(15)} state:D stack:27000 pid:${pid} ppid:1      flags:0x00004004`,
    'Call Trace:',
    ' <TASK>',
    ...['__schedule', 'schedule', ...frames].map((frame) => ` ${frame}+0x10/0x90`),
    ' </TASK>',
    '',
  ].join('\n');
const MUTEX = ['schedule_preempt_disabled', '__mutex_lock', 'mutex_lock_nested'];

describe('kernel logs of other kernels', () => {
  it('4.9 spreads one lock over several lines', () => {
    const read = parse(`[   25.1] ======================================================
[   25.1] [ INFO: possible circular locking dependency detected ]
[   25.1] 4.9.0 #1 Not tainted
[   25.1] -------------------------------------------------------
[   25.1] fuzz/3344 is trying to acquire lock:
[   25.1]  (
[   25.1] pond_mutex
[   25.1] ){+.+.+.}
[   25.1] , at: 
[   25.1] [<ffffffff83641127>] pond_lock+0x17/0x20
[   25.1] 
[   25.1] but task is already holding lock:
[   25.1]  (
[   25.1] &reed->lock
[   25.1] #2
[   25.1] ){+.+.+.}
[   25.1] , at: 
[   25.1] [<ffffffff83641327>] reed_open+0x33/0x90
[   25.1] 
[   25.1] which lock already depends on the new lock.
`);
    assert.deepEqual(locks(read), ['acquiring pond_mutex pond_lock', 'held &reed->lock#2 reed_open']);
  });

  it('a lock line of 4.14 has the address of the code, not of the lock', () => {
    const read = parse(`[   51.0] WARNING: possible recursive locking detected
[   51.0] fuzz/4310 is trying to acquire lock:
[   51.0]  (&(&pond->lock)->rlock){+...}, at: [<000000006b8c1a2e>] pond_push+0x52/0x110
[   51.0] but task is already holding lock:
[   51.0]  (&(&pond->lock)->rlock){+...}, at: [<00000000bc3d9e11>] pond_pop+0x31/0x80
[   51.0] 2 locks held by fuzz/4310:
[   51.0]  #0:  (sb_writers#3){.+.+}, at: [<000000001c8d9e22>] vfs_write+0x11/0x22
[   51.0]  #1:  (&(&pond->lock)->rlock){+...}, at: [<00000000bc3d9e11>] pond_pop+0x31/0x80
`);
    assert.deepEqual(locks(read), [
      'acquiring &(&pond->lock)->rlock pond_push',
      'held &(&pond->lock)->rlock pond_pop',
      'held sb_writers#3 vfs_write',
    ]);
  });

  it('an address below "Preemption disabled at:" starts no new stack', () => {
    for (const place of [
      'Preemption disabled at:\n[   12.3] [<ffffffff81700000>] pond_poll+0x33/0x90',
      'Preemption disabled at:[<ffffffff81700000>] pond_poll+0x33/0x90',
      'Preemption disabled at:\n[   12.3] [<0000000000000000>] 0x0',
      'Preemption disabled at:\n[   12.3] [<          (null)>]           (null)',
    ]) {
      const read = parse(`[   12.3] BUG: sleeping function called from invalid context at kernel/x.c:12
[   12.3] in_atomic(): 1, irqs_disabled(): 0, pid: 77, name: fuzz
[   12.3] ${place}
[   12.3] CPU: 0 PID: 77 Comm: fuzz Not tainted 4.4.0 #1
[   12.3] Call Trace:
[   12.3]  [<ffffffff81700100>] dump_stack+0x10/0x20
[   12.3]  [<ffffffff81700200>] ___might_sleep+0x10/0x20
[   12.3]  [<ffffffff81700300>] pond_read+0x44/0x90
`);
      assert.deepEqual([kinds(read), read.tasks.length], [['sleep'], 0], place);
      assert.equal(read.events[0]?.stack.at(-1)?.function, 'pond_read', place);
    }
  });

  it("the kernel's own statement of a lock's owner is read in every wording", () => {
    const owned = (line: string): string[] => waits(`${hung('a', 11, ...MUTEX, 'pond_open')}${line}\n`);
    const mutex = 'a/11 a mutex in pond_open b/12';
    assert.deepEqual(owned('INFO: task a:11 is blocked on a mutex likely owned by task b:12.'), [mutex]);
    assert.deepEqual(owned('INFO: task a:11 is blocked on a semaphore likely last held by task b:12'), [
      mutex,
    ]);
    assert.deepEqual(
      owned('INFO: task a:11 <reader> blocked on an rw-semaphore likely owned by task b:12 <writer>'),
      [mutex],
    );
    assert.deepEqual(owned('INFO: task a:11 is blocked on a mutex, but the owner is not found.'), [
      'a/11 a mutex in pond_open ',
    ]);
    const self = `${hung('a', 11, ...MUTEX, 'pond_open')}INFO: task a:11 <writer> blocked on an rw-semaphore likely owned by task a:11 <reader>\n`;
    assert.match(verdict(self), /^Self-deadlock \(for more than 143 s\): a\/11 waits for/);
    assert.equal(kinds(parse(self)).join(), 'hung-task');
  });

  it('other wordings of hung tasks are recognised', () => {
    for (const words of [
      'blocked for more than 122 seconds.',
      'blocked in I/O wait for more than 122 seconds.',
      "can't die for more than 143 seconds.",
    ]) {
      const read = parse(`INFO: task my task:11 ${words}\n`);
      assert.deepEqual(kinds(read), ['hung-task'], words);
    }
  });

  it('a task that waits for a lock it holds is a self-deadlock', () => {
    const text = `${hung('a', 11, ...MUTEX, 'pond_sync', 'pond_open')}
Showing all locks held in the system:
2 locks held by a/11:
 #0: ffff888000000011 (pond_mutex){+.+.}-{3:3}, at: pond_open+0x20/0x90
 #1: ffff888000000011 (pond_mutex){+.+.}-{3:3}, at: pond_sync+0x10/0x90
1 lock held by b/12:
 #0: ffff888000000011 (pond_mutex){+.+.}-{3:3}, at: pond_close+0x10/0x90
`;
    assert.deepEqual(waits(text), ['a/11 pond_mutex a/11', 'b/12 pond_mutex a/11']);
    assert.match(
      verdict(text),
      /^Self-deadlock \(for more than 143 s\): a\/11 waits for pond_mutex in pond_sync, which it holds itself\./,
    );
  });

  it('one of many waiters is no holder, and the root is the awaited object of the holder', () => {
    const waiters = Array.from({ length: 200 }, (_, at) => at + 1000);
    const text = `${waiters.map((pid) => hung('w', pid, ...MUTEX, 'pond_lock', 'pond_open')).join('')}${hung('h', 7, 'schedule_timeout', 'wait_for_completion', '__wait_rcu_gp', 'synchronize_rcu', 'pond_drain')}
Showing all locks held in the system:
${waiters.map((pid) => `1 lock held by w/${pid}:\n #0: ffff888000000011 (pond_mutex){+.+.}-{3:3}, at: pond_lock+0x10/0x90\n`).join('')}1 lock held by h/7:
 #0: ffff888000000011 (pond_mutex){+.+.}-{3:3}, at: pond_lock+0x10/0x90
`;
    const evidence = join(text);
    assert.deepEqual(new Set(evidence.waits.map(({ heldBy }) => heldBy)), new Set(['h/7', '']));
    assert.equal(evidence.cycles.length, 0);
    assert.equal(
      verdictOf(evidence)[0],
      '200 tasks wait for pond_mutex (for more than 143 s), held by h/7, which waits for an RCU grace period in pond_drain.',
    );
  });

  it('none of several possible holders is named', () => {
    const text = `${hung('a', 11, ...MUTEX, 'pond_open')}
Showing all locks held in the system:
1 lock held by a/11:
 #0: ffff888000000011 (pond_mutex){+.+.}-{3:3}, at: pond_open+0x10/0x90
1 lock held by b/12:
 #0: ffff888000000011 (pond_mutex){+.+.}-{3:3}, at: pond_close+0x10/0x90
1 lock held by c/13:
 #0: ffff888000000011 (pond_mutex){+.+.}-{3:3}, at: pond_close+0x10/0x90
`;
    assert.deepEqual(waits(text), ['a/11 pond_mutex ']);
    assert.match(verdict(text), /one of b\/12, c\/13 holds/);
  });

  it('two locks of one class without addresses are no self-deadlock', () => {
    const text = `${hung('a', 11, 'rwsem_down_write_failed', 'call_rwsem_down_write_failed', 'down_write', 'pond_rename')}
Showing all locks held in the system:
2 locks held by a/11:
 #0:  (&type->i_mutex_dir_key#3){+.+.}, at: [<ffffffff81000000>] pond_lookup+0x20/0x90
 #1:  (&type->i_mutex_dir_key#3){+.+.}, at: [<ffffffff81000000>] pond_rename+0x10/0x90
2 locks held by b/12:
 #0:  (&type->i_mutex_dir_key#3){+.+.}, at: [<ffffffff81000000>] pond_create+0x20/0x90
 #1:  (&reed->lock){+.+.}, at: [<ffffffff81000000>] reed_open+0x20/0x90
`;
    const [wait] = join(text).waits;
    assert.deepEqual([wait?.for, wait?.heldBy, wait?.isLikely], ['&type->i_mutex_dir_key#3', 'b/12', true]);
    assert.equal(join(text).cycles.length, 0);
  });

  it('a lock that lockdep lists only after the acquisition is not the awaited one', () => {
    for (const frames of [
      ['__lock_sock', 'lock_sock_nested'],
      ['schedule_timeout', '___down_common', '__down', 'down'],
      ['schedule_timeout', '___down_common', '__down', 'down', 'console_lock'],
    ]) {
      const text = `${hung('a', 11, ...frames, 'pond_send')}
Showing all locks held in the system:
1 lock held by a/11:
 #0: ffff888000000011 (pond_mutex){+.+.}-{3:3}, at: pond_send+0x20/0x90
`;
      const [wait] = join(text).waits;
      assert.notEqual(wait?.for, 'pond_mutex', frames.join(' '));
      assert.equal(wait?.heldBy, '');
    }
  });

  it('lines after other console output are read, and two on one line as well', () => {
    const text = `executing program 3:[  100.100000] INFO: task a:11 blocked for more than 143 seconds.
[  100.200000]       Not tainted 6.1.0 #1[  100.200001] usb 1-1: reset
** 12 printk messages dropped ** [  100.300000] BUG: scheduling while atomic: fuzz/12/0x00000002
somehost login: [  100.400000][ T12] BUG: workqueue leaked lock or atomic: kworker/0:1/0x00000000/12
[  100.500000] usb 1-1: reset[  100.500001] INFO: task b:12 blocked for more than 143 seconds.
`;
    assert.deepEqual(kinds(parse(text)), ['hung-task', 'sleep', 'held-at-exit', 'hung-task']);
  });

  it('PREEMPT_RT: waits inside sleeping spinlocks are recognised', () => {
    for (const frames of [
      ['schedule_rtlock', 'rtlock_slowlock_locked', 'rt_spin_lock', 'pond_poll'],
      ['rt_mutex_slowlock_block.constprop.0', 'rt_mutex_slowlock.constprop.0', 'mutex_lock', 'pond_poll'],
      ['rwbase_write_lock.constprop.0', 'down_write', 'pond_poll'],
    ]) {
      const [wait] = join(hung('a', 11, ...frames)).waits;
      assert.equal(wait?.isLock, true, frames.join(' '));
      assert.equal(wait.where?.function, 'pond_poll');
    }
  });

  it('waits for events are named in words', () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['schedule_timeout', 'wait_for_completion', 'rcu_barrier', 'pond_exit'], 'all pending RCU callbacks'],
      [['schedule_timeout', 'msleep', 'netdev_run_todo', 'pond_exit'], 'something'],
      [
        ['io_schedule', 'folio_wait_bit_common', 'folio_wait_writeback', 'pond_exit'],
        'the writeback of a page',
      ],
      [['schedule_timeout', '__wait_for_common', '__flush_work', 'flush_work', 'pond_exit'], 'a work item'],
      [['bit_wait_io', '__wait_on_bit', '__wait_on_buffer', 'pond_exit'], 'the I/O of a buffer'],
      [['synchronize_rcu_expedited', 'synchronize_net', 'pond_exit'], 'an RCU grace period'],
    ];
    for (const [frames, words] of cases) {
      const [wait] = join(hung('a', 11, ...frames)).waits;
      if (words === 'something') continue;
      assert.equal(wait?.for, `${words} in pond_exit`, frames.join(' '));
    }
  });

  it('stalls of CSD locks, sched_ext and powerpc are recognised', () => {
    const cases = [
      'smp: csd: Detected non-responsive CSD lock (#1) on CPU#0, waiting 5000000123 ns for CPU#02 pond_ipi+0x0/0x40(0x0).',
      'sched_ext: BPF scheduler "pond" disabled (runnable task stall)',
      'watchdog: CPU 3 detected hard LOCKUP on other CPUs 1,4',
      'watchdog: CPU 3 self-detected hard LOCKUP @ pond_spin+0x40/0x90',
      'rcu: INFO: rcu_tasks detected stalls on tasks:',
    ];
    for (const line of cases) assert.deepEqual(kinds(parse(`[   12.0] ${line}\n`)), ['lockup'], line);
  });

  it('a lockup names CPU, task and duration', () => {
    const text =
      'watchdog: BUG: soft lockup - CPU#3 stuck for 26s! [fuzz:1234]\nRIP: 0010:pond_spin+0x40/0x90\n';
    assert.match(verdict(text), /CPU 3 \(fuzz\/1234\) made no progress for 26 s in pond_spin\(\)/);
  });

  it('a backtrace through a lock in another report is no wait', () => {
    const text = `BUG: using smp_processor_id() in preemptible [00000000] code: fuzz/77
CPU: 0 PID: 77 Comm: fuzz Not tainted 6.1.0 #1
Call Trace:
 <TASK>
 _raw_spin_lock+0x2e/0x40
 pond_read+0x44/0x90
 </TASK>
something nobody knows: 12
CPU: 1 PID: 78 Comm: fuzz Not tainted 6.1.0 #1
Call Trace:
 <TASK>
 native_queued_spin_lock_slowpath+0x2e/0x40
 _raw_spin_lock+0x2e/0x40
 pond_read+0x44/0x90
 </TASK>
`;
    const { events, waits: found, cycles } = join(text);
    assert.deepEqual([events.length, found.length, cycles.length], [0, 0, 0]);
  });

  it('a CPU seen taking a lock waits for it only inside the wait loop', () => {
    const nmi = (...frames: string[]): string =>
      `NMI backtrace for cpu 0\nCPU: 0 PID: 77 Comm: fuzz Not tainted 6.1.0 #1\nRIP: 0010:${frames[0]}+0x1/0x20\nCall Trace:\n <TASK>\n${frames
        .slice(1)
        .map((frame) => ` ${frame}+0x10/0x90\n`)
        .join('')} </TASK>\n`;
    assert.deepEqual(waits(nmi('_raw_spin_lock', 'pond_read')), []);
    assert.deepEqual(waits(nmi('native_queued_spin_lock_slowpath', '_raw_spin_lock', 'pond_read')), [
      'fuzz/77 a spinlock in pond_read ',
    ]);
  });

  it('a validator that turns itself off counts as stopped', () => {
    const read = parse(`INFO: trying to register non-static key.
the code is fine but needs lockdep annotation, or maybe
you didn't initialize this object before use?
turning off the locking correctness validator.
CPU: 0 PID: 77 Comm: fuzz Not tainted 6.1.0 #1
Call Trace:
 dump_stack+0x1/0x2
 pond_read+0x44/0x90
`);
    assert.deepEqual(kinds(read), ['uninitialized']);
    assert.equal(read.validator[0]?.says, 'stopped');
  });

  it('a failed check of the validator is one report, even if a decoder repeats it', () => {
    const at = 'WARNING: CPU: 1 PID: 77 at kernel/locking/lockdep.c:232';
    const read = parse(`------------[ cut here ]------------
DEBUG_LOCKS_WARN_ON(1)
${at} hlock_class kernel/locking/lockdep.c:232 [inline]
${at} check_wait_context kernel/locking/lockdep.c:4727 [inline]
${at} __lock_acquire+0x573/0x1fd0 kernel/locking/lockdep.c:5005
Modules linked in:
CPU: 1 PID: 77 Comm: fuzz Not tainted 6.5.0 #1
RIP: 0010:__lock_acquire+0x573/0x1fd0 kernel/locking/lockdep.c:5005
Call Trace:
 <TASK>
 lock_acquire+0x1e3/0x530
 __mutex_lock+0x136/0xd70
 pond_read+0x44/0x90
 </TASK>
`);
    assert.deepEqual(kinds(read), ['validator']);
    assert.equal(joinEvidence([read], createModels()).events[0]?.subject?.function, 'pond_read');
  });

  it('a sleep report is about the caller of the allocator', () => {
    const read = parse(`BUG: sleeping function called from invalid context at include/linux/sched/mm.h:274
in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 77, name: fuzz
CPU: 1 PID: 77 Comm: fuzz Not tainted 6.5.0 #1
Call Trace:
 dump_stack_lvl+0x1/0x2
 __might_resched+0x1/0x2
 slab_pre_alloc_hook mm/slab.h:710 [inline]
 __kmem_cache_alloc_node+0x47/0x340
 kmalloc_trace+0x26/0x60
 pond_grow+0x12/0x30
`);
    assert.equal(joinEvidence([read], createModels()).events[0]?.subject?.function, 'pond_grow');
  });

  it('a wait for work that takes the held lock is described as such', () => {
    const { events } = joinEvidence(
      [
        parse(`WARNING: possible circular locking dependency detected
fuzz/77 is trying to acquire lock:
ffff888000000001 ((work_completion)(&pond->work)){+.+.}-{0:0}, at: __flush_work+0x1/0x2

but task is already holding lock:
ffff888000000002 (&pond->lock){+.+.}-{3:3}, at: pond_close+0x1/0x2

the existing dependency chain (in reverse order) is:

-> #1 (&pond->lock){+.+.}-{3:3}:
       __mutex_lock+0x1/0x2
       pond_work+0x1/0x2

-> #0 ((work_completion)(&pond->work)){+.+.}-{0:0}:
       __flush_work+0x1/0x2
       pond_close+0x9/0x20

stack backtrace:
`),
      ],
      createModels(),
    );
    assert.equal(
      events[0]?.cause,
      'fuzz/77 waits in pond_close() for the work item &pond->work while it holds &pond->lock, which that work takes in pond_work(): each waits for the other forever.',
    );
  });

  it('lists of locks are shown without other evidence', () => {
    const list = (name: string, pid: number): string =>
      `1 lock held by ${name}/${pid}:\n #0: ffff888000000011 (pond_mutex){+.+.}-{3:3}, at: pond_open+0x10/0x90\n`;
    const text = `Showing all locks held in the system:\n${list('a', 11)}${list('b', 12)}`;
    assert.match(verdict(text), /1 lock that tasks hold or wait for; pond_mutex is listed by 2 of them/);
    assert.ok(parse(text).inputs.has('kernel-log'));
  });

  it('incomplete lists are never printed as holding no lock', () => {
    const text = `BUG: sleeping function called from invalid context at kernel/x.c:12
in_atomic(): 1, irqs_disabled(): 0, pid: 77, name: fuzz
1 lock held by fuzz/77:
 #0: torn by another proc
Call Trace:
 pond_read+0x44/0x90
`;
    assert.doesNotMatch(verdict(text), /nothing/);
  });
});
