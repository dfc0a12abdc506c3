import assert from 'node:assert/strict';
import { analyse } from '../../support/analyse.js';

describe('code behind what was known before', () => {
  it('is interpreted: others have changed the object since', async () => {
    const text = `
struct port { spinlock_t lock; int nodes; };
void more(struct port *p);
void done(struct port *p, int disc)
{
	if (disc && p->nodes) {
		more(p);
		if (p->nodes == 0) {
			spin_lock(&p->lock);
			spin_unlock(&p->lock);
		}
	}
}
`;
    const { snapshot } = await analyse(new Map([['a.c', text]]));
    assert.equal(snapshot.analysis.stats.lockSitesResolved, 2);
  });

  it('is not where the flag is a variable of its own', async () => {
    const text = `
static DEFINE_MUTEX(lock);
int once(void)
{
	int again = 0;

	mutex_lock(&lock);
	if (again)
		mutex_lock(&lock);
	mutex_unlock(&lock);
	return 0;
}
`;
    const { snapshot } = await analyse(new Map([['a.c', text]]));
    assert.deepEqual(snapshot.findings, []);
  });
});
