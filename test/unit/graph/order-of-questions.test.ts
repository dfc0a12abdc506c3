import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { runToEnd } from '../../../analysis/base/progress.js';
import { KnownCallers } from '../../../analysis/graph/sight/callers.js';
import { DependencyFinder } from '../../../analysis/graph/edges/dependency.js';
import { EntryLocks } from '../../../analysis/graph/contexts/entry.js';
import { LockCalls, MayAcquire } from '../../../analysis/graph/edges/may-acquire.js';
import { OneThread } from '../../../analysis/graph/contexts/one-thread.js';
import { Proofs } from '../../../analysis/graph/paths/proofs.js';
import { AcquiredWithin } from '../../../analysis/graph/edges/acquired-within.js';
import { Switching } from '../../../analysis/graph/interrupts/switching.js';
import { Usage } from '../../../analysis/graph/interrupts/usage.js';
import { patience, runs } from '../../support/runs.js';
import { linked, type Linked } from './support.js';

/** A question as text and its answer as text: equal questions must have equal answers. */
interface Question {
  readonly asks: string;
  answer(): string;
}

/** Every question that is answered with the help of answers to others, asked of one new set of memories. */
function questionsOf({ table, collected, contexts, fn }: Linked, names: readonly string[]): Question[] {
  const acquiredWithin = new AcquiredWithin(collected);
  const proofs = new Proofs(table).begin();
  const usage = runToEnd(Usage.read(table, collected, acquiredWithin, contexts, proofs));
  const mayAcquire = new MayAcquire(new LockCalls(collected));
  const finder = new DependencyFinder(table, collected, acquiredWithin, mayAcquire, proofs);
  const entry = new EntryLocks(table, new KnownCallers(collected));
  const threads = new OneThread(collected.program);
  const switching = new Switching(table, collected, contexts, usage, finder);
  const keys = [...collected.kinds.keys()].sort();
  const ofFunctions = names.flatMap((name): Question[] => [
    {
      asks: `locks held when ${name}() is entered`,
      answer: () => [...entry.of(fn(name)).keys()].sort().join(),
    },
    { asks: `the one thread of ${name}()`, answer: () => threads.common([fn(name)])?.name ?? 'none' },
    ...keys.map((key) => ({
      asks: `calls from ${name}() to ${key}`,
      answer: () => String(acquiredWithin.distance(fn(name), key)),
    })),
  ]);
  const ofClasses = keys.flatMap((key) =>
    (['hardirq', 'softirq'] as const).map((interrupt) => ({
      asks: `how ${key} keeps a ${interrupt} away`,
      answer: (): string => {
        const plan = switching.plan(key, interrupt);
        return 'reason' in plan
          ? plan.reason
          : plan.calls.map((call) => `${call.fn.name}:${call.at.line} ${call.form}`).join();
      },
    })),
  );
  return [...ofFunctions, ...ofClasses];
}

