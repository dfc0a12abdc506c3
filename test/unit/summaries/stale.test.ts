import assert from 'node:assert/strict';
import { analyse } from '../../support/analyse.js';

describe('code that earlier facts make unreachable', () => {
  it('is interpreted, since others may have changed the object', async () => {
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

  it('is not interpreted if the flag is a local variable', async () => {
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

  it('gets lock classes even if a local flag makes it unreachable', async () => {
    const text = `
struct folio { unsigned long flags; struct mutex lock; };
int is_ready(struct folio *folio);
int fault(struct folio *folio, struct mutex *m)
{
	int locked = 0;

	if (!is_ready(folio)) {
		mutex_lock(m);
		locked = 1;
	}
	if (!is_ready(folio)) {
		if (!locked) {
			mutex_lock(&folio->lock);
			mutex_unlock(&folio->lock);
		}
	}
	if (locked)
		mutex_unlock(m);
	return 0;
}
`;
    const { snapshot } = await analyse(new Map([['a.c', text]]));
    assert.equal(snapshot.analysis.stats.lockSitesResolved, 2);
    assert.deepEqual(snapshot.findings, []);
  });

  it('gets lock classes after the state budget is exhausted', async () => {
    const flags = Array.from({ length: 8 }, (_, i) => i);
    const text = `
struct many { ${flags.map((i) => `struct mutex m${i};`).join(' ')} spinlock_t last; };
int ask(int n);
void all(struct many *m)
{
${flags.map((i) => `\tif (ask(${i}))\n\t\tmutex_lock(&m->m${i});`).join('\n')}
	spin_lock(&m->last);
	spin_unlock(&m->last);
${flags.map((i) => `\tif (ask(${i}))\n\t\tmutex_unlock(&m->m${i});`).join('\n')}
}
`;
    const { snapshot } = await analyse(new Map([['a.c', text]]));
    assert.equal(snapshot.analysis.stats.lockSitesResolved, 18);
    assert.ok(snapshot.findings.every(({ confidence }) => confidence === 'low'));
  });
});
