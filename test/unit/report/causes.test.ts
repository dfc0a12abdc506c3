import assert from 'node:assert/strict';
import { byCause } from '../../../analysis/report/causes.js';
import { renderGcc } from '../../../analysis/report/formats/gcc.js';
import { renderGithub } from '../../../analysis/report/formats/github.js';
import { publish } from '../../../analysis/report/formats/json.js';
import { findingSchema } from '../../../analysis/report/formats/schema.js';
import { renderText } from '../../../analysis/report/formats/text.js';
import type { Finding } from '../../../analysis/checks/types.js';
import { analyse } from '../../support/analyse.js';
import { CYCLE } from './sample.js';

const HEAD = `
struct dev { spinlock_t lock; spinlock_t other; struct mutex m; struct mutex n; int busy;
	struct work_struct work; struct work_struct more; struct timer_list timer; struct timer_list tick;
	struct clk *clk; };
static void work_fn(struct work_struct *work)
{
	struct dev *d = container_of(work, struct dev, work);
	mutex_lock(&d->m); mutex_unlock(&d->m);
	mutex_lock(&d->n); mutex_unlock(&d->n);
}
static void more_fn(struct work_struct *work)
{
	struct dev *d = container_of(work, struct dev, more);
	mutex_lock(&d->m); mutex_unlock(&d->m);
}
static void init(struct dev *d) { INIT_WORK(&d->work, work_fn); INIT_WORK(&d->more, more_fn); }
static void stop(struct dev *d) { cancel_work_sync(&d->work); }
`;

/** Each mistake as the functions that a report names for it, the first one as the place of the finding. */
async function told(...texts: readonly string[]): Promise<readonly string[]> {
  const { snapshot } = await analyse(new Map(texts.map((text, i) => [`${i}.c`, HEAD + text])), 'high');
  return byCause(snapshot.findings).map(({ rule, at, also = [] }) =>
    [rule, at.function, ...also.map((other) => other.function)].join(' '),
  );
}

