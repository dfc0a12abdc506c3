import assert from 'node:assert/strict';
import { fixesIn } from './support.js';

/** A modem whose lock is taken again two calls below, where a variant without the lock exists. */
function modem(more: string): Readonly<Record<string, string>> {
  return {
    'a.c': `
struct modem { struct mutex lock; int due; struct modem *next; };
static void __modem_arm(struct modem *m, int due)
{
	m->due = due;
}
static void modem_arm(struct modem *m, int due)
{
	mutex_lock(&m->lock);
	__modem_arm(m, due);
	mutex_unlock(&m->lock);
}
static void modem_lost(struct modem *m)
{
	m->due++;
	modem_arm(m, 3);
}
void modem_check(struct modem *m)
{
	mutex_lock(&m->lock);
	if (m->due == 0)
		modem_lost(m);
	mutex_unlock(&m->lock);
}
void modem_start(struct modem *m)
{
	modem_arm(m, 1);
}
${more}`,
  };
}

async function kinds(more: string): Promise<readonly string[]> {
  const [found] = await fixesIn(modem(more), 'self-deadlock');
  return found?.fixes.map(({ kind }) => kind) ?? ['nothing found'];
}

describe('a variant without the lock', () => {
  it('is called below a function that all callers enter with the lock', async () => {
    assert.deepEqual(await kinds(''), ['locked-variant']);
  });

  it('is not called if one caller does not hold the lock', async () => {
    assert.deepEqual(await kinds('void modem_unplug(struct modem *m) { modem_lost(m); }'), []);
  });

  it('is not called if one caller holds the lock of another object', async () => {
    const other = `
void modem_pass_on(struct modem *m)
{
	mutex_lock(&m->lock);
	modem_lost(m->next);
	mutex_unlock(&m->lock);
}`;
    assert.deepEqual(await kinds(other), []);
  });
});
