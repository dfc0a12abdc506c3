import assert from 'node:assert/strict';
import { joinEvidence } from '../../../analysis/evidence/join/join.js';
import { createModels } from '../../../analysis/models/index.js';
import { parse } from './samples.js';

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

describe('who waits for whom', () => {
  const waits = (text: string): string[] => {
    const { waits: found, cycles } = joinEvidence([parse(text)], createModels());
    return [
      ...found.map((wait) => `${wait.task} ${wait.for} ${wait.heldBy}`),
      ...cycles.map((cycle) => `circle of ${cycle.length}`),
    ];
  };

  it('is told by lists of held locks', () => {
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

  it('is told by the addresses of a report, once the validator is silent', () => {
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

  it('is not known where nothing tells', () => {
    assert.deepEqual(waits(task('left', 1, 'left_run+0x20/0x40')), ['left/1 a mutex in left_run ']);
  });
});
