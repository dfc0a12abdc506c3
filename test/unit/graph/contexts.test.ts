import assert from 'node:assert/strict';
import { linked } from './support.js';

const object = `struct dev {
	struct work_struct work;
	struct delayed_work later;
	struct timer_list timer;
	struct tasklet_struct task;
	struct hrtimer beat;
	struct napi_struct napi;
	struct irq_work wakeup;
	struct rcu_head rcu;
	int irq;
};
`;

/** In which contexts \`f\` runs when its text says so. */
async function contextsOf(text: string, name = 'f'): Promise<readonly string[]> {
  const { contexts, fn } = await linked({ 'a.c': object + text });
  return contexts
    .of(fn(name))
    .map(({ context }) => context)
    .sort();
}

describe('contexts of functions', () => {
  const registrations: readonly (readonly [context: string, text: string])[] = [
    [
      'hardirq',
      'static irqreturn_t f(int i, void *p) { return 0; }\nint s(struct dev *d) { return request_irq(d->irq, f, 0, "d", d); }',
    ],
    [
      'hardirq',
      'static void f(struct irq_work *w) { }\nvoid s(struct dev *d) { init_irq_work(&d->wakeup, f); }',
    ],
    ['hardirq', 'static enum hrtimer_restart f(struct hrtimer *t) { return 0; }'],
    [
      'softirq',
      'static int f(struct napi_struct *n, int b) { return 0; }\nvoid s(struct dev *d) { netif_napi_add(0, &d->napi, f); }',
    ],
    [
      'timer',
      'static void f(struct timer_list *t) { }\nvoid s(struct dev *d) { timer_setup(&d->timer, f, 0); }',
    ],
    [
      'tasklet',
      'static void f(struct tasklet_struct *t) { }\nvoid s(struct dev *d) { tasklet_setup(&d->task, f); }',
    ],
    ['work', 'static void f(struct work_struct *w) { }\nvoid s(struct dev *d) { INIT_WORK(&d->work, f); }'],
    ['work', 'static void f(struct work_struct *w) { }\nstatic DECLARE_DELAYED_WORK(later, f);'],
    ['kthread', 'static int f(void *p) { return 0; }\nvoid s(struct dev *d) { kthread_run(f, d, "d"); }'],
    ['rcu', 'static void f(struct rcu_head *r) { }\nvoid s(struct dev *d) { call_rcu(&d->rcu, f); }'],
    [
      'nmi',
      'static int f(unsigned int v, struct pt_regs *r) { return 0; }\nvoid s(void) { register_nmi_handler(0, f, 0, "d"); }',
    ],
    ['process', 'static int __init f(void) { return 0; }'],
    [
      'process',
      'static long f(struct file *p, unsigned c, unsigned long a) { return 0; }\nstatic const struct file_operations ops = { .unlocked_ioctl = f };',
    ],
    [
      'softirq',
      'static int f(struct sk_buff *s, struct net_device *n) { return 0; }\nstatic const struct net_device_ops ops = { .ndo_start_xmit = f };',
    ],
  ];
  for (const [context, text] of registrations) {
    it(`${context}: ${text.slice(text.lastIndexOf('\n') + 1)}`, async () => {
      assert.deepEqual(await contextsOf(text), [context]);
    });
  }

  it('distinguish the two halves of a threaded interrupt handler', async () => {
    const text = `static irqreturn_t f(int i, void *p) { return IRQ_WAKE_THREAD; }
static irqreturn_t g(int i, void *p) { return IRQ_HANDLED; }
int s(struct dev *d) { return request_threaded_irq(d->irq, f, g, IRQF_ONESHOT, "d", d); }`;
    assert.deepEqual(await contextsOf(text), ['hardirq']);
    assert.deepEqual(await contextsOf(text, 'g'), ['threaded-irq']);
  });

  it('run a soft high-resolution timer in softirq', async () => {
    const text = `static enum hrtimer_restart f(struct hrtimer *t) { return 0; }
void s(struct dev *d) { hrtimer_init(&d->beat, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT); }`;
    assert.deepEqual(await contextsOf(text), ['softirq']);
  });

  it('keep all contexts of a function with several', async () => {
    const text = `static void f(struct work_struct *w) { }
void s(struct dev *d) { INIT_WORK(&d->work, f); }
static irqreturn_t g(int i, void *p) { return 0; }
static int __init h(void) { return devm_request_irq(0, 1, g, 0, "d", 0); }
static int j(void *p) { return 0; }
void t(struct dev *d) { kthread_run(j, d, "d"); }`;
    assert.deepEqual(await contextsOf(text), ['work']);
    assert.deepEqual(await contextsOf(text, 'g'), ['hardirq']);
    assert.deepEqual(await contextsOf(text, 'h'), ['process']);
    assert.deepEqual(await contextsOf(text, 'j'), ['kthread']);
    assert.deepEqual(await contextsOf(text, 't'), []);
  });

  it("prefer a file's registration over a type or section, in any order of files", async () => {
    const named = 'int __init f(void *p) { return 0; }\n';
    const starting = `${object}int f(void *p);\nvoid s(struct dev *d) { kthread_run(f, d, "d"); }\n`;
    for (const sources of [
      { 'a.c': named, 'b.c': starting },
      { 'a.c': starting, 'b.c': named },
    ]) {
      const { contexts, fn } = await linked(sources);
      assert.deepEqual(
        contexts.of(fn('f')).map(({ context }) => context),
        ['kthread'],
      );
    }
  });
});
