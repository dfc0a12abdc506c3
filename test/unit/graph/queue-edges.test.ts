import assert from 'node:assert/strict';
import { snapshotOf } from './support.js';

async function edgesOf(text: string): Promise<readonly string[]> {
  const { analysis } = await snapshotOf({ 'a.c': text });
  const { classes, edges } = analysis.graph;
  const id = (key: string): string => classes.get(key)?.id ?? key;
  return edges.map(({ from, to }) => `${id(from)} -> ${id(to)}`).sort();
}

describe('edges of the published lock graph that involve queues, files and SRCU', () => {
  it('lead from the lock of a notifier chain to those of its callbacks, and to it from who calls, joins and leaves', async () => {
    const edges = await edgesOf(`
static BLOCKING_NOTIFIER_HEAD(dock_chain);
static DEFINE_MUTEX(ports);
static DEFINE_MUTEX(caller);
static DEFINE_MUTEX(joining);
static int dock_event(struct notifier_block *nb, unsigned long event, void *data)
{
	mutex_lock(&ports);
	mutex_unlock(&ports);
	return 0;
}
static struct notifier_block dock_nb = { .notifier_call = dock_event };
int dock_join(void)
{
	mutex_lock(&joining);
	blocking_notifier_chain_register(&dock_chain, &dock_nb);
	mutex_unlock(&joining);
	return 0;
}
int dock_tell(unsigned long event)
{
	mutex_lock(&caller);
	blocking_notifier_call_chain(&dock_chain, event, NULL);
	mutex_unlock(&caller);
	return 0;
}
`);
    assert.deepEqual(edges, [
      'a.c:caller -> a.c:dock_chain.rwsem',
      'a.c:dock_chain.rwsem -> a.c:ports',
      'a.c:joining -> a.c:dock_chain.rwsem',
    ]);
  });

  it('know a member as the head of a chain whose callbacks a helper registers', async () => {
    const edges = await edgesOf(`
struct hub { struct blocking_notifier_head chain; struct mutex lock; };
static DEFINE_MUTEX(log);
static int hub_join(struct hub *h, struct notifier_block *nb)
{
	int err;

	mutex_lock(&h->lock);
	err = blocking_notifier_chain_register(&h->chain, nb);
	mutex_unlock(&h->lock);
	return err;
}
static int note(struct notifier_block *nb, unsigned long event, void *data)
{
	mutex_lock(&log);
	mutex_unlock(&log);
	return 0;
}
static struct notifier_block note_nb = { .notifier_call = note };
int note_init(struct hub *h)
{
	mutex_lock(&log);
	mutex_unlock(&log);
	return hub_join(h, &note_nb);
}
`);
    assert.deepEqual(edges, ['hub.chain.rwsem -> a.c:log', 'hub.lock -> hub.chain.rwsem']);
  });

  it('end at the lock of an atomic chain for who leaves, but not for who calls: its callbacks run without it', async () => {
    const edges = await edgesOf(`
static ATOMIC_NOTIFIER_HEAD(trip_chain);
static DEFINE_MUTEX(caller);
static DEFINE_MUTEX(leaving);
static DEFINE_SPINLOCK(log);
static int trip(struct notifier_block *nb, unsigned long event, void *data)
{
	spin_lock(&log);
	spin_unlock(&log);
	return 0;
}
static struct notifier_block trip_nb = { .notifier_call = trip };
void trip_join(void) { atomic_notifier_chain_register(&trip_chain, &trip_nb); }
void trip_tell(void)
{
	mutex_lock(&caller);
	atomic_notifier_call_chain(&trip_chain, 1, NULL);
	mutex_unlock(&caller);
}
void trip_leave(void)
{
	mutex_lock(&leaving);
	atomic_notifier_chain_unregister(&trip_chain, &trip_nb);
	mutex_unlock(&leaving);
}
`);
    assert.deepEqual(edges, ['a.c:leaving -> a.c:trip_chain.lock']);
  });

  it('lead from the read-side section of an SRCU chain to its callbacks, and to it from who leaves, not who joins', async () => {
    const edges = await edgesOf(`
SRCU_NOTIFIER_HEAD_STATIC(rate_chain);
static DEFINE_MUTEX(rates);
static DEFINE_MUTEX(joining);
static DEFINE_MUTEX(leaving);
static int rate_event(struct notifier_block *nb, unsigned long event, void *data)
{
	mutex_lock(&rates);
	mutex_unlock(&rates);
	return 0;
}
static struct notifier_block rate_nb = { .notifier_call = rate_event };
void rate_join(void)
{
	mutex_lock(&joining);
	srcu_notifier_chain_register(&rate_chain, &rate_nb);
	mutex_unlock(&joining);
}
void rate_leave(void)
{
	mutex_lock(&leaving);
	srcu_notifier_chain_unregister(&rate_chain, &rate_nb);
	mutex_unlock(&leaving);
}
`);
    assert.deepEqual(edges, ['a.c:leaving -> a.c:rate_chain.srcu', 'a.c:rate_chain.srcu -> a.c:rates']);
  });

  it('lead from a workqueue to its items, and to it from who flushes it under a lock', async () => {
    const { analysis } = await snapshotOf({
      'a.c': `
struct log { struct mutex lock; struct workqueue_struct *queue; struct work_struct write; struct delayed_work sync; };
static void log_write(struct work_struct *w) { }
static void log_sync(struct work_struct *w) { }
static void settle(struct log *l) { flush_workqueue(l->queue); }
int log_init(struct log *l)
{
	mutex_init(&l->lock);
	INIT_WORK(&l->write, log_write);
	INIT_DELAYED_WORK(&l->sync, log_sync);
	l->queue = alloc_ordered_workqueue("kept", 0);
	return 0;
}
void log_put(struct log *l)
{
	mutex_lock(&l->lock);
	queue_work(l->queue, &l->write);
	queue_delayed_work(l->queue, &l->sync, 10);
	mutex_unlock(&l->lock);
}
void log_close(struct log *l)
{
	mutex_lock(&l->lock);
	settle(l);
	mutex_unlock(&l->lock);
}
`,
    });
    const { classes, edges } = analysis.graph;
    const id = (key: string): string => classes.get(key)?.id ?? key;
    assert.deepEqual(edges.map(({ from, to }) => `${id(from)} -> ${id(to)}`).sort(), [
      'log.lock -> log.queue',
      'log.queue -> log.sync',
      'log.queue -> log.write',
    ]);
    const queue = [...classes.values()].find((one) => one.id === 'log.queue');
    assert.deepEqual(queue?.lockdepNames, ['(wq_completion)kept']);
    assert.deepEqual(
      queue.initAt.map(({ line }) => line),
      [11],
    );
  });

  it('give no name to a workqueue whose name is made at run time', async () => {
    const { analysis } = await snapshotOf({
      'a.c': `
struct log { struct mutex lock; struct workqueue_struct *queue; };
int log_init(struct log *l, const char *name)
{
	l->queue = alloc_workqueue("log-%s", 0, 1, name);
	return l->queue ? 0 : -ENOMEM;
}
void log_flush(struct log *l)
{
	mutex_lock(&l->lock);
	flush_workqueue(l->queue);
	mutex_unlock(&l->lock);
}
`,
    });
    const names = [...analysis.graph.classes.values()].map(({ id, lockdepNames }) => [id, ...lockdepNames]);
    assert.deepEqual(names, [['log.lock'], ['log.queue']]);
  });

  it('lead from a file of sysfs to the locks of its functions, and to it from who removes it', async () => {
    const edges = await edgesOf(`
struct fan { struct device *dev; struct mutex lock; struct mutex mode; };
static ssize_t rpm_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct fan *f = dev_get_drvdata(dev);

	mutex_lock(&f->lock);
	mutex_unlock(&f->lock);
	return 0;
}
static DEVICE_ATTR_RO(rpm);
void fan_set(struct fan *f, bool on)
{
	mutex_lock(&f->mode);
	if (on)
		device_create_file(f->dev, &dev_attr_rpm);
	else
		device_remove_file(f->dev, &dev_attr_rpm);
	mutex_unlock(&f->mode);
}
`);
    assert.deepEqual(edges, ['a.c:dev_attr_rpm -> fan.lock', 'fan.mode -> a.c:dev_attr_rpm']);
  });

  it('know each file of a removed group, and where it is defined', async () => {
    const { analysis } = await snapshotOf({
      'a.c': `
static DEFINE_MUTEX(state);
static DEFINE_MUTEX(gone);
static ssize_t cur_show(struct device *d, struct device_attribute *a, char *b) { mutex_lock(&state); mutex_unlock(&state); return 0; }
static ssize_t max_show(struct device *d, struct device_attribute *a, char *b) { return 0; }
static DEVICE_ATTR_RO(cur);
static DEVICE_ATTR_RO(max);
static struct attribute *amp_attrs[] = { &dev_attr_cur.attr, &dev_attr_max.attr, NULL };
static const struct attribute_group amp_group = { .attrs = amp_attrs };
void amp_gone(struct device *dev)
{
	mutex_lock(&gone);
	sysfs_remove_group(&dev->kobj, &amp_group);
	mutex_unlock(&gone);
}
`,
    });
    const { classes, edges } = analysis.graph;
    const id = (key: string): string => classes.get(key)?.id ?? key;
    assert.deepEqual(edges.map(({ from, to }) => `${id(from)} -> ${id(to)}`).sort(), [
      'a.c:dev_attr_cur -> a.c:state',
      'a.c:gone -> a.c:dev_attr_cur',
      'a.c:gone -> a.c:dev_attr_max',
    ]);
    const file = [...classes.values()].find((one) => one.id === 'a.c:dev_attr_max');
    assert.deepEqual(
      file?.initAt.map(({ line }) => line),
      [7],
    );
  });

  it('lead from the read-side section of SRCU through a pointer with a few targets', async () => {
    const edges = await edgesOf(`
struct hooks { void (*fire)(int event); };
static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
DEFINE_STATIC_SRCU(readers);
static void one(int event) { mutex_lock(&first); mutex_unlock(&first); }
static void two(int event) { mutex_lock(&second); mutex_unlock(&second); }
static const struct hooks ones = { .fire = one };
static const struct hooks twos = { .fire = two };
void run(const struct hooks *h)
{
	int idx = srcu_read_lock(&readers);

	h->fire(1);
	srcu_read_unlock(&readers, idx);
}
`);
    assert.deepEqual(edges, ['a.c:readers -> a.c:first', 'a.c:readers -> a.c:second']);
  });

  it('lead to what a function two calls below waits for, unless the lock is released on the way', async () => {
    const edges = await edgesOf(`
struct lane { struct mutex lock; struct completion ready; struct timer_list timer; };
static void lane_wait(struct lane *l) { wait_for_completion(&l->ready); }
static void lane_ready(struct lane *l) { lane_wait(l); }
static void lane_stop(struct lane *l) { timer_delete_sync(&l->timer); }
static void lane_quiet(struct lane *l)
{
	mutex_unlock(&l->lock);
	lane_stop(l);
	mutex_lock(&l->lock);
}
void lane_use(struct lane *l)
{
	mutex_lock(&l->lock);
	lane_ready(l);
	lane_quiet(l);
	mutex_unlock(&l->lock);
}
`);
    assert.deepEqual(edges, ['lane.lock -> lane.ready']);
  });

  it('lead from the lock of a wait queue to those of wake functions, and to it from who joins or wakes it', async () => {
    const edges = await edgesOf(`
struct bell { wait_queue_head_t heard; };
struct ear { spinlock_t lock; wait_queue_entry_t entry; };
static DEFINE_SPINLOCK(joining);
static DEFINE_SPINLOCK(ringing);
static int ear_wake(wait_queue_entry_t *entry, unsigned int mode, int flags, void *key)
{
	struct ear *e = container_of(entry, struct ear, entry);

	spin_lock(&e->lock);
	spin_unlock(&e->lock);
	return 0;
}
void ear_join(struct ear *e, struct bell *b)
{
	init_waitqueue_func_entry(&e->entry, ear_wake);
	spin_lock(&joining);
	add_wait_queue(&b->heard, &e->entry);
	spin_unlock(&joining);
}
void bell_ring(struct bell *b)
{
	spin_lock(&ringing);
	wake_up(&b->heard);
	spin_unlock(&ringing);
}
`);
    assert.deepEqual(edges, [
      'a.c:joining -> bell.heard.lock',
      'a.c:ringing -> bell.heard.lock',
      'bell.heard.lock -> ear.lock',
    ]);
  });

  it('lead to an SRCU domain, and to the lock inside it, from code that waits for its readers', async () => {
    const edges = await edgesOf(`
static DEFINE_MUTEX(update);
DEFINE_STATIC_SRCU(readers);
static void retire(void *old) { synchronize_srcu(&readers); }
void swap_in(void *old)
{
	mutex_lock(&update);
	retire(old);
	mutex_unlock(&update);
}
`);
    assert.deepEqual(edges, ['a.c:update -> a.c:readers', 'a.c:update -> a.c:readers.srcu_sup.lock']);
  });

  it('name the count inside a sequence lock as its initialiser does', async () => {
    const { analysis } = await snapshotOf({
      'a.c': `
struct clock { seqlock_t lock; };
void clock_set(struct clock *c)
{
	seqlock_init(&c->lock);
	write_seqlock(&c->lock);
	write_sequnlock(&c->lock);
}
`,
    });
    const inside = [...analysis.graph.classes.values()].find((one) => one.id === 'clock.lock.seqcount');
    assert.deepEqual(inside?.lockdepNames, ['&(&c->lock)->seqcount', '&____s->seqcount']);
    assert.deepEqual(
      inside.initAt.map(({ line }) => line),
      [5],
    );
  });
});
