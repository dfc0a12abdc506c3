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

describe('a lock that callers pass', () => {
  it('is known where each caller passes one that is', async () => {
    const text = `${HELPERS}
void fill(struct queue *q)
{
	add(&q->lock, &q->n);
	add_one(&q->lock, q);
}
`;
    assert.equal(await resolvedIn(text), 2);
  });

  it('is not known where one does not, or where nobody calls', async () => {
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

describe('a section that lockdep treats as a lock', () => {
  it('is declared where its map is', async () => {
    const { snapshot } = await analyse(
      new Map([
        ['mm/page_alloc.c', 'static struct lockdep_map __fs_reclaim_map;\n'],
        ['a.c', 'void f(void)\n{\n\tfs_reclaim_acquire(GFP_KERNEL);\n\tfs_reclaim_release(GFP_KERNEL);\n}\n'],
      ]),
    );
    assert.equal(snapshot.analysis.stats.lockSitesResolved, 2);
  });
});
