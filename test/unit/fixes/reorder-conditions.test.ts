import assert from 'node:assert/strict';
import { becomes, cycleIn, fn, objects, refuses, semaphores, spinlocks } from './worlds.js';

const around = (lines: string): string =>
  `down(&sem2); | ${lines} | down(&sem1); | up(&sem1); | up(&sem2); | return n;`;
const moved = (lines: string): string =>
  `down(&sem1); | down(&sem2); | ${lines} | up(&sem2); | up(&sem1); | return n;`;

describe('the reorder fix extends the lock only over harmless statements', () => {
  it('accepts arithmetic on locals and on objects unrelated to the lock', async () => {
    for (const lines of [
      'n++;',
      'int k = n * 2; | n = k ? 1 : 2;',
      'unrelated = n;',
      'if (n > 3) | > n = 3;',
    ]) {
      await becomes(semaphores, around(lines), moved(lines));
    }
  });
  it('leaves the releases where they are if other code uses a variable with the lock held', async () => {
    const lines = 'n = shared; | up(&sem1); | up(&sem2); | return n;';
    await becomes(
      semaphores,
      `down(&sem2); | n = shared; | down(&sem1); | up(&sem1); | n++; | up(&sem2); | return n;`,
      `down(&sem1); | down(&sem2); | ${lines.replace('up(&sem1);', 'up(&sem1); | n++;')}`,
    );
  });
  it('refuses jumps, returns, loops and calls', async () => {
    await refuses(
      semaphores,
      around('if (n) { | > up(&sem2); | > return 1; | }'),
      /takes or releases a lock|leaves without sem1/,
    );
    await refuses(semaphores, `${around('if (n) | > goto out;')} | out: | return 2;`, /leaves without sem1/);
    await refuses(semaphores, around('while (shared) | > n--;'), /may wait/);
    await refuses(semaphores, around('wait_event(queue, unrelated);'), /wait_event.* waits/);
    await refuses(semaphores, around('get_device(n);'), /take a reference/);
    await refuses(semaphores, around('middle: | n++;'), /a jump leads to/);
    await refuses(semaphores, around('asm volatile("nop");'), /not understood/);
  });
});

const devices = {
  ...objects,
  head: `${objects.head}${fn('void third(struct device *d)', 'mutex_lock(&d->a); | mutex_lock(&d->b); | mutex_unlock(&d->b); | mutex_unlock(&d->a);')}
`,
};

describe('the reorder fix requires the moved lock to be the same and alive at its new place', () => {
  const tail = 'mutex_unlock(&c->lock); | mutex_unlock(&p->lock); | return 0;';
  const mirrored = 'mutex_unlock(&p->lock); | mutex_unlock(&c->lock); | return 0;';

  it('accepts a parameter that is not changed', async () => {
    await becomes(
      objects,
      `mutex_lock(&p->lock); | mutex_lock(&c->lock); | ${tail}`,
      `mutex_lock(&c->lock); | mutex_lock(&p->lock); | ${mirrored}`,
    );
  });
  it('refuses a pointer that is assigned, looked up or checked in between', async () => {
    await refuses(
      objects,
      `mutex_lock(&p->lock); | c = p->child; | mutex_lock(&c->lock); | ${tail}`,
      /uses c, through which child\.lock is reached/,
    );
    await refuses(
      objects,
      `mutex_lock(&p->lock); | c = find(p); | mutex_lock(&c->lock); | ${tail}`,
      /find\(\), which may wait, look up/,
    );
    await refuses(
      objects,
      `mutex_lock(&p->lock); | if (!c) | > goto out; | mutex_lock(&c->lock); | ${tail}`,
      /uses c|leaves/,
    );
  });
  it('refuses a lock reached through an object that the other lock protects', async () => {
    await refuses(
      objects,
      'mutex_lock(&p->lock); | mutex_lock(&p->child->lock); | mutex_unlock(&p->child->lock); | mutex_unlock(&p->lock); | return 0;',
      /p->child, through which child\.lock is reached, may be protected by parent\.lock/,
    );
    await refuses(
      objects,
      'struct child *k; |  | mutex_lock(&p->lock); | mutex_lock(&(k = p->child)->lock); | mutex_unlock(&k->lock); | mutex_unlock(&p->lock); | return 0;',
      /k=p->child|k = p->child may give another lock/,
    );
  });
  it("accepts a pointer that the other lock's expression already reads without the lock", async () => {
    await becomes(
      devices,
      'mutex_lock(&p->dev->b); | mutex_lock(&p->dev->a); | mutex_unlock(&p->dev->a); | mutex_unlock(&p->dev->b); | return 0;',
      'mutex_lock(&p->dev->a); | mutex_lock(&p->dev->b); | mutex_unlock(&p->dev->b); | mutex_unlock(&p->dev->a); | return 0;',
    );
  });
  it('accepts a write to a field of the first object in between', async () => {
    await becomes(
      objects,
      `mutex_lock(&p->lock); | p->count++; | mutex_lock(&c->lock); | ${tail}`,
      `mutex_lock(&c->lock); | mutex_lock(&p->lock); | p->count++; | ${mirrored}`,
    );
    const other = 'struct child *other = p->other; | ';
    await becomes(
      objects,
      `${other}mutex_lock(&p->lock); | p->count = other->count; | mutex_lock(&c->lock); | ${tail}`,
      `${other}mutex_lock(&c->lock); | mutex_lock(&p->lock); | p->count = other->count; | ${mirrored}`,
    );
  });
});

