import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import { renderEvidenceText } from '../../../../analysis/evidence/tell/render.js';
import { createModels } from '../../../../analysis/models/index.js';
import { parse } from '../samples.js';

const rendered = (text: string): string =>
  renderEvidenceText(joinEvidence([parse(text)], createModels()), {
    hasSource: false,
    finding: () => undefined,
  });

const hung = (
  pid: number,
  through: string,
): string => `INFO: task otter:${pid} blocked for more than 122 seconds.
      Not tainted 6.9.0 #1
task:otter           state:D stack:0     pid:${pid}   tgid:${pid}   ppid:1      flags:0x00004000
Call Trace:
 <TASK>
 __schedule+0x3a1/0x1830
 schedule+0x27/0xd0
 ${through}+0x4f6/0x9b0
 otter_dive+0x44/0x90
 otter_ioctl+0x2b6/0x3d0
 </TASK>
`;

describe('the text of evidence', () => {
  it('has one report for many tasks that hang at one place', () => {
    const text = rendered([901, 902, 903].map((pid) => hung(pid, '__mutex_lock')).join(''));
    assert.equal(text.match(/: hung-task: /g)?.length, 1);
    assert.match(text, /^ {2}the same in 2 other tasks: otter\/902, otter\/903\n {2}again at line 12, 23$/m);
  });

  it('repeats no task that hangs again', () => {
    const text = rendered(`${hung(901, '__mutex_lock')}${hung(901, '__mutex_lock')}`);
    assert.match(text, /^ {2}again at line 12$/m);
    assert.doesNotMatch(text, /the same in/);
  });

  it('asks for the lists of lockdep, but not of one that is off', () => {
    assert.match(rendered(hung(901, '__mutex_lock')), /Who holds the lock: .*echo d > \/proc\/sysrq-trigger/);
    const off = rendered(`${hung(901, '__mutex_lock')}INFO: lockdep is turned off.\n`);
    assert.match(off, /Who holds the lock: lockdep is off and lists no locks\. .*echo t > /);
    assert.doesNotMatch(off, /echo d > /);
  });

  it('says how to find what holds up a grace period', () => {
    assert.match(rendered(hung(901, 'synchronize_rcu')), /What holds up the grace period: .*echo l > /);
  });

  it('says where to look if no finding explains a circle', () => {
    const owned = (one: number, other: number): string =>
      `INFO: task otter:${one} is blocked on a mutex likely owned by task otter:${other}.\n`;
    const text = rendered(
      `${hung(901, '__mutex_lock')}${owned(901, 902)}${hung(902, '__mutex_lock').replace('otter_dive', 'otter_surface')}${owned(902, 901)}`,
    );
    assert.match(text, /^Deadlock/);
    assert.match(text, /Where to look: otter_dive, otter_surface: each waits there for a lock of the cycle/);
  });

  it('blames a stall only for waits near it', () => {
    const stall = `INFO: rcu_sched detected stalls on CPUs/tasks:
	1-....: (59999 ticks this GP) idle=4f24/1/0x4000000000000000 softirq=224/224 fqs=322
	(detected by 0, t=60002 jiffies, g=1241, q=911 ncpus=2)
NMI backtrace for cpu 1
CPU: 1 PID: 640 Comm: stoatd Not tainted 6.9.7 #1
RIP: 0010:stoat_walk+0x6e/0x140
Call Trace:
 stoat_poll+0xef/0x368
`;
    const between = (lines: number): string =>
      rendered(`${stall}${'usb 1-1: new device\n'.repeat(lines)}${hung(901, 'synchronize_rcu')}`);
    assert.match(between(100), /most likely held up by stoatd\/640, which is running in stoat_walk/);
    assert.doesNotMatch(between(3000), /held up/);
  });

  it('shows what the other CPUs ran when one spins for a lock', () => {
    const cpu = (number: number, task: string, functions: readonly string[]): string =>
      `NMI backtrace for cpu ${number}
CPU: ${number} PID: ${number === 3 ? 0 : 100 + number} Comm: ${task} Not tainted 6.9.7 #1
RIP: 0010:${functions[0] ?? ''}+0x6e/0x140
Call Trace:
 <TASK>
${functions
  .slice(1)
  .map((name) => ` ${name}+0xef/0x368\n`)
  .join('')} </TASK>
`;
    const all = `Watchdog detected hard LOCKUP on cpu 1
${cpu(1, 'stoatd', ['native_queued_spin_lock_slowpath', '_raw_spin_lock', 'stoat_take'])}Sending NMI from CPU 1 to CPUs 0,2-3:
${cpu(2, 'weaseld', ['weasel_scan', 'weasel_lookup', 'weasel_ioctl', 'vfs_ioctl'])}${cpu(3, 'swapper/3', ['default_idle'])}`;
    assert.match(
      rendered(all),
      /^What the other CPUs ran:\n {2}CPU 2 \(weaseld\/102\): weasel_scan < weasel_lookup < weasel_ioctl < 1 more\n\n/m,
    );
    // Without a lockup, running tasks are none of the matter.
    assert.doesNotMatch(rendered(all.replace(/^Watchdog.*\n/, '')), /other CPUs ran/);
  });
});
