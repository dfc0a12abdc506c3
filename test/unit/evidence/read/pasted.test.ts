import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import { verdictOf } from '../../../../analysis/evidence/tell/verdict.js';
import { createModels } from '../../../../analysis/models/index.js';
import { locks, parse } from '../samples.js';

const told = (text: string): string => verdictOf(joinEvidence([parse(text)], createModels())).join('\n');
const CIRCLE = [
  'acquiring &pond->lock pond_drain',
  'held reed_mutex reed_open',
  'chain reed_mutex __mutex_lock reed_grow',
];

describe('logs as people paste them', () => {
  it('dmesg puts the second line of a message below blanks', () => {
    const text = `[ 1028.365890] ======================================================
[ 1028.366165] WARNING: possible circular locking dependency detected
[ 1028.366348] 5.10.0 #8 Not tainted
[ 1028.366620] ------------------------------------------------------
[ 1028.366838] pondd/79 is trying to acquire lock:
[ 1028.367052] ffff8b1654603e08 (&pond->lock){+.+.}-{3:3}, at: pond_drain+0x12a/0x140 [pond]
[ 1028.367385]
               but task is already holding lock:
[ 1028.367676] ffffffffba151dc0 (reed_mutex){+.+.}-{3:3}, at: reed_open+0x5/0x30
[ 1028.368052]
               which lock already depends on the new lock.

[ 1028.368440]
               the existing dependency chain (in reverse order) is:
[ 1028.368711]
               -> #1 (reed_mutex){+.+.}-{3:3}:
[ 1028.368992]        __mutex_lock+0xbd/0x370
[ 1028.369162]        reed_grow+0x25/0x30
`;
    assert.deepEqual(locks(parse(text)), CIRCLE);
    assert.deepEqual(locks(parse(text.replace(/(\] |\])$/gm, '] '))), CIRCLE);
    assert.deepEqual(
      locks(parse(text.replace(/^(\[[ \d.]+\])/gm, '$1[  T79]').replace(/^ {15}(?=\S)/gm, ' '.repeat(22)))),
      CIRCLE,
    );
  });

  it('the journal puts the second line of a message below the message', () => {
    const host = 'Jun 11 11:02:51 quay kernel: ';
    const text = `${host}WARNING: possible circular locking dependency detected
${host}pondd/79 is trying to acquire lock:
${host}0000000035ba3d0e (&pond->lock){++++}, at: pond_drain+0x104/0x1e0
${host.trimEnd()} 
${' '.repeat(host.length)}but task is already holding lock:
${host}00000000f2631b6f (reed_mutex){++++}, at: reed_open+0x60/0x1e0
${host.trimEnd()}
${' '.repeat(host.length)}the existing dependency chain (in reverse order) is:
${host.trimEnd()}
${' '.repeat(host.length)}-> #1 (reed_mutex){++++}:
${host}       __mutex_lock+0x60/0x1e0
${host}       reed_grow+0x60/0x1e0
`;
    assert.deepEqual(locks(parse(text)), CIRCLE);
  });

  it('syslog daemons write line ends as octal numbers', () => {
    const host = '2016-03-26T20:52:22.526357+00:00 quay kernel: ';
    const text = `${host}WARNING: possible circular locking dependency detected
${host}pondd/79 is trying to acquire lock:
${host}(&pond->lock){+.+.+.}, at: [<ffffffffa04b609d>] pond_drain+0x6d/0x320 [pond]
${host}#012but task is already holding lock:
${host}(reed_mutex){+.+.+.}, at: [<ffffffff8126ca7d>] reed_open+0x1d/0x20
${host}#012the existing dependency chain (in reverse order) is:
${host}#012-> #1 (reed_mutex){+.+.+.}:#012#011[<ffffffff8126ca7d>] __mutex_lock+0x1d/0x20
${host}#011[<ffffffff8126ca7d>] reed_grow+0x1d/0x20
`;
    assert.deepEqual(locks(parse(text)), CIRCLE);
  });

  for (const indent of ['\t', '    ', '> ', '>  ', ' '])
    it(`a report indented by ${JSON.stringify(indent)} is read like any other`, () => {
      const text = `======================================================
WARNING: possible circular locking dependency detected
------------------------------------------------------
pondd/79 is trying to acquire lock:
ffff8b1654603e08 (&pond->lock){+.+.}-{3:3}, at: pond_drain+0x12a/0x140 [pond]

but task is already holding lock:
ffffffffba151dc0 (reed_mutex){+.+.}-{3:3}, at: reed_open+0x5/0x30

the existing dependency chain (in reverse order) is:

-> #1 (reed_mutex){+.+.}-{3:3}:
       __mutex_lock+0xbd/0x370
       reed_grow+0x25/0x30
`;
      const evidence = parse(text.replace(/^/gm, indent));
      assert.deepEqual(locks(evidence), CIRCLE);
      assert.deepEqual(evidence.events[0]?.task, { name: 'pondd', pid: 79 });
    });

  it('a mail program wraps the place of a lock', () => {
    const text = `WARNING: possible circular locking dependency detected
pondd/79 is trying to acquire lock:
ff1db4cb40178698 (&pond->lock){+.+.}-{3:3},
  at: pond_drain+0x3b/0xa0

but task is already holding lock:
ffffffffa0c1cdf0 (reed_mutex){++++}-{3:3},
at: reed_open+0x58e/0x880

-> #1 (reed_mutex){++++}-{3:3}:
       __mutex_lock+0xd6/0x320
       reed_grow+0x42/0x180
`;
    assert.deepEqual(locks(parse(text)), CIRCLE);
  });

  it('carriage returns are removed in the notation of a viewer', () => {
    const text = `WARNING: possible circular locking dependency detected^M
pondd/79 is trying to acquire lock:^M
ffff9faa6be2c238 (&pond->lock){+.+.}-{3:3}, at: pond_drain+0x4f/0x110^M
but task is already holding lock:^M
ffff9fa975d37128 (reed_mutex){+.+.}-{3:3}, at: reed_open+0xf2/0x320^M
-> #1 (reed_mutex){+.+.}-{3:3}:^M
       __mutex_lock+0x92/0x8c0^M
       reed_grow+0x2a/0x110^M
`;
    assert.deepEqual(locks(parse(text)), CIRCLE);
  });

  it("an editor's line numbers are removed from records of /dev/kmsg", () => {
    const lines = [
      '0,5027,12935280555,-;watchdog: BUG: soft lockup - CPU#8 stuck for 48s! [pondd:118]',
      '4,5030,12935282555,-;RIP: 0010:queued_read_lock_slowpath+0x55/0x150',
      '4,5031,12935283155,-;Call Trace:',
      '4,5035,12935285555,-; <TASK>',
      '4,5036,12935286155,-; _raw_read_lock+0x2f/0x40',
      '4,5037,12935286755,-; pond_check+0xba/0x3a0 [pond]',
    ];
    const text = lines.map((line, at) => `73${66 + at}   │ ${line}\n`).join('');
    assert.match(
      told(text),
      /CPU 8 \(pondd\/118\) made no progress for 48 s in pond_check\(\): it spins for a lock\./,
    );
  });

  it('a prefix may have two timestamps in one bracket, or the date of a terminal program', () => {
    const lines = [
      'INFO: task pondd:64 blocked for more than 120 seconds.',
      'pondd           D c0b3d38c     0    64      2 0x00000000',
      '[<c0b3d38c>] (__schedule+0x3e0/0x5ec) from [<c0b3bbc8>] (schedule_timeout+0x28/0x330)',
      '[<c0b3bbc8>] (schedule_timeout+0x28/0x330) from [<c0b3dc28>] (wait_for_common+0x134/0x17c)',
      '[<c0b3dc28>] (wait_for_common+0x134/0x17c) from [<c0183e10>] (pond_drain+0xc/0x54 [pond])',
    ];
    for (const stamp of ['<6>[   79.822894 / 05-03 18:11:50.340] ', '[2021/07/05, 13:43:52.334] '])
      assert.match(
        told(lines.map((line) => `${stamp}${line}\n`).join('')),
        /waits for a completion in pond_drain/,
      );
  });
});