describe('the reorder fix keeps spinning locks inside sleeping ones, and interrupts outermost', () => {
  it('moves a mutex out of a spinlock', async () => {
    await becomes(
      spinlocks,
      'spin_lock(&d->b); | mutex_lock(&d->m); | mutex_unlock(&d->m); | spin_unlock(&d->b);',
      'mutex_lock(&d->m); | spin_lock(&d->b); | spin_unlock(&d->b); | mutex_unlock(&d->m);',
    );
  });
  it('never moves a spinlock before a mutex', async () => {
    const backwards = {
      head: `struct dev {
	spinlock_t a;
	struct mutex m;
};

`,
      signature: 'void right(struct dev *d)',
    };
    const { fixes } = await cycleIn(
      backwards.head +
        fn(
          backwards.signature,
          'mutex_lock(&d->m); | spin_lock(&d->a); | spin_unlock(&d->a); | mutex_unlock(&d->m);',
        ) +
        fn(
          'void wrong(struct dev *d)',
          'spin_lock(&d->a); | mutex_lock(&d->m); | mutex_unlock(&d->m); | spin_unlock(&d->a);',
        ) +
        fn(
          'void too(struct dev *d)',
          'spin_lock(&d->a); | mutex_lock(&d->m); | mutex_unlock(&d->m); | spin_unlock(&d->a);',
        ),
    );
    assert.equal(
      fixes[0]?.title,
      'Take dev.m before dev.a, since a mutex must not be taken under a spinlock',
    );
  });
  it('swaps the locks, not the calls, if the first one saves interrupts', async () => {
    await becomes(
      spinlocks,
      'unsigned long flags; |  | spin_lock_irqsave(&d->b, flags); | spin_lock(&d->a); | spin_unlock(&d->a); | spin_unlock_irqrestore(&d->b, flags);',
      'unsigned long flags; |  | spin_lock_irqsave(&d->a, flags); | spin_lock(&d->b); | spin_unlock(&d->b); | spin_unlock_irqrestore(&d->a, flags);',
    );
  });
  it('refuses separate releases, one of which restores interrupts', async () => {
    await refuses(
      spinlocks,
      'spin_lock_irq(&d->b); | spin_lock(&d->a); | spin_unlock(&d->a); | d->n++; | spin_unlock_irq(&d->b);',
      /not released together/,
    );
  });
  it('moves a lock that saves interrupts outermost, with its release', async () => {
    await becomes(
      spinlocks,
      'spin_lock(&d->b); | spin_lock_irqsave(&d->a, flags); | spin_unlock_irqrestore(&d->a, flags); | spin_unlock(&d->b);',
      'spin_lock_irqsave(&d->a, flags); | spin_lock(&d->b); | spin_unlock(&d->b); | spin_unlock_irqrestore(&d->a, flags);',
    );
  });
  it('considers only the releases in the block that contains both acquisitions', async () => {
    const arm = (name: string, lines: string): string => `case ${name}: | ${lines} | > break;`;
    const once = '> spin_lock_irq(&d->a); | > spin_unlock_irq(&d->a);';
    await becomes(
      spinlocks,
      `switch (d->n) { | ${arm('0', '> spin_lock_irq(&d->b); | > spin_lock(&d->a); | > spin_unlock(&d->a); | > spin_unlock_irq(&d->b);')} | ${arm('1', once)} | }`,
      `switch (d->n) { | ${arm('0', '> spin_lock_irq(&d->a); | > spin_lock(&d->b); | > spin_unlock(&d->b); | > spin_unlock_irq(&d->a);')} | ${arm('1', once)} | }`,
    );
  });
  it('leaves releases that already undo the new acquisitions', async () => {
    await becomes(
      spinlocks,
      'spin_lock_irq(&d->b); | spin_lock(&d->a); | spin_unlock(&d->b); | d->n++; | spin_unlock_irq(&d->a);',
      'spin_lock_irq(&d->a); | spin_lock(&d->b); | spin_unlock(&d->b); | d->n++; | spin_unlock_irq(&d->a);',
    );
  });
  it('refuses nesting levels', async () => {
    await refuses(
      spinlocks,
      'spin_lock(&d->b); | spin_lock_nested(&d->a, 0); | spin_unlock(&d->a); | spin_unlock(&d->b);',
      /nesting level/,
    );
  });
});

