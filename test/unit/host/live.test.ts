import assert from 'node:assert/strict';
import { join } from 'node:path';
import { joinEvidence } from '../../../analysis/evidence/join/join.js';
import { createModels } from '../../../analysis/models/index.js';
import { readLive } from '../../../host/node/live.js';
import { within } from './temporary.js';

const stack = (...frames: string[]): string =>
  [...frames.map((frame) => `[<0>] ${frame}+0x10/0x90`), '[<0>] ret_from_fork+0x22/0x30', ''].join('\n');

describe('a running kernel', () => {
  it('shows which tasks wait, in which function and for what', async () => {
    await within(
      {
        'proc/45/task/45/stat': '45 (pond (sync)) D 2 0 0 0 -1\n',
        'proc/45/task/45/wchan': '__mutex_lock',
        'proc/45/task/45/stack': stack('__mutex_lock.constprop.0', 'pond_open'),
        'proc/46/task/47/stat': '47 (reed) D 2 0 0 0 -1\n',
        'proc/46/task/47/wchan': 'wait_for_completion',
        'proc/46/task/47/stack': stack('__wait_rcu_gp', 'synchronize_rcu', 'reed_exit'),
        'proc/48/task/48/stat': '48 (D D) S 2 0 0 0 -1\n',
        'proc/48/task/48/stack': stack('do_wait', 'reed_idle'),
        'proc/interrupts':
          '           CPU0       CPU1\n 16:          3        125   IO-APIC  16-fasteoi   a, b\n',
        kmsg: '4,1,100,-;BUG: scheduling while atomic: reed/47/0x00000002\n',
      },
      ({ path }) => {
        const { sources, problems, tasks } = readLive({ proc: join(path, 'proc'), log: join(path, 'kmsg') });
        assert.deepEqual(problems, []);
        assert.deepEqual(tasks, { all: 3, waiting: 2 });
        const { waits, events, validator } = joinEvidence(sources, createModels());
        assert.equal(validator.verdict, 'off');
        assert.match(
          validator.reasons[0] ?? '',
          /lockdep does not exist: this kernel was built without lockdep$/,
        );
        assert.deepEqual(
          waits.map((wait) => `${wait.task} ${wait.for} ${wait.heldBy}`),
          ['pond_(sync)/45 a mutex in pond_open ', 'reed/47 an RCU grace period in reed_exit '],
        );
        assert.deepEqual(
          events.map(({ kind }) => kind),
          ['sleep'],
        );
        assert.equal(sources.flatMap(({ interrupts }) => interrupts).length, 1);
        return Promise.resolve();
      },
    );
  });

  it('reports what it cannot read, and never fails', async () => {
    await within({ 'proc/x': '' }, ({ path }) => {
      const { sources, problems } = readLive({ proc: join(path, 'proc'), log: join(path, 'none') });
      assert.deepEqual(sources, []);
      assert.match(problems.join(), /none cannot be read/);
      return Promise.resolve();
    });
  });
});
