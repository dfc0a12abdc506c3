import assert from 'node:assert/strict';
import { Proofs } from '../../../analysis/graph/paths/proofs.js';
import { AcquiredWithin } from '../../../analysis/graph/edges/acquired-within.js';
import { Usage } from '../../../analysis/graph/interrupts/usage.js';
import { runToEnd } from '../../../analysis/workspace/index.js';
import { linked } from './support.js';

const text = `static DEFINE_SPINLOCK(used);
static DEFINE_SPINLOCK(quiet);
static DEFINE_RWLOCK(table);

static void deep(void)
{
	read_lock(&table);
	read_unlock(&table);
}

static irqreturn_t handler(int irq, void *p)
{
	spin_lock(&used);
	spin_unlock(&used);
	deep();
	return IRQ_HANDLED;
}

static int __init start(void)
{
	unsigned long flags;

	spin_lock_irqsave(&used, flags);
	spin_unlock_irqrestore(&used, flags);
	spin_lock(&quiet);
	spin_unlock(&quiet);
	return request_irq(1, handler, 0, "a", 0);
}

static int thread(void *p)
{
	write_lock(&table);
	write_unlock(&table);
	local_irq_disable();
	spin_lock(&used);
	spin_unlock(&used);
	local_irq_enable();
	spin_lock(&used);
	spin_unlock(&used);
	return 0;
}

void run(void)
{
	kthread_run(thread, 0, "a");
}
`;

async function usage(code: string | Readonly<Record<string, string>> = text): Promise<Usage> {
  const files = typeof code === 'string' ? { 'a.c': code } : code;
  const { table, collected, contexts } = await linked(files);
  return runToEnd(
    Usage.read(table, collected, new AcquiredWithin(collected), contexts, new Proofs(table).begin()),
  );
}

describe('lock usage in interrupts', () => {
  it('has the classes that handlers take, directly or in callees', async () => {
    assert.deepEqual((await usage()).classes('hardirq'), ['a.c:table', 'a.c:used']);
    assert.deepEqual((await usage()).classes('softirq'), []);
  });

  it('has what a handler takes five calls deep, in other files', async () => {
    const files = {
      'a.c': `void end(int failed);
static irqreturn_t handler(int irq, void *p)
{
	end(irq);
	return IRQ_HANDLED;
}
static int __init start(void) { return request_irq(1, handler, 0, "a", 0); }`,
      'b.c': `void save(int error);
static void decode(int failed) { if (failed) save(failed); }
static void step(int failed) { decode(failed); }
void end(int failed) { step(failed); }`,
      'c.c': `static DEFINE_SPINLOCK(errors);
static void note(int error)
{
	spin_lock(&errors);
	spin_unlock(&errors);
}
void save(int error) { note(error); }`,
    };
    const [use] = (await usage(files)).taken('c.c:errors', 'hardirq');
    assert.deepEqual(
      use?.steps.map(({ fn }) => fn.name),
      ['handler', 'end', 'step', 'decode', 'save', 'note'],
    );
  });

  it('has the call path from the handler', async () => {
    const [use] = (await usage()).taken('a.c:table', 'hardirq');
    assert.deepEqual(
      use?.steps.map(({ fn }) => fn.name),
      ['handler', 'deep'],
    );
    assert.equal(use?.mode, 'read');
  });

  it('shows which locks handlers only read', async () => {
    const known = await usage();
    assert.equal(known.isOnlyRead('a.c:table', 'hardirq'), true);
    assert.equal(known.isOnlyRead('a.c:used', 'hardirq'), false);
    assert.equal(known.isOnlyRead('a.c:quiet', 'hardirq'), false);
  });

  it('finds acquisitions that an interrupt may hit', async () => {
    const known = await usage();
    const places = [...known.enabled('a.c:used', 'hardirq')].map(({ steps, entry }) => [
      steps.at(-1)?.span.line,
      entry?.context,
    ]);
    assert.deepEqual(places, [[38, 'kthread']]);
  });

  it('finds one after any number of acquisitions with interrupts off', async () => {
    const careful = Array.from(
      { length: 60 },
      (_, i) => `
static void careful_${i}(void)
{
	unsigned long flags;

	spin_lock_irqsave(&used, flags);
	spin_unlock_irqrestore(&used, flags);
}
`,
    ).join('');
    const start = text.indexOf('static int __init start');
    const known = await usage(text.slice(0, start) + careful + text.slice(start));
    const functions = [...known.enabled('a.c:used', 'hardirq')].map(({ steps }) => steps.at(-1)?.fn.name);
    assert.deepEqual(functions, ['thread']);
  });
});
