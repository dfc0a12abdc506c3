import assert from 'node:assert/strict';
import { applyFileEdits } from '../../../analysis/fixes/edits.js';
import { proposeReorder } from '../../../analysis/fixes/reorder.js';
import type { FixOutcome } from '../../../analysis/fixes/types.js';
import { createNodeParser } from '../../../host/node/parser.js';
import { cycle, type TestLock } from './support.js';

/** A pair of locks with code that takes them in the right order, and the head of a function that may not. */
export interface World {
  readonly head: string;
  readonly locks: readonly [TestLock, TestLock];
  readonly signature: string;
}

export const SEM1: TestLock = { id: 'sem1', names: ['&sem1'] };
export const SEM2: TestLock = { id: 'sem2', names: ['&sem2'] };
export const SEMAPHORES = `static DEFINE_SEMAPHORE(sem1);
static DEFINE_SEMAPHORE(sem2);
static int shared;
static int unrelated;

static int right(void)
{
	down(&sem1);
	down(&sem2);
	shared++;
	up(&sem2);
	up(&sem1);
	return 0;
}

`;

export const PARENT: TestLock = { id: 'parent.lock', kind: 'mutex', names: ['&p->lock', '&c->parent->lock'] };
export const CHILD: TestLock = {
  id: 'child.lock',
  kind: 'mutex',
  names: ['&c->lock', '&p->child->lock', '&find(p)->lock'],
};
const OBJECTS = `struct parent {
	struct mutex lock;
};
struct child {
	struct mutex lock;
};

static void right(struct child *c, struct parent *p)
{
	mutex_lock(&c->lock);
	mutex_lock(&p->lock);
	mutex_unlock(&p->lock);
	mutex_unlock(&c->lock);
}

static void as_well(struct child *c, struct parent *p)
{
	mutex_lock(&c->lock);
	mutex_lock(&p->lock);
	mutex_unlock(&p->lock);
	mutex_unlock(&c->lock);
}

`;

export const SPIN_A: TestLock = { id: 'dev.a', kind: 'spinlock', names: ['&d->a'] };
export const SPIN_B: TestLock = { id: 'dev.b', kind: 'spinlock', names: ['&d->b'] };
export const SPINLOCKS = `struct dev {
	spinlock_t a;
	spinlock_t b;
};

static void right(struct dev *d)
{
	spin_lock(&d->a);
	spin_lock(&d->b);
	spin_unlock(&d->b);
	spin_unlock(&d->a);
}

`;

export const semaphores: World = {
  head: SEMAPHORES,
  locks: [SEM1, SEM2],
  signature: 'static int wrong(int n)',
};
export const objects: World = {
  head: OBJECTS,
  locks: [CHILD, PARENT],
  signature: 'static int wrong(struct parent *p, struct child *c)',
};
export const spinlocks: World = {
  head: SPINLOCKS,
  locks: [SPIN_A, SPIN_B],
  signature: 'static void wrong(struct dev *d)',
};

/** A function with these lines, parted by ` | `; `> ` stands for a step to the right. */
export function fn(head: string, lines: string): string {
  const written = lines.split(' | ').map((line) => {
    if (line === '' || /^\w+:$/.test(line)) return line;
    return `\t${line.replace(/^(?:> )+/, (steps) => '\t'.repeat(steps.length / 2))}`;
  });
  return `${head}\n{\n${written.join('\n')}\n}\n`;
}

const parser = await createNodeParser();

export function propose(text: string, locks: readonly [TestLock, TestLock]): FixOutcome {
  return proposeReorder(cycle(parser, { 'a.c': text }, locks));
}

/** The function with the lines `before` gets those of `after`, and nothing else changes. */
export function becomes(world: World, before: string, after: string): void {
  const text = world.head + fn(world.signature, before);
  const { fixes, refusals } = propose(text, world.locks);
  assert.deepEqual(refusals, []);
  assert.equal(applyFileEdits(text, fixes[0]?.edits ?? []), world.head + fn(world.signature, after));
}

/** No fix is offered for the function, and this is among the reasons. */
export function refuses(world: World, before: string, reason: RegExp): void {
  const { fixes, refusals } = propose(world.head + fn(world.signature, before), world.locks);
  assert.deepEqual(
    fixes.map(({ title }) => title),
    [],
  );
  assert.match(refusals.map((refusal) => refusal.reason).join('; '), reason);
}
