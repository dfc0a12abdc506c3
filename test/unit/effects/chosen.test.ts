import assert from 'node:assert/strict';
import { analyse } from '../../support/analyse.js';

/** How many of the lock calls of `text` lead to a declared lock. */
async function resolvedIn(text: string): Promise<number> {
  const { snapshot } = await analyse(new Map([['a.c', text]]));
  return snapshot.analysis.stats.lockSitesResolved;
}

const TYPES = `
struct side { struct mutex lock; int free; };
struct table { struct side fast; struct mutex slow; struct semaphore sem, pages; };
`;

describe('a lock chosen by a condition', () => {
  it('is followed on each path', async () => {
    const text = `${TYPES}
int take(struct table *t, int fast)
{
	struct mutex *lock;

	if (fast)
		lock = &t->fast.lock;
	else
		lock = &t->slow;
	mutex_lock(lock);
	if (!t->fast.free) {
		mutex_unlock(lock);
		return -1;
	}
	t->fast.free--;
	mutex_unlock(lock);
	return 0;
}
`;
    assert.equal(await resolvedIn(text), 3);
  });

  it('is followed through an expression', async () => {
    const text = `${TYPES}
void take(struct table *t, int fast)
{
	struct mutex *lock = fast ? &t->fast.lock : &t->slow;

	mutex_lock(lock);
	mutex_unlock(lock);
	down(fast ? &t->pages : &t->sem);
	up(fast ? &t->pages : &t->sem);
}
`;
    assert.equal(await resolvedIn(text), 4);
  });
});
