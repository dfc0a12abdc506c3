import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import threads, { type Worker } from 'node:worker_threads';
import { describe, it } from 'mocha';
import { Project } from '../../../host/node/project.js';
import { within } from '../host/temporary.js';

/** Enough to keep two threads busy for a while, with calls whose bodies are asked for later. */
function files(): Record<string, string> {
  const header =
    '#include <linux/mutex.h>\nstruct dev { struct mutex a; struct mutex b; };\nvoid poke(struct dev *d);\n';
  const all: Record<string, string> = { 'include/dev.h': header };
  for (let file = 0; file < 24; file++) {
    const functions = Array.from({ length: 16 }, (_, fn) => {
      const [first, second] = file === 12 && fn === 8 ? ['b', 'a'] : ['a', 'b'];
      return `
static void quiet_${file}_${fn}(struct dev *d)
{
	helper_${file}(d);
}

void work_${file}_${fn}(struct dev *d)
{
	mutex_lock(&d->${first});
	mutex_lock(&d->${second});
	quiet_${file}_${fn}(d);
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

async function findings(root: string, jobs: number): Promise<string> {
  const project = await Project.open({ root, paths: [root], config: {}, confidence: 'low', jobs });
  try {
    await project.load();
    const snapshot = await project.analyse();
    return JSON.stringify({
      findings: snapshot.findings,
      skipped: project.skipped,
      counts: snapshot.counts(),
    });
  } finally {
    await project.close();
  }
}

describe('a worker that is killed', function () {
  this.timeout(120_000);

  it('takes nothing with it', () =>
    within(files(), async ({ path }) => {
      const expected = await findings(path, 1);
      assert.match(expected, /lock-order-cycle/);
      let started = 0;
      let killed = 0;
      // The first two, as soon as they work; those that take their place go on.
      const kill = (worker: Worker): void => {
        started += 1;
        if (started > 2) return;
        worker.once('online', () => {
          void delay(20)
            .then(() => worker.terminate())
            .then(() => (killed += 1));
        });
      };
      const found = await watched(kill, () => findings(path, 2));
      assert.equal(killed, 2);
      assert.ok(started > 2);
      assert.equal(found, expected);
    }));
});
