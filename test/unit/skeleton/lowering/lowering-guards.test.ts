import { describe, it } from 'mocha';
import { same } from '../lowered.js';

describe('lowering: guards', () => {
  it('a guard is released on every exit from its scope', () => {
    same(
      `
        guard(mutex)(&dev->a);
        if (n) return g();
        for (;;) {
        	guard(spinlock)(&dev->l);
        	if (n > 1) break;
        	if (n > 2) continue;
        	if (n > 3) goto out;
        }
        out: return 0;`,
      `
        b0:
          acquire &dev->a by guard:mutex(&dev->a)
          if n then b1 else b2
        b1:
          %1 = call g()
          release &dev->a by guard:mutex(&dev->a) (implied)
          return %1
        b2:
          acquire &dev->l by guard:spinlock(&dev->l)
          if n > 1 then b3 else b4
        b3:
          release &dev->l by guard:spinlock(&dev->l) (implied)
          goto b8
        b4:
          if n > 2 then b5 else b6
        b5:
          release &dev->l by guard:spinlock(&dev->l) (implied)
          goto b2
        b6:
          if n > 3 then b7 else b9
        b7:
          release &dev->l by guard:spinlock(&dev->l) (implied)
          goto b8
        b8:
          release &dev->a by guard:mutex(&dev->a) (implied)
          return 0
        b9:
          release &dev->l by guard:spinlock(&dev->l) (implied)
          goto b2`,
    );
  });

  it('a goto inside the scope releases nothing', () => {
    same(
      `
        {
        guard(mutex)(&dev->a);
        if (n) goto inside;
        work();
        inside:
        other();
        }
        last();`,
      `
        b0:
          acquire &dev->a by guard:mutex(&dev->a)
          if n then b2 else b1
        b1:
          call work()
          goto b2
        b2:
          call other()
          release &dev->a by guard:mutex(&dev->a) (implied)
          call last()
          return`,
    );
  });

  it('break leaves a scoped guard, which remembers its lock when the variable changes', () => {
    same(
      `
        struct dev *d = dev;
        scoped_guard(mutex, &d->a) { d = d->next; if (n) break; work(d); }
        other(d);`,
      `
        b0:
          d = dev
          acquire &d->a by guard:mutex(&d->a)
          (guard 1) = &d->a
          d = d->next
          if n then b1 else b2
        b1:
          release (guard 1) by guard:mutex(&d->a) (implied)
          goto b3
        b2:
          call work(d)
          release (guard 1) by guard:mutex(&d->a) (implied)
          goto b3
        b3:
          call other(d)
          return`,
    );
  });

  it('a conditional guard is held on success only', () => {
    same(
      `
        scoped_cond_guard(mutex_intr, return -EINTR, &dev->a) work();
        return 0;`,
      `
        b0:
          %0 = try &dev->a by cond_guard:mutex_intr(&dev->a)
          if %0 then b1 else b2
        b1:
          call work()
          release &dev->a by cond_guard:mutex_intr(&dev->a) (implied)
          return 0
        b2:
          return -EINTR`,
    );
  });

  it('a scoped guard that fails skips its body', () => {
    same(
      `
        scoped_guard(mutex_try, &dev->a) work();
        other();`,
      `
        b0:
          %0 = try &dev->a by cond_guard:mutex_try(&dev->a)
          if %0 then b1 else b2
        b1:
          call work()
          release &dev->a by cond_guard:mutex_try(&dev->a) (implied)
          goto b2
        b2:
          call other()
          return`,
    );
  });

  it('guards are released newest first, after a returned value is evaluated', () => {
    same(
      `
        guard(mutex)(&dev->a);
        guard(spinlock_irqsave)(&dev->l);
        return dev->get(dev);`,
      `
        b0:
          acquire &dev->a by guard:mutex(&dev->a)
          acquire &dev->l by guard:spinlock_irqsave(&dev->l)
          %2 = call dev->get(dev)
          release &dev->l by guard:spinlock_irqsave(&dev->l) (implied)
          release &dev->a by guard:mutex(&dev->a) (implied)
          return %2`,
    );
  });

  it('a class without model has a constructor and a destructor', () => {
    same(
      `
        CLASS(fdtest, f)(n);
        mutex_lock(&dev->a);
        use(f.file);`,
      `
        b0:
          %0 = call class_fdtest_constructor(n, &(guard 1))
          f = %0
          acquire &dev->a by mutex_lock(&dev->a)
          call use(f.file)
          call class_fdtest_destructor(%0, &(guard 1))
          return`,
    );
  });

  it('a variable with a cleanup is cleaned up at the end of its scope', () => {
    same(
      `
        struct q *q __free(kfree) = kmalloc(3, GFP_KERNEL);
        mutex_lock(&dev->a);
        if (n) return 1;
        mutex_unlock(&dev->a);
        return 0;`,
      `
        b0:
          %0 = sleep kmalloc(3, GFP_KERNEL)
          q = %0
          acquire &dev->a by mutex_lock(&dev->a)
          if n then b1 else b2
        b1:
          free kfree(q)
          return 1
        b2:
          release &dev->a by mutex_unlock(&dev->a)
          free kfree(q)
          return 0`,
    );
  });

  it('a cleanup releases a lock, and a lock that may not have been acquired', () => {
    same(
      `
        struct mutex *m __free(mutex) = &dev->a;
        mutex_lock(m);
        CLASS(mutex_try, g)(&dev->b);
        if (n) return 1;`,
      `
        b0:
          m = &dev->a
          acquire m by mutex_lock(m)
          %2 = try &dev->b by cond_guard:mutex_try(&dev->b)
          if n then b1 else b4
        b1:
          if %2 then b2 else b3
        b2:
          release &dev->b by cond_guard:mutex_try(&dev->b) (implied)
          goto b3
        b3:
          release m by mutex_unlock(m) (implied)
          return 1
        b4:
          if %2 then b5 else b6
        b5:
          release &dev->b by cond_guard:mutex_try(&dev->b) (implied)
          goto b6
        b6:
          release m by mutex_unlock(m) (implied)
          return`,
    );
  });
});
