import assert from 'node:assert/strict';
import { applyFileEdits } from '../../../analysis/fixes/text/edits.js';
import { fixesIn, type Fixed } from './support.js';

/** A pair of locks with code that takes them in the right order, and the head of a function that may not. */
export interface World {
  readonly head: string;
  readonly signature: string;
}

export const semaphores: World = {
  head: `DEFINE_SEMAPHORE(sem1);
DEFINE_SEMAPHORE(sem2);
static int shared;
static int unrelated;

int right(void)
{
	down(&sem1);
	down(&sem2);
	shared++;
	up(&sem2);
	up(&sem1);
	return 0;
}

`,
  signature: 'int wrong(int n)',
};

/** A child's lock comes before its parent's. */
export const objects: World = {
  head: `struct device {
	struct mutex a;
	struct mutex b;
};
struct child;
struct parent {
	struct mutex lock;
	struct child *child;
	struct device *dev;
	int n;
};
struct child {
	struct mutex lock;
	struct parent *parent;
	int n;
};

void right(struct child *c, struct parent *p)
{
	mutex_lock(&c->lock);
	mutex_lock(&p->lock);
	mutex_unlock(&p->lock);
	mutex_unlock(&c->lock);
}

void as_well(struct child *c, struct parent *p)
{
	mutex_lock(&c->lock);
	mutex_lock(&p->lock);
	mutex_unlock(&p->lock);
	mutex_unlock(&c->lock);
}

`,
  signature: 'int wrong(struct parent *p, struct child *c)',
};

export const spinlocks: World = {
  head: `struct dev {
	spinlock_t a;
	spinlock_t b;
	struct mutex m;
	int n;
};

void right(struct dev *d)
{
	spin_lock_irq(&d->a);
	spin_lock(&d->b);
	d->n++;
	spin_unlock(&d->b);
	spin_unlock_irq(&d->a);
}

void as_well(struct dev *d)
{
	spin_lock_irq(&d->a);
	spin_lock(&d->b);
	d->n++;
	spin_unlock(&d->b);
	spin_unlock_irq(&d->a);
}

void outermost(struct dev *d)
{
	mutex_lock(&d->m);
	spin_lock_irq(&d->b);
	d->n++;
	spin_unlock_irq(&d->b);
	mutex_unlock(&d->m);
}

`,
  signature: 'void wrong(struct dev *d)',
};

/** A function with these lines, separated by ` | `; each `> ` is one more level of indentation. */
export function fn(head: string, lines: string): string {
  const written = lines.split(' | ').map((line) => {
    if (line === '' || /^(?:\w+:|#.*)$/.test(line)) return line;
    return `\t${line.replace(/^(?:> )+/, (steps) => '\t'.repeat(steps.length / 2))}`;
  });
  return `${head}\n{\n${written.join('\n')}\n}\n`;
}

/** The one cycle in a text, with its fixes. */
export async function cycleIn(text: string): Promise<Fixed> {
  const [only, ...others] = await fixesIn({ 'a.c': text }, 'lock-order-cycle');
  assert.ok(only, 'nothing is found');
  assert.deepEqual(
    others.map(({ finding }) => finding.message),
    [],
  );
  return only;
}

/** The function with the lines `before` gets those of `after`, and nothing else changes. */
export async function becomes(world: World, before: string, after: string): Promise<void> {
  const text = world.head + fn(world.signature, before);
  const { fixes, refusals } = await cycleIn(text);
  assert.deepEqual(refusals, []);
  assert.equal(applyFileEdits(text, fixes[0]?.edits ?? []), world.head + fn(world.signature, after));
}

/** No fix is offered for the function, and this is among the reasons. */
export async function refuses(world: World, before: string, reason: RegExp): Promise<void> {
  const { fixes, refusals } = await cycleIn(world.head + fn(world.signature, before));
  assert.deepEqual(
    fixes.map(({ title }) => title),
    [],
  );
  assert.match(refusals.map((refusal) => refusal.reason).join('; '), reason);
}
