import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import type { SourceWorld } from '../../../../analysis/evidence/join/world.js';
import { createModels } from '../../../../analysis/models/index.js';
import { analyse } from '../../../support/analyse.js';
import { circularLog } from '../../../support/circular.js';
import { parse } from '../samples.js';

/** The locking code, which every kernel tree has, and a driver without bugs. */
const SOURCE = `
static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

void lock_acquire(void)
{
}

void __mutex_lock(void)
{
}

void one(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
}
`;

async function world(): Promise<SourceWorld> {
  const { snapshot } = await analyse(new Map([['a.c', SOURCE]]));
  const { program, analysis } = snapshot;
  return { program, analysis, models: createModels(), linesOf: () => SOURCE.split('\n') };
}

/** Why no finding explains a report of a task that takes `first` in a function while it holds `second`. */
async function gap(taker: string): Promise<string | undefined> {
  const source = await world();
  const log = circularLog({
    outer: 'first',
    inner: 'second',
    holder: 'one',
    taker: 'one',
    otherHolder: taker,
    otherTaker: taker,
  });
  return joinEvidence([parse(log)], source.models, source).events[0]?.gap;
}

describe('a report that no finding explains', () => {
  it('is about code that is not at hand if only the locking code in its backtrace is', async () => {
    assert.equal(await gap('elsewhere'), 'its code is not in the source at hand');
  });

  it('is about known code if the function that takes the lock is in the source', async () => {
    assert.equal(await gap('one'), 'the source shows the code, and no finding covers it');
  });
});
