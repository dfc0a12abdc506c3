import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import type { SourceWorld } from '../../../../analysis/evidence/join/world.js';
import { verdictOf } from '../../../../analysis/evidence/tell/verdict.js';
import { createModels } from '../../../../analysis/models/index.js';
import { analyse } from '../../../support/analyse.js';
import { parse } from '../samples.js';

const GATE = 'ffff888004c2a0d8 (&s->gate_mutex){+.+.}-{4:4}, at:';

/** A task that holds the gate and waits in these frames, innermost first. */
const flusher = (
  ...frames: readonly string[]
): string => `INFO: task sluiced:812 blocked for more than 120 seconds.
task:sluiced         state:D stack:0     pid:812   tgid:812   ppid:1      flags:0x00004002
Call Trace:
 <TASK>
 __schedule+0x373/0xab0
 schedule+0x44/0xa0
 schedule_timeout+0x120/0x150
${frames.map((frame) => ` ${frame}\n`).join('')} sluice_close+0x2e/0x60 [sluice]
 __fput+0xe0/0x2b0
 </TASK>
`;
const CANCEL = flusher(
  '__wait_for_common+0x8f/0x1e0',
  '__flush_work+0x213/0x310',
  '__cancel_work_sync+0x10a/0x1b0',
);
const FLUSH_ALL = flusher('__wait_for_common+0x8f/0x1e0', '__flush_workqueue+0x172/0x560');

const worker = (
  pid: number,
  work: string,
): string => `INFO: task kworker/1:${pid}:${pid} blocked for more than 120 seconds.
task:kworker/1:${pid}     state:D stack:0     pid:${pid}    tgid:${pid}    ppid:2      flags:0x00004000
Workqueue: events ${work} [sluice]
Call Trace:
 <TASK>
 __schedule+0x373/0xab0
 schedule+0x44/0xa0
 __mutex_lock+0x4b2/0xc40
 ${work}+0x1b/0x40 [sluice]
 process_one_work+0x1a1/0x3d0
 worker_thread+0x28a/0x3b0
 </TASK>
`;

const held = (
  ...workers: readonly (readonly [number, string])[]
): string => `Showing all locks held in the system:
1 lock held by sluiced/812:
 #0: ${GATE} sluice_close+0x1f/0x60 [sluice]
${workers
  .map(
    ([pid, work]) => `2 locks held by kworker/1:${pid}/${pid}:
 #0: ffff888003c51148 ((wq_completion)events){+.+.}-{0:0}, at: process_one_work+0x18f/0x3d0
 #1: ${GATE} ${work}+0x1b/0x40 [sluice]
`,
  )
  .join('')}
=============================================
`;

const DRIVER = `
struct sluice {
	struct mutex gate_mutex;
	struct work_struct work;
	struct delayed_work level_work;
};

static void sluice_work(struct work_struct *work)
{
	struct sluice *s = container_of(work, struct sluice, work);

	mutex_lock(&s->gate_mutex);
	mutex_unlock(&s->gate_mutex);
}

static void level_work(struct work_struct *work)
{
	struct sluice *s = container_of(work, struct sluice, level_work.work);

	mutex_lock(&s->gate_mutex);
	mutex_unlock(&s->gate_mutex);
}

int sluice_open(struct sluice *s)
{
	mutex_init(&s->gate_mutex);
	INIT_WORK(&s->work, sluice_work);
	INIT_DELAYED_WORK(&s->level_work, level_work);
	return 0;
}

int sluice_close(struct sluice *s)
{
	mutex_lock(&s->gate_mutex);
	cancel_work_sync(&s->work);
	mutex_unlock(&s->gate_mutex);
	return 0;
}
`;

async function world(text: string): Promise<SourceWorld> {
  const { snapshot } = await analyse(new Map([['sluice.c', text]]));
  const { program, analysis } = snapshot;
  return { program, analysis, models: createModels(), linesOf: () => text.split('\n') };
}

function told(log: string, source?: SourceWorld): readonly string[] {
  const evidence = joinEvidence([parse(log)], createModels(), source);
  return [...evidence.cycles.map((cycle) => `circle of ${cycle.length}`), ...verdictOf(evidence)];
}