describe('backtraces without an unwinder', () => {
  const hung = (...frames: string[]): string =>
    `INFO: task pondd:27090 blocked for more than 120 seconds.
"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
pondd           D ffff88007a2dd140     0 27090   3047 0x00000000
Call Trace:
${frames.map((frame) => ` [<ffffffff8135067c>] ? ${frame}+0x12/0x164\n`).join('')}`;

  it('show the wait for a mutex', () => {
    const text = hung(
      '__mutex_lock_common.isra.5',
      '_atomic_dec_and_lock',
      'mutex_lock',
      'pond_open',
      'vfs_open',
    );
    assert.match(told(text), /pondd\/27090 waits for a mutex in pond_open/);
  });

  it('show the wait for a page', () => {
    const text = hung(
      'blk_finish_plug',
      'io_schedule',
      'sleep_on_page',
      '__lock_page_killable',
      'pond_read',
      'vfs_read',
    );
    assert.match(told(text), /waits for a locked page in pond_read/);
  });

  it('show the wait for an rwsem in old kernels, where some entries are certain', () => {
    const text = hung('vsnprintf').concat(` [<ffffffff8179ffd4>] schedule+0x24/0x70
 [<ffffffff817a0a05>] rwsem_down_failed_common+0xc5/0x150
 [<ffffffff817a0ac5>] rwsem_down_read_failed+0x15/0x17
 [<ffffffff81386a24>] call_rwsem_down_read_failed+0x14/0x30
 [<ffffffff8179ef02>] ? down_read+0x12/0x20
 [<ffffffffa0d20593>] pond_lookup+0xb3/0x540 [pond]
`);
    assert.match(told(text), /waits for an rwsem in pond_lookup/);
  });

  it('show the function that sleeps in atomic context', () => {
    const text = `BUG: scheduling while atomic: pondd/20569/0x10000002
Pid: 20569, comm: pondd Tainted: P            2.6.38 #4
Call Trace:
 [<ffffffff81033f9c>] ? __schedule_bug+0x5c/0x60
 [<ffffffff815a6a98>] ? schedule+0x658/0x910
 [<ffffffff812540b5>] ? cpumask_next_and+0x35/0x50
 [<ffffffff815a73d5>] ? schedule_timeout+0x1c5/0x230
 [<ffffffffa04c5f1f>] ? pond_test+0x3f/0x200 [pond]
`;
    assert.match(told(text), /pondd\/20569 sleeps in pond_test\(\) with preemption disabled/);
  });

  it('stack contents of a running task are not a backtrace', () => {
    const text = `INFO: rcu_sched detected stalls on CPUs/tasks:
	0: (1 GPs behind) idle=d3d/140000000000000/0 softirq=15777/15778 fqs=6967
	(detected by 1, t=21002 jiffies, g=7900, c=7899, q=271)
Task dump for CPU 0:
pondd           R  running task        8  2861   2527 0x10000008
Call Trace:
 [<ffffffff81384c1e>] ? pond_stop+0x5e/0x110
 [<ffffffff81554baa>] ? pond_move+0x11a/0x310
 [<ffffffff8124e75e>] ? pond_sync+0xe/0x20
`;
    assert.doesNotMatch(told(text), /pond_/);
  });
});
