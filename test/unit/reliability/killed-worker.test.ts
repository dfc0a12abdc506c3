import assert from 'node:assert/strict';
import threads, { type Worker } from 'node:worker_threads';
import { before, describe, it } from 'mocha';
import { runToEnd } from '../../../analysis/workspace/index.js';
import { Project } from '../../../host/node/project.js';
import { within } from '../host/temporary.js';

/** Enough to keep two threads busy for a while, with calls whose bodies are asked for later. */
function files(): Record<string, string> {
  const header =
    '#include <linux/mutex.h>\nstruct dev { struct mutex a; struct mutex b; int n; };\nvoid poke(struct dev *d);\n';
  const all: Record<string, string> = { 'include/dev.h': header };
  for (let file = 0; file < 12; file++) {
    const functions = Array.from({ length: 8 }, (_, fn) => {
      const [first, second] = file === 6 && fn === 4 ? ['b', 'a'] : ['a', 'b'];
      return `
static void begin_${file}_${fn}(struct dev *d)
{
	mutex_lock(&d->a);
}

static void begin_again_${file}_${fn}(struct dev *d)
{
	begin_${file}_${fn}(d);
}

void whole_${file}_${fn}(struct dev *d)
{
	begin_again_${file}_${fn}(d);
	d->n++;
	mutex_unlock(&d->a);
}

void work_${file}_${fn}(struct dev *d)
{
	mutex_lock(&d->${first});
	mutex_lock(&d->${second});
	mutex_unlock(&d->${second});
	mutex_unlock(&d->${first});
}
`;
    });
    all[`src/f${file}.c`] = `#include <dev.h>\n${functions.join('')}`;
  }
  return all;
}

/** Runs with every thread that is started noted, and tells of it. */
async function watched<T>(note: (worker: Worker) => void, run: () => Promise<T>): Promise<T> {
  const { Worker } = threads;
  class Noted extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      note(this);
    }
  }
  threads.Worker = Noted;
  try {
    return await run();
  } finally {
    threads.Worker = Worker;
  }
}

/** When threads are at work. */
type Moment = 'load' | 'supply' | 'fix';

/** What comes of a run; `at` is called at each moment, while the threads that there are go on. */
async function findings(root: string, jobs: number, at: (moment: Moment) => void): Promise<string> {
  const project = await Project.open({
    root,
    paths: [root],
    config: { fixes: 'all' },
    confidence: 'low',
    jobs,
    // So little would be compiled without threads.
    mayNotBlock: jobs > 1,
  });
  try {
    at('load');
    await project.load();
    const found = await project.analyse({ onRound: () => at('supply') });
    at('fix');
    const fixer = await project.fixer();
    const snapshot = runToEnd(fixer.fixAll(found, () => true));
    return JSON.stringify({
      findings: snapshot.findings,
      skipped: project.skipped,
      counts: snapshot.counts(),
    });
  } finally {
    await project.close();
  }
}

/** Ends the threads that there are some milliseconds after `moment` came: those that load, as soon as they work. */
async function withKilled(
  path: string,
  moment: Moment,
  afterMs: number,
): Promise<{ readonly found: string; readonly killed: number }> {
  const alive = new Set<Worker>();
  const ending: Promise<unknown>[] = [];
  let killed = 0;
  let started = 0;
  const kill = (worker: Worker): void => {
    if (!alive.delete(worker)) return;
    killed += 1;
    ending.push(worker.terminate());
  };
  let isOver = false;
  const note = (worker: Worker): void => {
    started += 1;
    alive.add(worker);
    worker.once('exit', () => alive.delete(worker));
    // The first two begin with their work: what they have begun with is not done yet.
    if (moment === 'load' && started <= 2)
      worker.once('online', () => setTimeout(() => kill(worker), afterMs));
  };
  const at = (now: Moment): void => {
    if (now !== moment || moment === 'load' || isOver) return;
    isOver = true;
    setTimeout(() => [...alive].forEach(kill), afterMs);
  };
  const found = await watched(note, () => findings(path, 2, at));
  await Promise.all(ending);
  return { found, killed };
}

describe('a worker that is killed', () => {
  it('while idle does not block the run', () =>
    within(files(), async ({ path }) => {
      const alive: Worker[] = [];
      await watched(
        (worker) => alive.push(worker),
        async () => {
          const project = await Project.open({
            root: path,
            paths: [path],
            config: {},
            confidence: 'low',
            jobs: 2,
            mayNotBlock: true,
          });
          await project.load();
          await Promise.all(alive.map((worker) => worker.terminate()));
          await project.close();
        },
      );
      assert.ok(alive.length > 0);
    }));

  let expected = '';
  before(() =>
    within(files(), async ({ path }) => {
      expected = await findings(path, 1, () => undefined);
      assert.match(expected, /lock-order-cycle/);
      assert.match(expected, /"verified":true/);
    }),
  );

  for (const moment of ['load', 'supply', 'fix'] as const) {
    it(`loses no results: ${moment}`, () =>
      within(files(), async ({ path }) => {
        let killed = 0;
        for (const afterMs of [0, 2, 20]) {
          const run = await withKilled(path, moment, afterMs);
          assert.equal(run.found, expected, `after ${afterMs} ms`);
          killed += run.killed;
        }
        assert.ok(killed > 0);
      }));
  }
});