function answersIn(questions: readonly Question[], order: readonly number[]): Record<string, string> {
  const answers: Record<string, string> = {};
  for (const i of order) {
    const question = questions[i];
    if (question !== undefined) answers[question.asks] = question.answer();
  }
  return Object.fromEntries(Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `a` calls `b` calls `c` …, each static; the first one is `head`. */
function chain(head: string, names: readonly string[], last: string): string {
  const bodies = names.map((name, i) => {
    const next = names[i + 1];
    return `static void ${name}(struct dev *d)\n{\n\t${next === undefined ? last : `${next}(d);`}\n}\n`;
  });
  return `${bodies.reverse().join('')}${head}`;
}

const HEADER = `struct dev { struct mutex lock; spinlock_t irq; int n; };
static void deepest(struct dev *d) { spin_lock(&d->irq); d->n++; spin_unlock(&d->irq); }
`;

describe('answers of the lock graph', () => {
  it('about locks at entry do not depend on earlier queries', async () => {
    const names = ['one', 'two', 'three', 'four', 'five'];
    const text = `${HEADER}${chain(
      'void start(struct dev *d)\n{\n\tmutex_lock(&d->lock);\n\tone(d);\n\tmutex_unlock(&d->lock);\n}\n',
      names,
      'deepest(d);',
    )}`;
    const world = await linked({ 'a.c': text });
    const asked = (order: readonly string[]): readonly string[] => {
      const entry = new EntryLocks(world.table, new KnownCallers(world.collected));
      return order.map((name) => `${name}: ${[...entry.of(world.fn(name)).keys()].join()}`);
    };
    // Three calls above four() nobody is asked any more: that is no answer for one() itself.
    assert.deepEqual(asked(['four', 'one']).slice(1), asked(['one']));
    assert.deepEqual(asked(['one']), ['one: dev.lock@a.c']);
  });

  it('about whether functions run in a single thread do not depend on earlier questions', async () => {
    const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
    const head = `static int worker(void *data) { struct dev *d = data; one(d); return 0; }
int start(struct dev *d) { return PTR_ERR(kthread_run(worker, d, "worker")); }
`;
    const world = await linked({ 'a.c': `${HEADER}${chain(head, names, 'deepest(d);')}` });
    const asked = (order: readonly string[]): readonly string[] => {
      const threads = new OneThread(world.collected.program);
      return order.map((name) => `${name}: ${threads.common([world.fn(name)])?.name ?? 'none'}`);
    };
    assert.deepEqual(asked(['three']), ['three: worker']);
    assert.deepEqual(asked(['eight', 'three']).slice(1), asked(['three']));
  });

  it('about the single thread see another caller on the path, also when repeated', async () => {
    const text = `${HEADER}
static void two(struct dev *d) { deepest(d); }
static void one(struct dev *d) { two(d); }
static int worker(void *data) { struct dev *d = data; one(d); return 0; }
int start(struct dev *d) { d->n = 1; return PTR_ERR(kthread_run(worker, d, "worker")); }
struct ops { void (*run)(struct dev *d); };
struct ops table = { .run = one };
`;
    const world = await linked({ 'a.c': text });
    const threads = new OneThread(world.collected.program);
    const two = [world.fn('two')];
    assert.deepEqual([threads.common(two)?.name, threads.common(two)?.name], [undefined, undefined]);
  });

  it('about interrupts to disable do not depend on earlier queries', async () => {
    const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
    const head = `static irqreturn_t handler(int irq, void *data)
{
	struct dev *d = data;

	spin_lock(&d->irq);
	spin_unlock(&d->irq);
	spin_lock(&second);
	spin_unlock(&second);
	return IRQ_HANDLED;
}
static void begin(struct work_struct *w) { one(container_of(w, struct dev, work)); }
int probe(struct dev *d)
{
	INIT_WORK(&d->work, begin);
	return request_irq(1, handler, 0, "d", d);
}
`;
    const text = `struct dev { struct mutex lock; spinlock_t irq; int n; struct work_struct work; };
static DEFINE_SPINLOCK(second);
${chain(head, names, 'spin_lock(&d->irq); d->n++; spin_unlock(&d->irq);').replace(
  'static void three(struct dev *d)\n{',
  'static void three(struct dev *d)\n{\n\tspin_lock(&second);\n\tspin_unlock(&second);',
)}`;
    const world = await linked({ 'a.c': text });
    const all = questionsOf(world, []);
    const order = [...all.keys()];
    const alone = order.map((i) => answersIn(questionsOf(world, []), [i]));
    const together = answersIn(questionsOf(world, []), order);
    const reversed = answersIn(questionsOf(world, []), [...order].reverse());
    assert.deepEqual(together, Object.assign({}, ...alone));
    assert.deepEqual(reversed, together);
  });

  it('do not depend on the order of queries, with recursion, threads and handlers', async function () {
    this.timeout(patience());
    await fc.assert(
      fc.asyncProperty(world(), fc.infiniteStream(fc.nat()), async ({ text, names }, randoms) => {
        const linkedWorld = await linked({ 'a.c': text });
        const count = questionsOf(linkedWorld, names).length;
        const inOrder = answersIn(questionsOf(linkedWorld, names), [...Array(count).keys()]);
        const order = [...Array(count).keys()]
          .map((i) => [i, randoms.next().value ?? 0] as const)
          .sort(([, a], [, b]) => a - b)
          .map(([i]) => i);
        assert.deepEqual(answersIn(questionsOf(linkedWorld, names), order), inOrder);
      }),
      { numRuns: runs(40) },
    );
  });
});

/** Programs in which any function may call any other, most of them under locks, and some run as threads and handlers. */
function world(): fc.Arbitrary<{ readonly text: string; readonly names: readonly string[] }> {
  const names = Array.from({ length: 9 }, (_, i) => `f${i}`);
  const statement = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...names.map((name) => `${name}(d);`)) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        ...names.map((name) => `mutex_lock(&d->lock); ${name}(d); mutex_unlock(&d->lock);`),
        ...names.map((name) => `spin_lock_irq(&d->irq); ${name}(d); spin_unlock_irq(&d->irq);`),
      ),
    },
    { weight: 2, arbitrary: fc.constantFrom('spin_lock(&d->irq); spin_unlock(&d->irq);', 'msleep(1);') },
  );
  const body = fc.array(statement, { minLength: 1, maxLength: 3 });
  const roots = fc.constantFrom(
    (name: string, i: number) =>
      `static int thread${i}(void *data) { struct dev *d = data; ${name}(d); return 0; }
int run${i}(struct dev *d) { return PTR_ERR(kthread_run(thread${i}, d, "t")); }
`,
    (name: string, i: number) =>
      `static irqreturn_t irq${i}(int irq, void *data) { struct dev *d = data; ${name}(d); return IRQ_HANDLED; }
int run${i}(struct dev *d) { return request_irq(${i}, irq${i}, 0, "d", d); }
`,
    (name: string, i: number) => `struct ops ops${i} = { .run = ${name} };\n`,
    (name: string, i: number) =>
      `void run${i}(struct dev *d) { mutex_lock(&d->lock); ${name}(d); mutex_unlock(&d->lock); }\n`,
  );
  return fc
    .tuple(
      fc.array(body, { minLength: names.length, maxLength: names.length }),
      fc.array(fc.tuple(roots, fc.constantFrom(...names)), { minLength: 1, maxLength: 4 }),
    )
    .map(([bodies, entries]) => ({
      names,
      text: `struct dev { struct mutex lock; spinlock_t irq; int n; };
struct ops { void (*run)(struct dev *d); };
${names.map((name) => `static void ${name}(struct dev *d);\n`).join('')}
${names
  .map(
    (name, i) => `static void ${name}(struct dev *d)
{
${(bodies[i] ?? []).map((line) => `\t${line}\n`).join('')}}
`,
  )
  .join('')}
${entries.map(([make, name], i) => make(name, i)).join('')}`,
    }));
}
