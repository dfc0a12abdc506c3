import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import { verdictOf } from '../../../../analysis/evidence/tell/verdict.js';
import { createModels } from '../../../../analysis/models/index.js';
import { parse } from '../samples.js';

const task = (name: string, pid: number, at: string): string =>
  `INFO: task ${name}:${pid} blocked for more than 5 seconds.
task:${name.padEnd(15)} state:D stack:0     pid:${pid}    ppid:2      flags:0x00004000
Call Trace:
 <TASK>
 __schedule+0x373/0xab0
 schedule+0x44/0xa0
 __mutex_lock+0x4b2/0xc40
 ${at} [toy]
 kthread+0xdf/0x110
 </TASK>
`;

describe('the wait graph', () => {
  const waits = (text: string): string[] => {
    const { waits: found, cycles } = joinEvidence([parse(text)], createModels());
    return [
      ...found.map((wait) => `${wait.task} ${wait.for} ${wait.heldBy}`),
      ...cycles.map((cycle) => `circle of ${cycle.length}`),
    ];
  };

  it('is built from lists of held locks', () => {
    const lists = `Showing all locks held in the system:
2 locks held by left/1:
 #0: ffff888000000001 (a_lock){+.+.}-{3:3}, at: left_run+0x10/0x40 [toy]
 #1: ffff888000000002 (b_lock){+.+.}-{3:3}, at: left_run+0x20/0x40 [toy]
2 locks held by right/2:
 #0: ffff888000000002 (b_lock){+.+.}-{3:3}, at: right_run+0x10/0x40 [toy]
 #1: ffff888000000001 (a_lock){+.+.}-{3:3}, at: right_run+0x20/0x40 [toy]
`;
    const text = task('left', 1, 'left_run+0x20/0x40') + task('right', 2, 'right_run+0x20/0x40') + lists;
    assert.deepEqual(waits(text), ['left/1 b_lock right/2', 'right/2 a_lock left/1', 'circle of 2']);
  });

  it('is built step by step: a wait that has ended in a later list closes no circle', () => {
    const list = (first: string, second: string): string => `
Showing all locks held in the system:
1 lock held by ${first}:
 #0: ffff888000000001 (a_lock){+.+.}-{3:3}, at: ${first.split('/')[0]}_run+0x20/0x40 [toy]
2 locks held by ${second}:
 #0: ffff888000000001 (a_lock){+.+.}-{3:3}, at: helper+0x10/0x40 [toy]
 #1: ffff888000000002 (b_lock){+.+.}-{3:3}, at: helper+0x20/0x40 [toy]

=============================================
`;
    const text =
      task('left', 1, 'left_run+0x20/0x40') +
      list('left/1', 'right/2') +
      task('right', 2, 'right_run+0x20/0x40') +
      list('right/2', 'left/1');
    assert.deepEqual(waits(text), ['right/2 a_lock left/1']);
    // Hung tasks are reported ten times only: one whose list ends as before still waits.
    const again =
      task('left', 1, 'left_run+0x20/0x40') + list('left/1', 'right/2') + list('left/1', 'right/2');
    assert.deepEqual(waits(again), ['left/1 a_lock right/2']);
  });

  it('names the waiting function even if the stack has its address twice', () => {
    const text = task('left', 1, 'left_run+0x20/0x40 [toy]\n outer+0x1/0x2').replace(
      ' left_run',
      ' ? left_run+0x20/0x40 [toy]\n left_run',
    );
    const [event] = joinEvidence([parse(text)], createModels()).events;
    assert.equal(event?.subject?.function, 'left_run');
  });

  it('says what a holder that does not wait is doing', () => {
    const lists = `
Showing all locks held in the system:
1 lock held by left/1:
 #0: ffff888000000001 (a_lock){+.+.}-{3:3}, at: left_run+0x20/0x40 [toy]
1 lock held by busy/7:
 #0: ffff888000000001 (a_lock){+.+.}-{3:3}, at: busy_open+0x10/0x40 [toy]

=============================================
`;
    const running = `Sending NMI from CPU 1 to CPUs 0:
NMI backtrace for cpu 0
CPU: 0 PID: 7 Comm: busy Not tainted 6.1.0 #1
RIP: 0010:busy_loop+0x1/0x2
Call Trace:
 <TASK>
 busy_open+0x30/0x40 [toy]
 </TASK>
`;
    const said = (text: string): string | undefined =>
      verdictOf(joinEvidence([parse(text)], createModels()))[0];
    const hung = task('left', 1, 'left_run+0x20/0x40');
    assert.equal(
      said(hung + lists + running),
      'left/1 waits for a_lock in left_run (for more than 5 s), held by busy/7, which is running in busy_loop.',
    );
    assert.equal(
      said(
        hung +
          lists.replace(
            '#0: ffff888000000001 (a_lock){+.+.}-{3:3}, at: busy',
            '#0: ffff888000000001 (a_lock){+.+.}-{3:3}, at: a\n #1: ffff888000000003 (c){+.+.}-{3:3}, at: busy',
          ),
      ),
      'left/1 waits for a_lock in left_run (for more than 5 s), held by busy/7; nothing here shows what busy/7 is doing.',
    );
  });

  it('says where a holder sleeps that waits for nothing known', () => {
    const held = `1 lock held by keeper/7:
 #0: ffff888000000001 (a_lock){+.+.}-{3:3}, at: keeper_open+0x10/0x40 [toy]
`;
    const text = `${task('left', 1, 'left_run+0x20/0x40')}${task('keeper', 7, 'log_grant_wait+0x8/0x40').replace(/ __mutex_lock.*\n/, '')}
Showing all locks held in the system:
1 lock held by left/1:
 #0: ffff888000000001 (a_lock){+.+.}-{3:3}, at: left_run+0x20/0x40 [toy]
${held}
=============================================
`;
    assert.match(
      verdictOf(joinEvidence([parse(text)], createModels()))[0] ?? '',
      /held by keeper\/7, which sleeps in log_grant_wait\.$/,
    );
  });

  it('uses the addresses of a report after lockdep has turned itself off', () => {
    const report = `WARNING: possible circular locking dependency detected
right/2 is trying to acquire lock:
ffff888000000001 (a_lock){+.+.}-{3:3}, at: right_run+0x20/0x40 [toy]

but task is already holding lock:
ffff888000000002 (b_lock){+.+.}-{3:3}, at: right_run+0x10/0x40 [toy]

the existing dependency chain (in reverse order) is:

-> #1 (b_lock){+.+.}-{3:3}:
       __mutex_lock+0xa5/0xc40
       left_run+0x20/0x40 [toy]

-> #0 (a_lock){+.+.}-{3:3}:
       __lock_acquire+0x1721/0x27b0
       __mutex_lock+0xa5/0xc40
       right_run+0x20/0x40 [toy]

stack backtrace:
Call Trace:
 <TASK>
 right_run+0x20/0x40 [toy]
 </TASK>
`;
    const text = report + task('left', 1, 'left_run+0x20/0x40') + task('right', 2, 'right_run+0x20/0x40');
    assert.deepEqual(waits(text), ['left/1 b_lock right/2', 'right/2 a_lock left/1', 'circle of 2']);
  });

  it('is identified by the list if the frames of the lock function are missing', () => {
    const bare = (name: string, pid: number, at: string): string =>
      task(name, pid, at).replace(' __mutex_lock+0x4b2/0xc40\n', ' schedule_preempt_disabled+0x15/0x30\n');
    const lists = `
Showing all locks held in the system:
2 locks held by left/1:
 #0: ffff888000000002 (b_lock){+.+.}-{3:3}, at: left_run+0x10/0x40 [toy]
 #1: ffff888000000001 (a_lock){+.+.}-{3:3}, at: left_run+0x20/0x40 [toy]
1 lock held by right/2:
 #0: ffff888000000001 (a_lock){+.+.}-{3:3}, at: right_run+0x10/0x40 [toy]

=============================================
`;
    const text = (at: string): string =>
      bare('left', 1, at) +
      task('right', 2, 'right_run+0x30/0x40').replace(
        '__mutex_lock+0x4b2/0xc40',
        '__synchronize_srcu+0x8a/0xa0',
      ) +
      lists;
    assert.deepEqual(waits(text('left_run+0x20/0x40')), [
      'left/1 a_lock right/2',
      'right/2 an SRCU grace period in right_run ',
    ]);
    // At another address it does something else, and has what it lists.
    assert.deepEqual(waits(text('left_run+0x28/0x40')), ['right/2 an SRCU grace period in right_run ']);
  });

  it('is unknown without evidence', () => {
    assert.deepEqual(waits(task('left', 1, 'left_run+0x20/0x40')), ['left/1 a mutex in left_run ']);
  });
});
