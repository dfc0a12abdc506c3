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

describe('a lock that a macro names', () => {
  it('resolves to the member that the macro denotes', async () => {
    const text = `
struct net_device { int flags; };
struct card { spinlock_t page_lock; };
void *netdev_priv(struct net_device *dev);
#define dev_lock(dev) (((struct card *)netdev_priv(dev))->page_lock)
void open_card(struct net_device *dev)
{
	unsigned long flags;

	spin_lock_irqsave(&dev_lock(dev), flags);
	dev->flags = 0;
	spin_unlock_irqrestore(&dev_lock(dev), flags);
}
`;
    assert.equal(await resolvedIn(text), 2);
  });

  it('resolves in a struct whose tag is a macro', async () => {
    const text = `
struct first_card { spinlock_t lock; };
#define any_card first_card
void open_card(struct any_card *card)
{
	spin_lock(&card->lock);
	spin_unlock(&card->lock);
}
`;
    assert.equal(await resolvedIn(text), 2);
  });
});

describe('a variable that an API writes', () => {
  it('is unknown after the call', async () => {
    const { snapshot } = await analyse(
      new Map([
        [
          'a.c',
          `
struct port { struct mutex lock; int n; };
int set_port(struct port *p, void *user)
{
	unsigned int value = 0;

	if (copy_from_user(&value, user, sizeof(value)))
		return -14;
	if (!value)
		return -22;
	mutex_lock(&p->lock);
	p->n = value;
	return 0;
}
`,
        ],
      ]),
    );
    const [fn] = snapshot.program.functions();
    assert.ok(fn);
    const exits = snapshot.analysis.summary(fn)?.exits ?? [];
    assert.ok(exits.some(({ held }) => held.length === 1));
  });
});

describe('a lock in an array', () => {
  it('keeps its class whichever element a helper chooses', async () => {
    const text = `
struct card { spinlock_t io_lock[64]; };
unsigned int tag_of(void *command);
static inline spinlock_t *io_lock_of(struct card *c, void *command)
{
	unsigned int hash = tag_of(command) & 63;

	return &c->io_lock[hash];
}
void finish(struct card *c, void *command)
{
	spinlock_t *lock = io_lock_of(c, command);

	spin_lock(lock);
	spin_unlock(lock);
}
`;
    assert.equal(await resolvedIn(text), 2);
  });
});

describe('a pointer to other memory', () => {
  it('points to its declared type', async () => {
    const text = `
struct host { int id; unsigned long hostdata[0]; };
struct port { int id; };
struct card { spinlock_t lock; };
struct link { spinlock_t lock; };
static inline void *port_priv(struct port *port) { return (void *)(port + 1); }
#define HOSTDATA(h) ((struct card *)&(h)->hostdata)
void start(struct host *h, struct port *p)
{
	struct link *link = port_priv(p);

	spin_lock(&HOSTDATA(h)->lock);
	spin_lock(&link->lock);
	spin_unlock(&link->lock);
	spin_unlock(&HOSTDATA(h)->lock);
}
`;
    const { snapshot } = await analyse(new Map([['a.c', text]]));
    assert.equal(snapshot.analysis.stats.lockSitesResolved, 4);
    const { classes } = snapshot.analysis.graph;
    assert.deepEqual(
      [...classes.values()].map(({ id }) => id),
      ['card.lock', 'link.lock'],
    );
  });
});
