import {
  becomes,
  CHILD,
  objects,
  PARENT,
  refuses,
  semaphores,
  SPIN_A,
  SPIN_B,
  spinlocks,
  SPINLOCKS,
  type World,
} from './worlds.js';

const around = (lines: string): string =>
  `down(&sem2); | ${lines} | down(&sem1); | up(&sem1); | up(&sem2); | return n;`;
const moved = (lines: string): string =>
  `down(&sem1); | down(&sem2); | ${lines} | up(&sem2); | up(&sem1); | return n;`;

describe('the reorder fix holds the lock over what stands in between only if that is harmless', () => {
  it('computing with locals and with what the lock has nothing to do with', () => {
    for (const lines of [
      'n++;',
      'int k = n * 2; | n = k ? 1 : 2;',
      'unrelated = n;',
      'if (n > 3) | > n = 3;',
    ]) {
      becomes(semaphores, around(lines), moved(lines));
    }
  });
  it('not what is used elsewhere with the lock held', () => {
    refuses(semaphores, around('n = shared;'), /uses shared, which sem1 may protect/);
  });
  it('not jumps, returns, loops or calls', () => {
    refuses(
      semaphores,
      around('if (n) { | > up(&sem2); | > return 1; | }'),
      /calls up\(\)|leaves without sem1/,
    );
    refuses(semaphores, `${around('if (n) | > goto out;')} | out: | return 2;`, /leaves without sem1/);
    refuses(semaphores, around('while (n) | > n--;'), /may wait/);
    refuses(semaphores, around('wait_event(queue, unrelated);'), /wait_event\(\), which may wait/);
    refuses(semaphores, around('get_device(n);'), /count references/);
    refuses(semaphores, around('middle: | n++;'), /a jump leads to/);
    refuses(semaphores, around('asm volatile("nop");'), /not understood/);
  });
});

describe('the reorder fix needs the moved lock to be the same and alive at the new place', () => {
  const tail = 'mutex_unlock(&c->lock); | mutex_unlock(&p->lock); | return 0;';
  const mirrored = 'mutex_unlock(&p->lock); | mutex_unlock(&c->lock); | return 0;';

  it('a parameter that nothing touches', () => {
    becomes(
      objects,
      `mutex_lock(&p->lock); | mutex_lock(&c->lock); | ${tail}`,
      `mutex_lock(&c->lock); | mutex_lock(&p->lock); | ${mirrored}`,
    );
  });
  it('not one that is assigned, looked up or checked in between', () => {
    refuses(
      objects,
      `mutex_lock(&p->lock); | c = p->child; | mutex_lock(&c->lock); | ${tail}`,
      /uses c, through which child\.lock/,
    );
    refuses(
      objects,
      `mutex_lock(&p->lock); | c = find(p); | mutex_lock(&c->lock); | ${tail}`,
      /find\(\), which may wait, look up/,
    );
    refuses(
      objects,
      `mutex_lock(&p->lock); | if (!c) | > goto out; | mutex_lock(&c->lock); | ${tail}`,
      /uses c|leaves/,
    );
  });
  it('not one reached through an object that the other lock protects', () => {
    refuses(
      objects,
      'mutex_lock(&p->lock); | mutex_lock(&p->child->lock); | return 0;',
      /p->child, through which child\.lock is reached, may be protected by parent\.lock/,
    );
    refuses(
      objects,
      'mutex_lock(&p->lock); | mutex_lock(&find(p)->lock); | return 0;',
      /find\(p\) may give another lock/,
    );
  });
  it('a pointer that the way to the other lock reads without it as well', () => {
    const locks: World = {
      ...objects,
      locks: [
        { ...CHILD, names: ['&c->lock', '&p->dev->a'] },
        { ...PARENT, names: ['&p->lock', '&p->dev->b'] },
      ],
    };
    becomes(
      locks,
      'mutex_lock(&p->dev->b); | mutex_lock(&p->dev->a); | mutex_unlock(&p->dev->a); | mutex_unlock(&p->dev->b); | return 0;',
      'mutex_lock(&p->dev->a); | mutex_lock(&p->dev->b); | mutex_unlock(&p->dev->b); | mutex_unlock(&p->dev->a); | return 0;',
    );
  });
  it('a field of the first object written in between, but not of one that the second may protect', () => {
    becomes(
      objects,
      `mutex_lock(&p->lock); | p->count++; | mutex_lock(&c->lock); | ${tail}`,
      `mutex_lock(&c->lock); | mutex_lock(&p->lock); | p->count++; | ${mirrored}`,
    );
    refuses(
      objects,
      `struct child *other = p->other; | mutex_lock(&p->lock); | p->count = other->count; | mutex_lock(&c->lock); | ${tail}`,
      /reads other, which may be what child\.lock protects/,
    );
  });
});

