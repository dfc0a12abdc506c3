import { describe, it } from 'mocha';
import { same } from '../lowered.js';

describe('lowering: flow', () => {
  it('and, or and not are control flow', () => {
    same(
      `
        if (n && mutex_trylock(&dev->a)) { work(dev); mutex_unlock(&dev->a); }
        if (!(n || dev->x)) mutex_lock(&dev->b);`,
      `
        b0:
          if n then b1 else b3
        b1:
          %0 = try &dev->a by mutex_trylock(&dev->a)
          if %0 then b2 else b3
        b2:
          call work(dev)
          release &dev->a by mutex_unlock(&dev->a)
          goto b3
        b3:
          if n then b6 else b4
        b4:
          if dev->x then b6 else b5
        b5:
          acquire &dev->b by mutex_lock(&dev->b)
          goto b6
        b6:
          return`,
    );
  });

  it('an assignment in a condition comes before the branch', () => {
    same(
      `
        int ret;
        if ((ret = mutex_lock_interruptible(&dev->a)) != 0) return ret;
        mutex_unlock(&dev->a);
        return ret;`,
      `
        b0:
          %0 = try &dev->a by mutex_lock_interruptible(&dev->a)
          ret = %0
          if ret != 0 then b1 else b2
        b1:
          return ret
        b2:
          release &dev->a by mutex_unlock(&dev->a)
          return ret`,
    );
  });

  it('a choice between locks is a branch', () => {
    same(
      `
        mutex_lock(n ? &dev->a : &dev->b);`,
      `
        b0:
          if n then b1 else b2
        b1:
          (choice 1) = &dev->a
          goto b3
        b2:
          (choice 1) = &dev->b
          goto b3
        b3:
          acquire (choice 1) by mutex_lock((choice 1))
          return`,
    );
  });

  it('a truth value is kept in its variable', () => {
    same(
      `
        bool locked = n && dev->on;
        if (locked) mutex_lock(&dev->a);`,
      `
        b0:
          if n then b1 else b3
        b1:
          if dev->on then b2 else b3
        b2:
          locked = 1
          goto b4
        b3:
          locked = 0
          goto b4
        b4:
          if locked then b5 else b6
        b5:
          acquire &dev->a by mutex_lock(&dev->a)
          goto b6
        b6:
          return`,
    );
  });

  it('the head of a loop is marked, and its body is the true branch', () => {
    same(
      `
        while (!dev->done) { mutex_lock(&dev->a); }`,
      `
        b0:
          goto b1
        b1:
          while !dev->done then b2 else b3
        b2:
          acquire &dev->a by mutex_lock(&dev->a)
          goto b1
        b3:
          return`,
    );
  });

  it('break and continue leave and repeat a for loop', () => {
    same(
      `
        int i;
        for (i = 0; i < n; i++) {
        	if (dev->arr[i].x) continue;
        	if (i == 3) break;
        	spin_lock(&dev->arr[i].lock);
        }`,
      `
        b0:
          i = 0
          goto b1
        b1:
          while i < n then b2 else b6
        b2:
          if dev->arr[i].x then b5 else b3
        b3:
          if i == 3 then b6 else b4
        b4:
          acquire &dev->arr[i].lock by spin_lock(&dev->arr[i].lock)
          goto b5
        b5:
          i = i + 1
          goto b1
        b6:
          return`,
    );
  });

  it('do while (0) is no loop, and code after an endless loop is unreachable', () => {
    same(
      `
        do { mutex_lock(&dev->a); } while (0);
        for (;;) idle();
        mutex_unlock(&dev->a);`,
      `
        b0:
          acquire &dev->a by mutex_lock(&dev->a)
          goto b1
        b1:
          call idle()
          goto b1`,
    );
  });

  it('do while tests after the body', () => {
    same(
      `
        do { mutex_lock(&dev->a); } while (--n);`,
      `
        b0:
          goto b1
        b1:
          acquire &dev->a by mutex_lock(&dev->a)
          n = n - 1
          while n then b1 else b2
        b2:
          return`,
    );
  });

  it('a label named like a local stays a label', () => {
    same(
      `
        int err = 0;
        mutex_lock(&dev->a);
        if (n) goto err;
        return 0;
        err:
        mutex_unlock(&dev->a);
        return err;`,
      `
        b0:
          err = 0
          acquire &dev->a by mutex_lock(&dev->a)
          if n then b1 else b2
        b1:
          release &dev->a by mutex_unlock(&dev->a)
          return err
        b2:
          return 0`,
    );
  });

  it('a label before the closing brace has a block', () => {
    same(
      `
        mutex_lock(&dev->a);
        if (n) goto out;
        mutex_unlock(&dev->a);
        out:`,
      `
        b0:
          acquire &dev->a by mutex_lock(&dev->a)
          if n then b2 else b1
        b1:
          release &dev->a by mutex_unlock(&dev->a)
          goto b2
        b2:
          return`,
    );
  });

  it('switch handles fallthrough, ranges and default', () => {
    same(
      `
        switch (n) {
        case 1: mutex_lock(&dev->a); break;
        case 2 ... 4: return 1;
        case 5: case 6: n = 2;
        default: other(n);
        }
        mutex_unlock(&dev->a);`,
      `
        b0:
          switch n { 1: b1, 2 ... 4: b2, 5: b3, 6: b3, default: b4 }
        b1:
          acquire &dev->a by mutex_lock(&dev->a)
          goto b5
        b2:
          return 1
        b3:
          n = 2
          goto b4
        b4:
          call other(n)
          goto b5
        b5:
          release &dev->a by mutex_unlock(&dev->a)
          return`,
    );
  });

  it('statement expressions have the value of their last statement', () => {
    same(
      `
        return ({ int t; mutex_lock(&dev->a); t = dev->v; mutex_unlock(&dev->a); t; });`,
      `
        b0:
          acquire &dev->a by mutex_lock(&dev->a)
          t = dev->v
          release &dev->a by mutex_unlock(&dev->a)
          return t`,
    );
  });

  it('comma and increments keep the order of evaluation', () => {
    same(
      `
        mutex_lock(&dev->a), first(n++), second(++n);`,
      `
        b0:
          acquire &dev->a by mutex_lock(&dev->a)
          (before 1) = n
          n = n + 1
          call first((before 1))
          n = n + 1
          call second(n)
          return`,
    );
  });

  it('sizeof and typeof evaluate nothing', () => {
    same(
      `
        typeof(next(dev)) x = sizeof(next(dev));
        mutex_lock(&dev->a);`,
      `
        b0:
          acquire &dev->a by mutex_lock(&dev->a)
          return`,
    );
  });

  it('after an assertion its condition is false, and code after panic is unreachable', () => {
    same(
      `
        BUG_ON(!n || dev->x);
        mutex_lock(&dev->a);
        panic("x");
        mutex_unlock(&dev->a);`,
      `
        b0:
          if n then b1 else b3
        b1:
          if dev->x then b3 else b2
        b2:
          acquire &dev->a by mutex_lock(&dev->a)
          stop
        b3:
          stop`,
    );
  });

  it('a computed goto is a gap', () => {
    same(
      `
        void *l[] = { &&a };
        mutex_lock(&dev->a);
        goto *l[n];
        a: mutex_unlock(&dev->a);`,
      `
        b0:
          acquire &dev->a by mutex_lock(&dev->a)
          stop
        gap unresolved-call computed goto`,
    );
  });

  it('unread assignments to variables are dropped, those to memory stay', () => {
    same(
      `
        int unread = n, read = 1;
        unread += 2;
        dev->state = 3;
        dev->flags |= 4;
        mutex_lock(&dev->a);
        if (read) return dev->x;`,
      `
        b0:
          read = 1
          dev->state = 3
          dev->flags = dev->flags | 4
          acquire &dev->a by mutex_lock(&dev->a)
          if read then b1 else b2
        b1:
          return dev->x
        b2:
          return`,
    );
  });

  it('branches with equal sides are dropped', () => {
    same(
      `
        int i;
        if (n) i = 1; else i = 2;
        mutex_lock(&dev->a);`,
      `
        b0:
          acquire &dev->a by mutex_lock(&dev->a)
          return`,
    );
  });
});