describe('the common cause of findings', () => {
  it('is one wait in a callee under the same lock of several callers', async () => {
    const text = `
static void stop_all(struct dev *d) { d->busy = 0; stop(d); }
void a(struct dev *d) { mutex_lock(&d->m); stop(d); mutex_unlock(&d->m); }
void b(struct dev *d) { mutex_lock(&d->m); stop_all(d); mutex_unlock(&d->m); }
void c(struct dev *d) { mutex_lock(&d->m); if (d->busy) stop(d); mutex_unlock(&d->m); }`;
    assert.deepEqual(await told(text), ['wait-deadlock a b c']);
  });

  it('is not one wait under different locks, nor two waits under one lock', async () => {
    const text = `
void a(struct dev *d) { mutex_lock(&d->m); stop(d); mutex_unlock(&d->m); }
void b(struct dev *d) { mutex_lock(&d->n); stop(d); mutex_unlock(&d->n); }
void c(struct dev *d) { mutex_lock(&d->m); cancel_work_sync(&d->more); mutex_unlock(&d->m); }`;
    assert.deepEqual(await told(text), ['wait-deadlock a', 'wait-deadlock b', 'wait-deadlock c']);
  });

  it('is one acquisition that several functions lead to with the lock held', async () => {
    const text = `
static void set(struct dev *d) { spin_lock(&d->lock); d->busy = 1; spin_unlock(&d->lock); }
void a(struct dev *d) { spin_lock(&d->lock); set(d); spin_unlock(&d->lock); }
void b(struct dev *d) { spin_lock(&d->lock); d->busy = 2; set(d); spin_unlock(&d->lock); }
void c(struct dev *d) { spin_lock(&d->other); set(d); spin_unlock(&d->other); }`;
    assert.deepEqual(await told(text), ['self-deadlock set b']);
  });

  it('is a section that sleeps in several places', async () => {
    const text = `
void a(struct dev *d)
{
	spin_lock(&d->lock);
	clk_disable_unprepare(d->clk);
	if (d->busy)
		clk_set_rate(d->clk, 5);
	clk_prepare_enable(d->clk);
	spin_unlock(&d->lock);
}`;
    assert.deepEqual(await told(text), ['sleep-in-atomic a a a']);
  });

  it('is not two sections of one function', async () => {
    const text = `
void a(struct dev *d)
{
	spin_lock(&d->lock);
	msleep(20);
	spin_unlock(&d->lock);
	spin_lock(&d->lock);
	msleep(30);
	spin_unlock(&d->lock);
}`;
    assert.deepEqual(await told(text), ['sleep-in-atomic a', 'sleep-in-atomic a']);
  });

  it('is the common target of several sections, if it is the same for all', async () => {
    const helper = 'static void set(struct dev *d) { clk_set_rate(d->clk, 5); }';
    const section = (name: string, ...calls: readonly string[]): string =>
      `void ${name}(struct dev *d) { spin_lock(&d->lock); ${calls.join(' ')} spin_unlock(&d->lock); }\n`;
    const both = section('a', 'set(d);') + section('b', 'set(d);');
    assert.deepEqual(await told(helper + both), ['sleep-in-atomic a b']);
    const part = section('a', 'set(d);') + section('b', 'msleep(20);', 'set(d);');
    assert.deepEqual(await told(helper + part), ['sleep-in-atomic a', 'sleep-in-atomic b b']);
  });

  it('is a handler that sleeps in several places, or a call in which several handlers sleep', async () => {
    const one = `
static void tick_fn(struct timer_list *t) { msleep(20); msleep(30); }
void start(struct dev *d) { timer_setup(&d->tick, tick_fn, 0); }`;
    assert.deepEqual(await told(one), ['sleep-in-atomic tick_fn tick_fn']);
    const two = `
static void set(void) { msleep(20); }
static void tick_fn(struct timer_list *t) { set(); }
static void timer_fn(struct timer_list *t) { set(); }
void start(struct dev *d) { timer_setup(&d->tick, tick_fn, 0); timer_setup(&d->timer, timer_fn, 0); }`;
    assert.deepEqual(await told(two), ['sleep-in-atomic tick_fn timer_fn']);
  });

  it('is not a call reached from functions with preemption disabled', async () => {
    const text = `
static void set(void) { msleep(20); }
void a(void) { preempt_disable(); set(); preempt_enable(); }
void b(void) { preempt_disable(); set(); preempt_enable(); }`;
    assert.deepEqual(await told(text), ['sleep-in-atomic a', 'sleep-in-atomic b']);
  });

  it('is not the flags of several allocations', async () => {
    const text = `
void *a(struct dev *d, void **q)
{
	void *p;
	spin_lock(&d->lock);
	p = kmalloc(8, GFP_KERNEL);
	*q = kmalloc(16, GFP_KERNEL);
	spin_unlock(&d->lock);
	return p;
}`;
    assert.deepEqual(await told(text), ['sleep-in-atomic a', 'sleep-in-atomic a']);
  });

  it('does not reach beyond a file', async () => {
    const shared = 'static inline void pause(void) { msleep(20); }\n';
    const user = (name: string): string =>
      `#include "pause.h"
struct dev { spinlock_t lock; };
void ${name}(struct dev *d) { spin_lock(&d->lock); pause(); spin_unlock(&d->lock); }`;
    const { snapshot } = await analyse(
      new Map([
        ['pause.h', shared],
        ['a.c', user('a')],
        ['b.c', user('b')],
      ]),
      'high',
    );
    assert.deepEqual(
      byCause(snapshot.findings).map(({ at, also }) => [at.function, also]),
      [
        ['a', undefined],
        ['b', undefined],
      ],
    );
  });
});

