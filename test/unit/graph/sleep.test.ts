import assert from 'node:assert/strict';
import { Sleepers } from '../../../analysis/graph/events/sleep.js';
import { linked } from './support.js';

const text = `static DEFINE_MUTEX(m);

static void rests(void)
{
	msleep(1);
}

static void locks(void)
{
	mutex_lock(&m);
	mutex_unlock(&m);
}

static void tries(void)
{
	if (mutex_trylock(&m))
		mutex_unlock(&m);
}

static void *waits(void)
{
	return kmalloc(1, GFP_KERNEL | __GFP_ZERO);
}

static void *hurries(void)
{
	return kmalloc(1, GFP_ATOMIC);
}

static void *asks(gfp_t gfp)
{
	return kmalloc(1, gfp);
}

static void one(void)
{
	rests();
}

static void two(void)
{
	one();
}

static void loops(void)
{
	loops();
}
`;

describe('sleep points', () => {
  it('are found in each function itself', async () => {
    const { table, fn } = await linked({ 'a.c': text });
    const sleepers = new Sleepers(table);
    const points = (name: string): readonly (readonly [string, number])[] => {
      const summary = table.summaryOf(fn(name));
      return summary === undefined
        ? []
        : sleepers.of(summary).map(({ api, flagsArg }) => [api, flagsArg] as const);
    };
    assert.deepEqual(points('rests'), [['msleep', -1]]);
    assert.deepEqual(points('locks'), [['mutex_lock', -1]]);
    assert.deepEqual(points('tries'), []);
    assert.deepEqual(points('waits'), [['kmalloc', 1]]);
    assert.deepEqual(points('hurries'), []);
    assert.deepEqual(points('asks'), [['kmalloc', 1]]);
    assert.deepEqual(points('one'), []);
  });

  it('are reachable within the given number of calls', async () => {
    const { table, fn } = await linked({ 'a.c': text });
    const sleepers = new Sleepers(table);
    assert.equal(sleepers.reach(fn('one'), 0), false);
    assert.equal(sleepers.reach(fn('one'), 1), true);
    assert.equal(sleepers.reach(fn('two'), 1), false);
    assert.equal(sleepers.reach(fn('two'), 2), true);
    assert.equal(sleepers.reach(fn('loops'), 4), false);
  });
});