describe('the reorder fix keeps what spins inside what sleeps, and interrupts outermost', () => {
  it('a mutex moves out of a spinlock', () => {
    const world: World = {
      head: SPINLOCKS,
      signature: 'static void wrong(struct dev *d)',
      locks: [{ ...SPIN_A, kind: 'mutex' }, SPIN_B],
    };
    becomes(
      world,
      'spin_lock(&d->b); | mutex_lock(&d->a); | mutex_unlock(&d->a); | spin_unlock(&d->b);',
      'mutex_lock(&d->a); | spin_lock(&d->b); | spin_unlock(&d->b); | mutex_unlock(&d->a);',
    );
  });
  it('a spinlock never moves in front of a mutex', () => {
    refuses(
      spinlocks,
      'mutex_lock(&d->b); | spin_lock(&d->a); | spin_unlock(&d->a); | mutex_unlock(&d->b);',
      /dev\.b \(mutex\) must not be taken under dev\.a \(spinlock\)/,
    );
  });
  it('the locks change places, not the calls, when the first saves interrupts', () => {
    becomes(
      spinlocks,
      'unsigned long flags; |  | spin_lock_irqsave(&d->b, flags); | spin_lock(&d->a); | spin_unlock(&d->a); | spin_unlock_irqrestore(&d->b, flags);',
      'unsigned long flags; |  | spin_lock_irqsave(&d->a, flags); | spin_lock(&d->b); | spin_unlock(&d->b); | spin_unlock_irqrestore(&d->a, flags);',
    );
  });
  it('not when the releases stand apart, since one of them restores interrupts', () => {
    refuses(
      spinlocks,
      'spin_lock_irq(&d->b); | spin_lock(&d->a); | spin_unlock(&d->a); | d->n++; | spin_unlock_irq(&d->b);',
      /not released together/,
    );
  });
  it('a lock that saves interrupts moves outermost with its release', () => {
    becomes(
      spinlocks,
      'spin_lock(&d->b); | spin_lock_irqsave(&d->a, flags); | spin_unlock_irqrestore(&d->a, flags); | spin_unlock(&d->b);',
      'spin_lock_irqsave(&d->a, flags); | spin_lock(&d->b); | spin_unlock(&d->b); | spin_unlock_irqrestore(&d->a, flags);',
    );
  });
  it('refuses nesting levels', () => {
    refuses(
      spinlocks,
      'spin_lock(&d->b); | spin_lock_nested(&d->a, 1); | spin_unlock(&d->a); | spin_unlock(&d->b);',
      /nesting level/,
    );
  });
});

describe('the reorder fix knows scopes', () => {
  it('two guards change places', () => {
    becomes(
      objects,
      'guard(mutex)(&p->lock); | guard(mutex)(&c->lock); |  | return p->n + c->n;',
      'guard(mutex)(&c->lock); | guard(mutex)(&p->lock); |  | return p->n + c->n;',
    );
  });
  it('a lock moves in front of a guard', () => {
    becomes(
      objects,
      'guard(mutex)(&p->lock); | mutex_lock(&c->lock); | c->n++; | mutex_unlock(&c->lock); | return 0;',
      'mutex_lock(&c->lock); | guard(mutex)(&p->lock); | c->n++; | mutex_unlock(&c->lock); | return 0;',
    );
  });
  it('a scope around nothing but a scope or a guard', () => {
    const locks: World = {
      ...objects,
      locks: [
        { ...CHILD, names: ['&c->lock', 'mutex, &c->lock'] },
        { ...PARENT, names: ['&p->lock', 'mutex, &p->lock'] },
      ],
    };
    becomes(
      locks,
      'scoped_guard(mutex, &p->lock) { | > scoped_guard(mutex, &c->lock) { | > > c->n++; | > } | } | return 0;',
      'scoped_guard(mutex, &c->lock) { | > scoped_guard(mutex, &p->lock) { | > > c->n++; | > } | } | return 0;',
    );
    becomes(
      locks,
      'scoped_guard(mutex, &p->lock) { | > guard(mutex)(&c->lock); | > c->n++; | } | return 0;',
      'scoped_guard(mutex, &c->lock) { | > guard(mutex)(&p->lock); | > c->n++; | } | return 0;',
    );
  });
  it('not a scope that holds more', () => {
    refuses(
      objects,
      'scoped_guard(mutex, &p->lock) { | > scoped_guard(mutex, &c->lock) | > > c->n++; | > p->n++; | } | return 0;',
      /holds more than that of child\.lock/,
    );
    refuses(
      objects,
      'scoped_guard(mutex, &p->lock) { | > mutex_lock(&c->lock); | > mutex_unlock(&c->lock); | } | return 0;',
      /head of a scope of another kind/,
    );
    refuses(
      objects,
      'guard(mutex)(&p->lock); | scoped_guard(mutex, &c->lock) | > c->n++; | return p->n;',
      /is the head of a scope/,
    );
  });
});
