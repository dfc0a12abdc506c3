import assert from 'node:assert/strict';
import { analyse } from '../../support/analyse.js';
import { snapshotOf } from './support.js';

const TEXT = `
struct dev { struct mutex lock; spinlock_t irq[2]; struct list_head list; };
struct bus { struct mutex lock; };
static DEFINE_MUTEX(table_lock);
struct dev one;

static void add(struct bus *bus, int n)
{
	struct dev *dev = make(n), *other;
	int i;

	mutex_init(&dev->lock);
	mutex_init(&bus->lock);
	for (i = 0; i < 2; i++)
		spin_lock_init(&dev->irq[i]);
	mutex_init( &one .
		lock);
}

static void use(struct dev *dev, struct bus *bus)
{
	mutex_lock(&table_lock);
	mutex_lock(&bus->lock);
	mutex_lock_nested(&dev->lock, 1);
	spin_lock(&dev->irq[0]);
	spin_unlock(&dev->irq[0]);
	mutex_unlock(&dev->lock);
	mutex_unlock(&bus->lock);
	mutex_unlock(&table_lock);
}
`;

describe('lockdep names of a class', () => {
  it('come from its definition, or from all calls that initialize the lock', async () => {
    const { snapshot } = await analyse(new Map([['a.c', TEXT]]));
    const named = [...snapshot.analysis.graph.classes.values()].map(
      ({ id, lockdepNames, initAt }) =>
        `${id}: ${lockdepNames.join(' ')} @ ${initAt.map(({ line }) => line).join(' ')}`,
    );
    assert.deepEqual(named.sort(), [
      'a.c:table_lock: table_lock @ 4',
      'bus.lock: &bus->lock @ 13',
      'dev.irq: &dev->irq[i] @ 15',
      'dev.lock/1: &dev->lock/1 &one . lock/1 @ 12 16',
    ]);
  });

  it('names a workqueue that goes through a variable by the member that keeps it', async () => {
    const { analysis } = await snapshotOf({
      'a.c': `
struct log { struct mutex lock; struct workqueue_struct *queue, *spare; };
int log_init(struct log *l, bool fast)
{
	struct workqueue_struct *wq;

	wq = alloc_workqueue("log", fast ? WQ_HIGHPRI : 0, 1);
	if (!wq)
		return -ENOMEM;
	l->queue = wq;
	return 0;
}
int log_spare(struct log *l)
{
	struct workqueue_struct *made = alloc_workqueue("spare", 0, 1);

	if (made) {
		pr_info("made\\n");
		l->spare = made;
	}
	return 0;
}
void log_flush(struct log *l)
{
	mutex_lock(&l->lock);
	flush_workqueue(l->queue);
	flush_workqueue(l->spare);
	mutex_unlock(&l->lock);
}
`,
    });
    const names = [...analysis.graph.classes.values()].map(({ id, lockdepNames }) => [id, ...lockdepNames]);
    assert.deepEqual(names, [
      ['log.lock'],
      ['log.queue', '(wq_completion)log'],
      ['log.spare', '(wq_completion)spare'],
    ]);
  });
});
