import assert from 'node:assert/strict';
import { distinct } from '../../../analysis/workspace/fixes.js';
import { fixesIn } from './support.js';

/** An allocation under a spinlock. */
function pool(allocation: string): string {
  return `
struct pool { spinlock_t lock; gfp_t gfp; void *last; };
void pool_fill(struct pool *p)
{
	spin_lock(&p->lock);
	p->last = ${allocation};
	spin_unlock(&p->lock);
}
`;
}

describe('an allocation under a spinlock', () => {
  const cases: readonly (readonly [allocation: string, result: string | RegExp])[] = [
    ['kmalloc(16, GFP_KERNEL | __GFP_ZERO)', 'GFP_ATOMIC'],
    ['kcalloc(4, 1024, GFP_KERNEL)', 'GFP_ATOMIC'],
    ['kcalloc(1024 * 1024, sizeof(int), GFP_KERNEL)', /1048576 bytes or more are allocated/],
    ['kmalloc(16, p->gfp | GFP_KERNEL)', /p->gfp may let the allocation wait/],
    ['kvzalloc(1000, GFP_KERNEL)', /kvzalloc\(\) may map pages/],
  ];
  for (const [allocation, result] of cases)
    it(`${typeof result === 'string' ? 'may' : 'must not'} become atomic: ${allocation}`, async () => {
      const [found] = await fixesIn({ 'a.c': pool(allocation) }, 'sleep-in-atomic');
      const texts = found?.fixes.flatMap(({ edits }) => edits.map(({ newText }) => newText)) ?? [];
      if (typeof result === 'string') assert.deepEqual(texts, [result]);
      else {
        assert.deepEqual(texts, []);
        assert.ok(found?.refusals.some(({ reason }) => result.test(reason)));
      }
    });
});

/** Two locks, the first with bottom halves disabled, the second with interrupts disabled under it. */
function pair(releases: string): string {
  return `
struct pair { spinlock_t a, b; int n; };
void pair_set(struct pair *p)
{
	spin_lock_bh(&p->a);
	spin_lock_irq(&p->b);
	p->n = 1;
${releases}}
`;
}

describe('a release in another form', () => {
  it('does not enable interrupts for a lock that was taken behind it and is still held', async () => {
    const text = pair('\tspin_unlock_bh(&p->a);\n\tspin_unlock_irq(&p->b);\n');
    const [found] = await fixesIn({ 'a.c': text }, 'irq-state');
    assert.deepEqual(found?.fixes, []);
    assert.ok(found?.refusals.some(({ reason }) => /p->b is still held at line 8/.test(reason)));
  });

  it('has nothing to change where the locks are nested', async () => {
    const text = pair('\tspin_unlock_irq(&p->b);\n\tspin_unlock_bh(&p->a);\n');
    assert.deepEqual(await fixesIn({ 'a.c': text }, 'irq-state'), []);
  });
});

describe('a finding for which no kind of fix is known', () => {
  it('has that as the reason', async () => {
    const [found] = await fixesIn(
      {
        'a.c': `
struct page_set { spinlock_t lock; };
void page_set_put(struct page_set *set)
{
	spin_lock(&set->lock);
	kfree(set);
}
`,
      },
      'held-freed',
    );
    assert.deepEqual(found?.fixes, []);
    assert.deepEqual(found?.refusals, [{ kind: 'held-freed', reason: 'no kind of fix is known for it' }]);
  });
});

describe('the reasons against fixes', () => {
  it('are told once each, with guards as the source writes them', () => {
    const kind = 'back-off-at-edge';
    const refusals = [
      { kind, reason: 'the finding would remain' },
      { kind, reason: 'the finding would remain' },
      { kind: 'atomic', reason: 'guard(mutex)() has no variant that does not sleep' },
      { kind: 'irq-safe', reason: 'guard:spinlock() has no variant that disables interrupts' },
    ];
    assert.deepEqual(distinct(refusals), [
      { kind, reason: 'the finding would remain' },
      { kind: 'atomic', reason: 'guard(mutex) has no variant that does not sleep' },
      { kind: 'irq-safe', reason: 'guard(spinlock) has no variant that disables interrupts' },
    ]);
  });

  it('name a conditional guard by the macro that enters it', () => {
    const refusals = [
      { kind: 'atomic', reason: 'cond_guard:mutex_intr() has no variant that does not sleep' },
      { kind: 'wait', reason: 'ACQUIRE(mutex_intr, taken)() does more than take a lock' },
    ];
    const scopes = (): ReadonlyMap<string, string> => new Map([['cond_guard:mutex_intr', 'ACQUIRE']]);
    assert.deepEqual(distinct(refusals, scopes), [
      { kind: 'atomic', reason: 'ACQUIRE(mutex_intr, …) has no variant that does not sleep' },
      { kind: 'wait', reason: 'ACQUIRE(mutex_intr, taken) does more than take a lock' },
    ]);
  });
});
