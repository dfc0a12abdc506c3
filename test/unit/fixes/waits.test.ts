import assert from 'node:assert/strict';
import { fixesIn } from './support.js';

/** Two interrupts that are freed at the end of the section that their handlers want. */
function link(end: string): string {
  const handler = (name: string): string => `
static irqreturn_t link_${name}(int irq, void *data)
{
	struct link *l = data;

	spin_lock(&l->lock);
	l->up++;
	spin_unlock(&l->lock);
	return IRQ_HANDLED;
}
`;
  return `
struct link { spinlock_t lock; int rx_irq; int tx_irq; int up; };
${handler('rx')}${handler('tx')}
int link_open(struct link *l)
{
	int err = request_irq(l->rx_irq, link_rx, 0, "rx", l);

	return err ? err : request_irq(l->tx_irq, link_tx, 0, "tx", l);
}

void link_close(struct link *l)
{
	spin_lock_irq(&l->lock);
	l->up = 0;
${end}	spin_unlock_irq(&l->lock);
}
`;
}

describe('waits at the end of a section', () => {
  it('move together if each is reported, whichever finding is repaired', async () => {
    const text = link('\tfree_irq(l->tx_irq, l);\n\tfree_irq(l->rx_irq, l);\n');
    const found = await fixesIn({ 'a.c': text }, 'wait-deadlock');
    const edits = found.map(({ fixes }) => fixes.map((fix) => fix.edits));
    assert.equal(edits.length, 2);
    assert.equal(edits[0]?.length, 1);
    assert.deepEqual(edits[1], edits[0]);
  });

  it('leave an unreported wait before them in place', async () => {
    const text = link('\tcancel_work_sync(&l->other);\n\tfree_irq(l->rx_irq, l);\n');
    const [found] = await fixesIn({ 'a.c': text }, 'wait-deadlock');
    const texts = found?.fixes.flatMap(({ edits }) => edits.map((edit) => edit.newText)) ?? [];
    assert.equal(texts.length > 0, true);
    assert.equal(texts.join('').includes('cancel_work_sync'), false);
  });
});

/** A timer that is deleted under its own lock, behind other steps. */
function log(steps: string): string {
  return `
struct log { spinlock_t lock; struct timer_list timer; char *buf; int n; };
static void log_timer(struct timer_list *t)
{
	struct log *l = from_timer(l, t, timer);

	spin_lock(&l->lock);
	l->buf[0]++;
	spin_unlock(&l->lock);
}
void log_init(struct log *l) { timer_setup(&l->timer, log_timer, 0); }
void log_close(struct log *l)
{
	char *buf = l->buf;

	spin_lock_bh(&l->lock);
${steps}	del_timer_sync(&l->timer);
	spin_unlock_bh(&l->lock);
}
`;
}

describe('a wait behind what the section frees', () => {
  it('stays if the awaited code uses it, also if a variable names it', async () => {
    for (const freed of ['buf', 'l->buf', 'pick()']) {
      const [found] = await fixesIn({ 'a.c': log(`\tkfree(${freed});\n`) }, 'wait-deadlock');
      assert.deepEqual(found?.fixes, [], freed);
    }
  });

  it('moves if nothing is freed', async () => {
    const [found] = await fixesIn({ 'a.c': log('\tl->n = 0;\n') }, 'wait-deadlock');
    assert.equal(found?.fixes.length, 1);
  });
});

/** A function that is called at the end of the section that the work item's handler wants. */
function port(callee: string, more = ''): string {
  return `
struct port { struct mutex lock; struct work_struct rx; struct work_struct tx; struct task_struct *task;
	struct completion done; void *regs; int open; };
static void port_tx(struct work_struct *work) { }
static void port_rx(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, rx);

	mutex_lock(&p->lock);
	p->open++;
	mutex_unlock(&p->lock);
${more}
}
void port_init(struct port *p) { INIT_WORK(&p->rx, port_rx); INIT_WORK(&p->tx, port_tx); }
${callee}
void port_close(struct port *p)
{
	mutex_lock(&p->lock);
	p->open = 0;
	port_drain(p);
	mutex_unlock(&p->lock);
}
`;
}

