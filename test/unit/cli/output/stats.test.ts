import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { scanSchema } from '../../../../analysis/report/formats/schema.js';
import { within } from '../../host/temporary.js';
import { lockorder } from '../run.js';
import { CYCLE } from '../sources.js';

/** Two functions that call each other, one of which takes more steps than all others. */
const RECURSIVE = `int odd(int n);
static DEFINE_MUTEX(parity);
int even(int n)
{
	mutex_lock(&parity);
	mutex_unlock(&parity);
	return n == 0 || odd(n - 1);
}
int odd(int n)
{
	int i;

	for (i = 0; i < n; i++) {
		mutex_lock(&parity);
		if (n > 3)
			n--;
		mutex_unlock(&parity);
	}
	return n && even(n - 1);
}
`;

/** Two functions that call each other and never touch a lock, which nobody interprets. */
const WITHOUT_LOCKS = `int down_one(int n);
int up_one(int n) { return n ? down_one(n - 1) : 0; }
int down_one(int n) { return n ? up_one(n - 1) : 0; }
static DEFINE_MUTEX(turn);
int start(int n)
{
	mutex_lock(&turn);
	mutex_unlock(&turn);
	return up_one(n);
}
`;

describe('--stats', () => {
  it('prints the phases, counts that are equal in each run, and cache hits', () =>
    within({ 'cycle.c': CYCLE, 'parity.c': RECURSIVE }, async ({ path }) => {
      const scan = async (...words: readonly string[]) => {
        const { out } = await lockorder(
          ['scan', '.', '--root', '.', '--stats', '--format', 'json', ...words],
          path,
        );
        const { stats } = scanSchema.parse(JSON.parse(out));
        assert.ok(stats);
        return stats;
      };
      const first = await scan('--jobs', '1');
      assert.deepEqual(first.costs.components, { count: 1, largest: [2] });
      assert.equal(first.costs.costliest.summaries[0]?.function, 'odd');
      assert.deepEqual(first.costs.costliest.replay.map((one) => one.function).sort(), [
        'once_more',
        'one_way',
        'other_way',
      ]);
      assert.ok(first.cache.every(({ hits, misses }) => hits === 0 && misses > 0));
      const second = await scan('--jobs', '2', '--no-cache');
      assert.deepEqual(second.costs, first.costs);
      assert.deepEqual(second.cache, []);
      // Another question to the same files: they are not read again, but looked through.
      const third = await scan('--confidence', 'low');
      assert.deepEqual(
        third.cache.find(({ what }) => what === 'files'),
        { what: 'files', hits: 2, misses: 0 },
      );
      for (const phase of [
        'read',
        'outline',
        'parse',
        'link',
        'bind',
        'selection',
        'summaries',
        'graph',
        'replay',
        'check',
        'fix',
        'total',
      ])
        assert.ok(phase in third.ms, phase);
    }));

  it('counts the recursion that is solved, not that of the whole call graph', () =>
    within({ 'parity.c': RECURSIVE, 'plain.c': WITHOUT_LOCKS }, async ({ path }) => {
      const { err } = await lockorder(['scan', '.', '--root', '.', '--stats', '--jobs', '1'], path);
      assert.match(err, /^recursion +1 of several functions, the largest 2$/m);
    }));
});