describe('a task that waits for a work item while the worker waits for its lock', () => {
  const one = CANCEL + worker(96, 'sluice_work') + held([96, 'sluice_work']);

  it('is a circle if the source says that the worker runs the awaited item', async () => {
    assert.deepEqual(told(one, await world(DRIVER)), [
      'circle of 2',
      'Deadlock (for more than 120 s): kworker/1:96/96 waits for sluice.gate_mutex in sluice_work (sluice.c:12), which sluiced/812 holds; ' +
        'sluiced/812 waits for cancel_work_sync(&s->work) in sluice_close (sluice.c:35), which kworker/1:96/96 runs.',
    ]);
    const declared = DRIVER.replace('INIT_WORK(&s->work, sluice_work);', '')
      .replace('int sluice_open', 'static DECLARE_WORK(refill, sluice_work);\n\nint sluice_open')
      .replace('cancel_work_sync(&s->work)', 'cancel_work_sync(&refill)');
    assert.equal(told(one, await world(declared))[0], 'circle of 2');
  });

  it('is a likely circle if only the log says so', () => {
    assert.deepEqual(told(one), [
      'kworker/1:96/96 waits for &s->gate_mutex in sluice_work (for more than 120 s), held by sluiced/812, ' +
        'which waits for a work item in sluice_close, most likely run by kworker/1:96/96: likely a circular wait.',
    ]);
    const queue = FLUSH_ALL + worker(96, 'sluice_work') + held([96, 'sluice_work']);
    assert.match(told(queue).join('\n'), /all work items of a workqueue in sluice_close/);
    assert.match(told(queue).join('\n'), /most likely run by kworker\/1:96\/96/);
    assert.doesNotMatch(told(one).join('\n') + told(queue).join('\n'), /Deadlock|circle of/);
  });

  it('stays two waits if the source says that the worker runs something else', async () => {
    const other = CANCEL + worker(96, 'level_work') + held([96, 'level_work']);
    assert.doesNotMatch(told(other, await world(DRIVER)).join('\n'), /circle|run by|runs/);
  });

  it('stays two waits if two workers wait for the lock, or none does', () => {
    const two =
      CANCEL +
      worker(96, 'sluice_work') +
      worker(97, 'level_work') +
      held([96, 'sluice_work'], [97, 'level_work']);
    assert.doesNotMatch(told(two).join('\n'), /circle|run by|runs/);
    const none =
      CANCEL + worker(96, 'sluice_work').replaceAll('__mutex_lock+0x4b2/0xc40', 'msleep+0x2d/0x40') + held();
    assert.doesNotMatch(told(none).join('\n'), /circle|run by|runs/);
  });

  describe('of a whole workqueue', () => {
    const inQueue = (queue: string): string =>
      FLUSH_ALL +
      worker(96, 'sluice_work').replace('Workqueue: events ', `Workqueue: ${queue} `) +
      held([96, 'sluice_work']);
    const made = (queue: string, declaration: string, call: string): string =>
      `${declaration}\n${DRIVER}`
        .replace('cancel_work_sync(&s->work)', `flush_workqueue(${queue})`)
        .replace(
          'INIT_WORK(&s->work, sluice_work);',
          `INIT_WORK(&s->work, sluice_work);\n\t${queue} = ${call};`,
        );
    const GLOBAL = made(
      'sluice_wq',
      'static struct workqueue_struct *sluice_wq;',
      'alloc_workqueue("sluiceq", 0, 0)',
    );
    const MEMBER = made('s->wq', '', 'alloc_ordered_workqueue("sluice-%d", 0, s->id)');

    it('is a circle if the worker belongs to the only queue with that variable', async () => {
      assert.equal(told(inQueue('sluiceq'), await world(GLOBAL))[0], 'circle of 2');
    });

    it('is a likely circle if every device has its queue', async () => {
      const said = told(inQueue('sluice-3'), await world(MEMBER)).join('\n');
      assert.match(said, /most likely run by kworker\/1:96\/96.*: likely a circular wait/);
    });

    it('is no circle if the worker belongs to another queue', async () => {
      for (const source of [GLOBAL, MEMBER])
        assert.doesNotMatch(
          told(inQueue('events'), await world(source)).join('\n'),
          /circle|circular|run by/,
        );
    });

    it('is a likely circle if the source computes the name of the queue', async () => {
      const unnamed = made('s->wq', '', 'alloc_workqueue("%s", 0, 0, s->name)');
      assert.match(told(inQueue('events'), await world(unnamed)).join('\n'), /most likely run by/);
    });
  });

  it('a work item that leaves a lock held does not stop the validator', () => {
    const leaked = `BUG: workqueue leaked atomic, lock or RCU: kworker/2:0[11]
     preempt=0x00000000 lock=0->1 RCU=0->0 workfn=toy_work [toy]
1 lock held by kworker/2:0/11:
 #0: ffff888000000001 (&toy->lock){+.+.}-{3:3}, at: toy_work+0x31/0xb5 [toy]
`;
    const later = `WARNING: lock held when returning to user space!
toy/12 is leaving the kernel with locks still held!
1 lock held by toy/12:
 #0: ffff888000000002 (&pool->lock){+.+.}-{3:3}, at: pool_store+0x16/0x4d [toy]
`;
    const { validator } = joinEvidence([parse(leaked + later)], createModels());
    assert.deepEqual([...validator.stoppedAt.values()], [5]);
  });
});