describe('a call at the end of a section', () => {
  const outcome = async (text: string): Promise<readonly string[]> => {
    const found = await fixesIn({ 'a.c': text }, 'wait-deadlock');
    return found.flatMap(({ fixes, refusals }) => [
      ...fixes.map(({ kind, title }) => `${kind}: ${title}`),
      ...refusals.filter(({ kind }) => kind === 'wait').map(({ reason }) => reason),
    ]);
  };
  const drain = (...statements: readonly string[]): string =>
    `static void port_drain(struct port *p) { ${statements.join(' ')} }`;
  const WAITS = 'cancel_work_sync(&p->rx);';

  it('moves behind it if the callee only waits', async () => {
    assert.deepEqual(await outcome(port(drain(WAITS))), [
      'wait-call-behind: Call port_drain() after port.lock is released',
    ]);
    assert.deepEqual(await outcome(port(drain(WAITS, 'cancel_work_sync(&p->tx);'))), [
      'wait-call-behind: Call port_drain() after port.lock is released',
    ]);
  });

  it('stays if the callee does more in one of its definitions', async () => {
    const more = 'port_drain() does more than wait, for which it may need the lock';
    assert.deepEqual(await outcome(port(drain('p->open = 2;', WAITS))), [more]);
    assert.deepEqual(await outcome(port(drain(WAITS, 'writel(0, p->regs);'))), [more]);
    assert.deepEqual(await outcome(port(drain(`if (p->regs) ${WAITS}`))), [more]);
    const arms = `#ifdef CONFIG_A\n${drain(WAITS)}\n#else\n${drain(WAITS, 'p->open = 2;')}\n#endif`;
    assert.deepEqual(await outcome(port(arms)), [more]);
    const part = `static void port_drain(struct port *p)\n{\n\t${WAITS}\n#ifdef CONFIG_A\n\tp->open = 2;\n#endif\n}`;
    assert.deepEqual(
      (await outcome(port(part))).filter((one) => one.startsWith('wait-call')),
      [],
    );
  });

  it('stays if the awaited work may change, or may start something that nothing waits for', async () => {
    const thread = `
static int port_thread(void *data)
{
	struct port *p = data;

	mutex_lock(&p->lock);
	mutex_unlock(&p->lock);
	return 0;
}
void port_start(struct port *p)
{
	mutex_lock(&p->lock);
	p->task = kthread_run(port_thread, p, "port");
	mutex_unlock(&p->lock);
}
`;
    assert.deepEqual(await outcome(port(thread + drain('kthread_stop(p->task);'))), [
      'p->task may change once port.lock is released',
    ]);
    assert.deepEqual(await outcome(port(drain(WAITS), '\tschedule_work(&p->tx);')), [
      'port_rx() starts tx, and nothing waits for that after cancel_work_sync()',
    ]);
  });

  it('stays if other calls follow in the section, or its result is used', async () => {
    const behind = port(drain(WAITS)).replace('port_drain(p);', 'port_drain(p);\n\tp->open = 3;');
    assert.deepEqual(await outcome(behind), ['port.lock is not released right after port_drain()']);
    const used = port(`static int port_drain(struct port *p) { return cancel_work_sync(&p->rx); }`).replace(
      'port_drain(p);',
      'p->open = port_drain(p);',
    );
    assert.deepEqual(await outcome(used), ['port_drain() is part of a larger statement']);
  });
});

/** A work item that is cancelled in a section of the lock that it takes. */
function meter(section: string): string {
  return `
struct meter { struct mutex lock; struct work_struct work; int n; bool stopped; };
static void meter_work(struct work_struct *work)
{
	struct meter *m = container_of(work, struct meter, work);

	mutex_lock(&m->lock);
	if (!m->stopped)
		m->n++;
	mutex_unlock(&m->lock);
}
void meter_init(struct meter *m) { INIT_WORK(&m->work, meter_work); }
void meter_irq(struct meter *m) { schedule_work(&m->work); }
void meter_stop(struct meter *m)
{
	mutex_lock(&m->lock);
${section}	mutex_unlock(&m->lock);
}
`;
}

describe('a handler that gives up the lock', () => {
  const kindsFor = async (section: string): Promise<string[]> => {
    const found = await fixesIn({ 'a.c': meter(section) }, 'wait-deadlock');
    return found.flatMap(({ fixes }) => fixes.map(({ kind }) => kind));
  };

  it('is a kind of its own where the wait begins or ends the section: it could perhaps move out', async () => {
    const first = '\tcancel_work_sync(&m->work);\n\tm->n = 0;\n\tm->stopped = true;\n\tm->n = 1;\n';
    const last = '\tm->stopped = true;\n\tcancel_work_sync(&m->work);\n';
    assert.equal((await kindsFor(first)).includes('back-off'), false);
    assert.equal((await kindsFor(last)).includes('back-off'), false);
  });

  it('is the usual kind where the section goes on', async () => {
    const within = '\tm->stopped = true;\n\tcancel_work_sync(&m->work);\n\tm->n = 0;\n';
    assert.deepEqual(await kindsFor(within), ['back-off']);
  });
});