describe('the reorder fix handles scopes', () => {
  it('swaps two guards', async () => {
    await becomes(
      objects,
      'guard(mutex)(&p->lock); | guard(mutex)(&c->lock); |  | return p->n + c->n;',
      'guard(mutex)(&c->lock); | guard(mutex)(&p->lock); |  | return p->n + c->n;',
    );
  });
  it('moves a lock before a guard', async () => {
    await becomes(
      objects,
      'guard(mutex)(&p->lock); | mutex_lock(&c->lock); | c->n++; | mutex_unlock(&c->lock); | return 0;',
      'mutex_lock(&c->lock); | guard(mutex)(&p->lock); | c->n++; | mutex_unlock(&c->lock); | return 0;',
    );
  });
  it('swaps a scope with the scope or guard that is its only content', async () => {
    await becomes(
      objects,
      'scoped_guard(mutex, &p->lock) { | > scoped_guard(mutex, &c->lock) { | > > c->n++; | > } | } | return 0;',
      'scoped_guard(mutex, &c->lock) { | > scoped_guard(mutex, &p->lock) { | > > c->n++; | > } | } | return 0;',
    );
    await becomes(
      objects,
      'scoped_guard(mutex, &p->lock) { | > guard(mutex)(&c->lock); | > c->n++; | } | return 0;',
      'scoped_guard(mutex, &c->lock) { | > guard(mutex)(&p->lock); | > c->n++; | } | return 0;',
    );
  });
  it('refuses a scope with other content', async () => {
    await refuses(
      objects,
      'scoped_guard(mutex, &p->lock) { | > scoped_guard(mutex, &c->lock) | > > c->n++; | > p->n++; | } | return 0;',
      /holds more than that of child\.lock/,
    );
    await refuses(
      objects,
      'scoped_guard(mutex, &p->lock) { | > mutex_lock(&c->lock); | > mutex_unlock(&c->lock); | } | return 0;',
      /head of a scope of another kind/,
    );
    await refuses(
      objects,
      'guard(mutex)(&p->lock); | scoped_guard(mutex, &c->lock) | > c->n++; | return p->n;',
      /is the head of a scope/,
    );
  });
});
