import assert from 'node:assert/strict';
import { snapshotOf } from './support.js';

async function edgesOf(text: string): Promise<readonly string[]> {
  const { analysis } = await snapshotOf({ 'a.c': text });
  const { classes, edges } = analysis.graph;
  const id = (key: string): string => classes.get(key)?.id ?? key;
  return edges.map(({ from, to }) => `${id(from)} -> ${id(to)}`).sort();
}

describe('edges of the published lock graph', () => {
  it('start at a work item and end at a lock two calls below its function, through a branch', async () => {
    const edges = await edgesOf(`
struct dev { struct mutex bus; struct work_struct work; };
static int dev_write(struct dev *d, int reg)
{
	if (reg > 7)
		return -EINVAL;
	mutex_lock(&d->bus);
	mutex_unlock(&d->bus);
	return 0;
}
static void dev_apply(struct dev *d) { dev_write(d, 1); }
static void dev_work(struct work_struct *w) { dev_apply(container_of(w, struct dev, work)); }
void dev_init(struct dev *d) { mutex_init(&d->bus); INIT_WORK(&d->work, dev_work); }
`);
    assert.deepEqual(edges, ['dev.work -> dev.bus']);
  });

  it('start at a work item and a timer and end at the locks of their functions', async () => {
    const edges = await edgesOf(`
struct dev { struct mutex lock; spinlock_t irq; struct work_struct work; struct timer_list timer; };
static void toggle(struct dev *d) { mutex_lock(&d->lock); mutex_unlock(&d->lock); }
static void dev_work(struct work_struct *w) { toggle(container_of(w, struct dev, work)); }
static void dev_timer(struct timer_list *t)
{
	struct dev *d = from_timer(d, t, timer);

	spin_lock(&d->irq);
	spin_unlock(&d->irq);
}
int dev_init(struct dev *d)
{
	INIT_WORK(&d->work, dev_work);
	timer_setup(&d->timer, dev_timer, 0);
	return 0;
}
`);
    assert.deepEqual(edges, ['dev.timer -> dev.irq', 'dev.work -> dev.lock']);
  });

  it('start at the locks with which the kernel calls an operation', async () => {
    const edges = await edgesOf(`
struct device { struct mutex mutex; };
struct pad { struct mutex lock; };
static void pad_reset(struct pad *p) { mutex_lock(&p->lock); mutex_unlock(&p->lock); }
static int pad_probe(struct platform_device *pdev) { pad_reset(platform_get_drvdata(pdev)); return 0; }
static struct platform_driver pad_driver = { .probe = pad_probe };
`);
    assert.deepEqual(edges, ['device.mutex -> pad.lock']);
  });

  it('start at the read-side section of SRCU', async () => {
    const edges = await edgesOf(`
static DEFINE_MUTEX(own);
static DEFINE_MUTEX(other);
DEFINE_STATIC_SRCU(readers);
static void count(void) { mutex_lock(&other); mutex_unlock(&other); }
void look(void)
{
	int idx = srcu_read_lock(&readers);

	mutex_lock(&own);
	mutex_unlock(&own);
	count();
	srcu_read_unlock(&readers, idx);
}
`);
    assert.deepEqual(edges, ['a.c:readers -> a.c:other', 'a.c:readers -> a.c:own']);
  });

  it('lead from the read-side section of SRCU through a function without locks', async () => {
    const edges = await edgesOf(`
static DEFINE_MUTEX(update);
DEFINE_STATIC_SRCU(readers);
static int enter(void) { return srcu_read_lock(&readers); }
static void replace(void) { mutex_lock(&update); mutex_unlock(&update); }
static void expire(int *left)
{
	if (!*left)
		replace();
}
void look(int *left)
{
	int idx = enter();

	expire(left);
	srcu_read_unlock(&readers, idx);
}
`);
    assert.deepEqual(edges, ['a.c:readers -> a.c:update']);
  });

  it('know the initialiser of a lock whose variable frees its value at the end of its scope', async () => {
    const { analysis } = await snapshotOf({
      'a.c': `
struct chan { struct mutex lock; };
int chan_add(void)
{
	struct chan *c __free(kfree) = kzalloc(sizeof(*c), GFP_KERNEL);

	mutex_init(&c->lock);
	mutex_lock(&c->lock);
	mutex_unlock(&c->lock);
	return 0;
}
`,
    });
    const names = [...analysis.graph.classes.values()].map(({ id, lockdepNames }) => [id, ...lockdepNames]);
    assert.deepEqual(names, [['chan.lock', '&c->lock']]);
  });

  it('pass through a function that has nothing to do with locks', async () => {
    const edges = await edgesOf(`
static DEFINE_MUTEX(bus);
static DEFINE_MUTEX(log);
static void note(int code) { mutex_lock(&log); mutex_unlock(&log); }
static int transfer(int address)
{
	if (address < 16) {
		note(address);
		return -EIO;
	}
	return address;
}
int read_bus(int address)
{
	int value;

	mutex_lock(&bus);
	value = transfer(address);
	mutex_unlock(&bus);
	return value;
}
`);
    assert.deepEqual(edges, ['a.c:bus -> a.c:log']);
  });

  it('end at an awaited work item and at the lock inside a completion', async () => {
    const edges = await edgesOf(`
struct dev { struct mutex lock; struct work_struct work; struct completion done; };
void dev_stop(struct dev *d)
{
	mutex_lock(&d->lock);
	cancel_work_sync(&d->work);
	complete(&d->done);
	mutex_unlock(&d->lock);
}
`);
    assert.deepEqual(edges, ['dev.lock -> dev.done', 'dev.lock -> dev.work']);
  });

  it('pass through two calls, but do not start at a lock released before', async () => {
    const edges = await edgesOf(`
static DEFINE_MUTEX(inner);
static DEFINE_MUTEX(outer);
static void sync_all(void) { mutex_lock(&inner); mutex_unlock(&inner); }
static void balance(int dirty)
{
	if (dirty) {
		sync_all();
		mutex_unlock(&outer);
		mutex_lock(&outer);
	}
}
void write_all(int dirty)
{
	mutex_lock(&outer);
	balance(dirty);
	mutex_unlock(&outer);
}
`);
    assert.deepEqual(edges, ['a.c:outer -> a.c:inner']);
  });

  it('include the seqcount of a seqlock and the acquire context of a ww_mutex', async () => {
    const edges = await edgesOf(`
static DEFINE_SEQLOCK(clock);
static DEFINE_WW_CLASS(bo_class);
struct bo { struct ww_mutex lock; };
void bo_init(struct bo *b) { ww_mutex_init(&b->lock, &bo_class); }
int bo_pin(struct bo *b)
{
	struct ww_acquire_ctx ctx;
	int rc;

	ww_acquire_init(&ctx, &bo_class);
	rc = ww_mutex_lock(&b->lock, &ctx);
	if (!rc)
		ww_mutex_unlock(&b->lock);
	ww_acquire_fini(&ctx);
	return rc;
}
void tick(void)
{
	write_seqlock(&clock);
	write_sequnlock(&clock);
}
`);
    assert.deepEqual(edges, ['a.c:clock -> a.c:clock.seqcount', 'bo_class_acquire -> bo.lock']);
  });

  it('end at reclaim for an allocation that may write back, and at the seqcount of a reader', async () => {
    const edges = await edgesOf(`
static DEFINE_MUTEX(lock);
static seqcount_t count;
void *fill(int n)
{
	void *p;
	unsigned int seq;

	mutex_lock(&lock);
	seq = read_seqcount_begin(&count);
	p = kmalloc(n, GFP_KERNEL);
	mutex_unlock(&lock);
	return p;
}
`);
    assert.deepEqual(edges, ['a.c:lock -> a.c:count', 'a.c:lock -> fs_reclaim']);
  });

  it('end at the seqcount of a reader that takes no lock', async () => {
    const { analysis } = await snapshotOf({
      'a.c': `
static DEFINE_MUTEX(lock);
static seqcount_t count;
static unsigned int now(void) { return read_seqcount_begin(&count); }
void stamp(void)
{
	mutex_lock(&lock);
	now();
	mutex_unlock(&lock);
}
`,
    });
    const lock = 'a.c:lock';
    assert.deepEqual([...analysis.inspection.reaches(lock).keys()], ['a.c:count']);
  });

  it('start in a helper that also has an empty stub, and end at wait queues that are woken', async () => {
    const edges = await edgesOf(`
static DEFINE_MUTEX(lock);
struct st { int n; wait_queue_head_t wait; };
typedef struct wait_queue_head wait_queue_head_t;
struct wait_queue_head { spinlock_t lock; };
#if defined(CONFIG_DEBUG) && defined(CONFIG_SMP)
static inline void st_lock(int n) { mutex_lock(&lock); }
static inline void st_unlock(int n) { mutex_unlock(&lock); }
#else
static inline void st_lock(int n) { }
static inline void st_unlock(int n) { }
#endif
void st_run(struct st *st)
{
	st_lock(st->n);
	wake_up(&st->wait);
	wake_up_process(st);
	st_unlock(st->n);
}
`);
    assert.deepEqual(edges, ['a.c:lock -> st.wait.lock']);
  });

  it('do not end at reclaim for an allocation that stays out of file systems', async () => {
    const edges = await edgesOf(`
static DEFINE_MUTEX(lock);
void *fill(int n)
{
	void *p;

	mutex_lock(&lock);
	p = kmalloc(n, GFP_NOFS | __GFP_ZERO);
	if (!p)
		p = kmalloc(n, GFP_NOWAIT);
	mutex_unlock(&lock);
	return p;
}
`);
    assert.deepEqual(edges, []);
  });
});

