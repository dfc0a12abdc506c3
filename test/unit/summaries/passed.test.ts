import assert from 'node:assert/strict';
import { analyse } from '../../support/analyse.js';

/** How many of the lock calls of `text` lead to a declared lock. */
async function resolvedIn(text: string): Promise<number> {
  const { snapshot } = await analyse(new Map([['a.c', text]]));
  return snapshot.analysis.stats.lockSitesResolved;
}

const HELPERS = `
struct queue { spinlock_t lock; int n; };
static void add(spinlock_t *lock, int *n)
{
	spin_lock(lock);
	++*n;
	spin_unlock(lock);
}
static void add_one(spinlock_t *lock, struct queue *q)
{
	add(lock, &q->n);
}
`;

describe('a lock passed as an argument', () => {
  it('has a class if every caller passes one with a class', async () => {
    const text = `${HELPERS}
void fill(struct queue *q)
{
	add(&q->lock, &q->n);
	add_one(&q->lock, q);
}
`;
    assert.equal(await resolvedIn(text), 2);
  });

  it('has no class if a caller passes an unknown lock, or without callers', async () => {
    const text = `${HELPERS}
spinlock_t *some_lock(int n);
void fill(struct queue *q)
{
	add(&q->lock, &q->n);
	add(some_lock(q->n), &q->n);
}
`;
    assert.equal(await resolvedIn(text), 0);
    assert.equal(await resolvedIn(HELPERS), 0);
  });
});

describe('a critical section that lockdep treats as a lock', () => {
  it('is declared at its lockdep map', async () => {
    const { snapshot } = await analyse(
      new Map([
        ['mm/page_alloc.c', 'static struct lockdep_map __fs_reclaim_map;\n'],
        ['a.c', 'void f(void)\n{\n\tfs_reclaim_acquire(GFP_KERNEL);\n\tfs_reclaim_release(GFP_KERNEL);\n}\n'],
      ]),
    );
    assert.equal(snapshot.analysis.stats.lockSitesResolved, 2);
  });
});
