import assert from 'node:assert/strict';
import { found } from './support.js';

const RT = { preemptRt: true };

const head = `struct dev {
	raw_spinlock_t raw;
	spinlock_t lock;
	rwlock_t table;
	struct mutex io;
	struct timer_list timer;
	int irq;
	void *p;
};
`;

function body(text: string): string {
  return `${head}void f(struct dev *d)\n{\n${text}\n}\n`;
}

/** What sleep-in-atomic says of a function body without and with PREEMPT_RT. */
async function both(text: string): Promise<readonly [string, string]> {
  const say = (found: readonly string[]): string => found.map((one) => one.replace(/^\d+ /, '')).join('; ');
  const without = await found(body(text), 'sleep-in-atomic');
  return [say(without), say(await found(body(text), 'sleep-in-atomic', RT))];
}

describe('PREEMPT_RT', () => {
  it('lets spinlocks sleep, and reports them under a raw spinlock', async () => {
    assert.deepEqual(await both('raw_spin_lock(&d->raw); spin_lock(&d->lock);'), [
      '',
      'high calls spin_lock(), which may sleep, while holding dev.raw',
    ]);
    assert.deepEqual(await both('raw_spin_lock(&d->raw); read_lock(&d->table);'), [
      '',
      'high calls read_lock(), which may sleep, while holding dev.raw',
    ]);
  });

  it('reports a spinlock with interrupts or preemption off', async () => {
    const irq = 'unsigned long flags;\nlocal_irq_save(flags); spin_lock(&d->lock);';
    assert.deepEqual(await both(irq), [
      '',
      'high calls spin_lock(), which may sleep, with interrupts disabled',
    ]);
    const preempt = 'preempt_disable(); spin_lock(&d->lock);';
    assert.deepEqual(await both(preempt), [
      '',
      'high calls spin_lock(), which may sleep, with preemption disabled',
    ]);
  });

  it('allows a spinlock under another one, with bottom halves off and in an RCU reader', async () => {
    assert.deepEqual(await both('spin_lock(&d->lock); read_lock(&d->table);'), ['', '']);
    assert.deepEqual(await both('unsigned long x;\nspin_lock_irqsave(&d->lock, x); read_lock(&d->table);'), [
      '',
      '',
    ]);
    assert.deepEqual(await both('local_bh_disable(); spin_lock(&d->lock);'), ['', '']);
    assert.deepEqual(await both('rcu_read_lock(); spin_lock(&d->lock);'), ['', '']);
  });

  it('gives a sleep under a spinlock, which is preemptible, less confidence', async () => {
    assert.deepEqual(await both('spin_lock(&d->lock); mutex_lock(&d->io);'), [
      'high calls mutex_lock(), which may sleep, while holding dev.lock',
      'medium calls mutex_lock(), which may sleep, while holding dev.lock',
    ]);
  });

  it('leaves raw spinlocks atomic, and reports allocations under them', async () => {
    const [without, rt] = await both('raw_spin_lock(&d->raw); msleep(1);');
    assert.equal(rt, without);
    assert.deepEqual(await both('raw_spin_lock(&d->raw); d->p = kmalloc(8, GFP_ATOMIC);'), [
      '',
      'high calls kmalloc(), which may sleep, while holding dev.raw',
    ]);
    assert.deepEqual(await both('spin_lock(&d->lock); d->p = kmalloc(8, GFP_ATOMIC);'), ['', '']);
  });

  const handler = (flags: string, lock: string): string => `${head}
static irqreturn_t dev_irq(int irq, void *data)
{
	struct dev *d = data;

	${lock};
	return IRQ_HANDLED;
}

int dev_start(struct dev *d)
{
	return request_irq(d->irq, dev_irq, ${flags}, "dev", d);
}
`;

  it('runs interrupt handlers in threads unless they opt out', async () => {
    const spin = 'spin_lock(&d->lock)';
    assert.deepEqual(await found(handler('IRQF_SHARED', spin), 'sleep-in-atomic', RT), []);
    const hard = await found(handler('IRQF_SHARED | IRQF_NO_THREAD', spin), 'sleep-in-atomic', RT);
    assert.match(hard.join(), /high calls spin_lock\(\), which may sleep, in an interrupt handler/);
  });

  it('reports no irq inversion if handlers are threads or the locks sleep', async () => {
    const used = (flags: string, lock: string): string =>
      `${handler(flags, `${lock}; un${lock}`)}
static int dev_thread(void *data)
{
	struct dev *d = data;

	${lock};
	un${lock};
	return 0;
}
void dev_run(struct dev *d)
{
	kthread_run(dev_thread, d, "dev");
}
`
        .replaceAll('unspin_', 'spin_un')
        .replaceAll('unraw_spin_', 'raw_spin_un');
    const spin = 'spin_lock(&d->lock)';
    const raw = 'raw_spin_lock(&d->raw)';
    assert.equal((await found(used('0', spin), 'irq-inversion')).length, 1);
    assert.deepEqual(await found(used('0', spin), 'irq-inversion', RT), []);
    assert.deepEqual(await found(used('0', raw), 'irq-inversion', RT), []);
    assert.equal((await found(used('IRQF_NO_THREAD', raw), 'irq-inversion', RT)).length, 1);
  });

  it('does not disable interrupts with a spinlock', async () => {
    const text = body(`unsigned long flags;
spin_lock_irqsave(&d->lock, flags);
write_lock_irq(&d->table);
write_unlock_irq(&d->table);
spin_unlock_irqrestore(&d->lock, flags);`);
    assert.equal((await found(text, 'irq-state')).length, 1);
    assert.deepEqual(await found(text, 'irq-state', RT), []);
  });
});