describe('the may-acquire set under a held lock', () => {
  it('covers any depth, with the number of calls', async () => {
    const levels = Array.from({ length: 9 }, (_, i) => i + 1);
    const { analysis } = await snapshotOf({
      'a.c': `
static DEFINE_MUTEX(outer);
static DEFINE_MUTEX(inner);
static void level9(void) { mutex_lock(&inner); mutex_unlock(&inner); }
${levels
  .slice(0, -1)
  .reverse()
  .map((n) => `static void level${n}(void) { level${n + 1}(); }`)
  .join('\n')}
void start(void)
{
	mutex_lock(&outer);
	level1();
	mutex_unlock(&outer);
}
`,
    });
    const { inspection } = analysis;
    const [inner, outer] = inspection.keys();
    assert.deepEqual([...inspection.reaches(outer ?? '')], [[inner, 9]]);
    assert.deepEqual([...inspection.reaches(inner ?? '')], []);
  });

  it('covers callbacks, pointers in functions without locks, and op table slots with many targets', async () => {
    const drivers = Array.from({ length: 12 }, (_, i) => i);
    const { analysis, program } = await snapshotOf({
      'a.c': `
struct ops { int (*show)(int n); int (*probe)(int n); };
static DEFINE_MUTEX(core);
static DEFINE_MUTEX(probed);
static DEFINE_MUTEX(other);
static int probe(int n) { mutex_lock(&probed); mutex_unlock(&probed); return n; }
static int last(int n) { mutex_lock(&other); mutex_unlock(&other); return n; }
static struct ops only = { .probe = probe };
${drivers.map((n) => `static struct ops ops${n} = { .show = ${n === 7 ? 'last' : 'probe'} };`).join('\n')}
${drivers.map((n) => `static int more${n}(int n) { return n; } static struct ops last${n} = { .show = more${n} };`).join('\n')}
static int each(struct ops *o, int (*fn)(struct ops *o)) { return fn(o); }
static int attach(struct ops *o) { return o->probe(0); }
static int scan(struct ops *o) { return each(o, attach); }
int start(struct ops *o)
{
	mutex_lock(&core);
	scan(o);
	mutex_unlock(&core);
	return 0;
}
int list(struct ops *o)
{
	mutex_lock(&other);
	o->show(1);
	mutex_unlock(&other);
	return 0;
}
`,
    });
    const { inspection } = analysis;
    const from = (key: string): readonly string[] => [...inspection.reaches(key).keys()].sort();
    assert.deepEqual(from('a.c:other'), ['a.c:other', 'a.c:probed'], 'any of fourteen functions');
    assert.equal(program.hasDemands(), false);
    // What scan() hands on and attach() calls is known when their skeletons are.
    from('a.c:core');
    assert.equal(program.hasDemands(), true);
  });

  it("has the class of an initializer's key, and of a member behind a macro", async () => {
    const { analysis } = await snapshotOf({
      'a.c': `
struct node { raw_spinlock_t lock; };
static DEFINE_MUTEX(outer);
void init(struct node *n, const char *name)
{
	static struct lock_class_key key[2];

	raw_spin_lock_init(&ACCESS_PRIVATE(n, lock));
	lockdep_set_class_and_name(&ACCESS_PRIVATE(n, lock), &key[0], name);
}
void use(struct node *n)
{
	mutex_lock(&outer);
	raw_spin_lock(&ACCESS_PRIVATE(n, lock));
	raw_spin_unlock(&ACCESS_PRIVATE(n, lock));
	mutex_unlock(&outer);
}
`,
    });
    const [node] = [...analysis.graph.classes.values()].filter(({ id }) => id === 'node.lock');
    assert.deepEqual(
      node?.initAt.map(({ line }) => line),
      [6, 8, 9],
    );
  });
});