describe('a finding with others of the same cause', () => {
  const step = (line: number, text: string): Finding['story'][number] => ({
    path: 0,
    file: 'a.c',
    line,
    column: 2,
    endLine: line,
    endColumn: 9,
    function: 'f',
    text,
    held: [],
  });
  const sleep = (line: number, more: Partial<Finding> = {}): Finding => ({
    ...CYCLE,
    id: `sleep${line}`,
    rule: 'sleep-in-atomic',
    locks: ['dev.lock'],
    at: { ...step(line, ''), function: 'f' },
    story: [step(1, 'takes dev.lock'), step(line, 'calls msleep(), which may sleep')],
    assumes: [],
    witnesses: [`w${line}`],
    fixes: [],
    ...more,
  });
  const fix = (line: number): Finding['fixes'][number] => ({
    title: 'Do not',
    kind: 'k',
    verified: true,
    edits: [
      { file: 'a.c', range: { startLine: line, startColumn: 1, endLine: line, endColumn: 2 }, newText: '' },
    ],
  });

  it('is the most certain one, then one that was seen', () => {
    const seen = [{ source: 'log', verdict: 'seen' as const }];
    const idOf = (...findings: readonly Finding[]): string | undefined => byCause(findings)[0]?.id;
    assert.equal(idOf(sleep(2), sleep(3)), 'sleep2');
    assert.equal(idOf(sleep(2), sleep(3, { evidence: seen })), 'sleep3');
    assert.equal(idOf(sleep(2), sleep(3, { evidence: seen, confidence: 'medium' })), 'sleep2');
  });

  it('has the witnesses, marks and fixes of all, each once', () => {
    const unknown = [{ source: 'log', verdict: 'unknown' as const }];
    const seen = [{ source: 'log', verdict: 'seen' as const }];
    const [told, ...more] = byCause([
      sleep(2, { evidence: unknown, fixes: [fix(2)] }),
      sleep(3, { evidence: seen, fixes: [fix(2), fix(3)], confidence: 'medium' }),
    ]);
    assert.deepEqual(more, []);
    assert.deepEqual(told?.witnesses, ['w2', 'w3']);
    assert.deepEqual(told.evidence, seen);
    assert.deepEqual(
      told.fixes.map(({ title, edits: [edit] }) => [title, edit?.range.startLine]),
      [
        ['Do not', 2],
        ['Do not', 3],
      ],
    );
  });

  it('is one with those that the same repair mends, in whatever functions', () => {
    const inFunction = (line: number, name: string, fixes: Finding['fixes']): Finding => {
      const at = { ...step(line, 'calls msleep(), which may sleep'), function: name };
      return sleep(line, { at, story: [{ ...step(line - 1, 'takes dev.lock'), function: name }, at], fixes });
    };
    const names = (...findings: readonly Finding[]): readonly string[] =>
      byCause(findings).map(({ at, also = [] }) => [at, ...also].map((one) => one.function).join(' '));
    assert.deepEqual(names(inFunction(5, 'f', [fix(9)]), inFunction(8, 'g', [fix(9)])), ['f g']);
    assert.deepEqual(names(inFunction(5, 'f', [fix(9)]), inFunction(8, 'g', [fix(8)])), ['f', 'g']);
    assert.deepEqual(names(inFunction(5, 'f', []), inFunction(8, 'g', [])), ['f', 'g']);
  });

  it('marks a fix that covers only one of several paths', () => {
    const way = (line: number, fixes: Finding['fixes']): Finding =>
      sleep(line, { rule: 'wait-deadlock', fixes, story: [step(line, 'calls g()'), step(9, 'waits')] });
    const titles = (...findings: readonly Finding[]): readonly string[] =>
      byCause(findings).flatMap(({ fixes }) => fixes.map(({ title }) => title));
    assert.deepEqual(titles(way(2, [fix(2)]), way(3, [])), ['Do not (1 of 2 places)']);
    assert.deepEqual(titles(way(2, [fix(9)]), way(3, [fix(9)])), ['Do not']);
    assert.deepEqual(titles(way(2, []), way(3, [fix(3)])), ['Do not (1 of 2 places, not in f())']);
  });

  it('names the others in every format', () => {
    const [told] = byCause([sleep(2), sleep(3)]) as [Finding];
    const { also } = findingSchema.parse(publish(told));
    assert.deepEqual(also, [
      { id: 'sleep3', file: 'a.c', line: 3, column: 2, endLine: 3, endColumn: 9, function: 'f' },
    ]);
    const text = renderText({ version: '1', findings: [told], skipped: [] }, () => undefined);
    assert.match(text, /also: a\.c:3:2 in f \(sleep3\)/);
    assert.match(renderGcc([told]), /^a\.c:3:2: note: f\(\) leads to the same bug$/m);
    assert.match(renderGithub([told]), /^::notice file=a\.c,line=3,.*the same bug as at a\.c:2/m);
  });
});
