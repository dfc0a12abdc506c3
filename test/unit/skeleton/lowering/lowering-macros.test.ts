import { describe, it } from 'mocha';
import { same } from '../lowered.js';

describe('lowering: macros', () => {
  it('lock macros and macros that jump are expanded', () => {
    same(
      `
        LOCK(dev);
        CHECK(n > 3, out);
        work();
        out:
        UNLOCK(dev);
        return 0;`,
      `
        b0:
          acquire &dev->a by mutex_lock(&dev->a)
          if n > 3 then b1 else b2
        b1:
          call work()
          goto b2
        b2:
          release &dev->a by mutex_unlock(&dev->a)
          return 0`,
      `
        #define LOCK(d) mutex_lock(&(d)->a)
        #define UNLOCK(d) do { mutex_unlock(&(d)->a); } while (0)
        #define CHECK(c, l) if (!(c)) goto l`,
    );
  });

  it('a statement as argument is lowered', () => {
    same(
      `
        WITH(&dev->l, dev->x = n);`,
      `
        b0:
          acquire &dev->l by spin_lock(&dev->l)
          dev->x = n
          release &dev->l by spin_unlock(&dev->l)
          return`,
      `
        #define WITH(l, stmt...) do { spin_lock(l); stmt; spin_unlock(l); } while (0)`,
    );
  });

  it('macros in a lock expression are expanded', () => {
    same(
      `
        mutex_lock(lock_of(dev));
        mutex_lock(&priv(dev)->m);
        mutex_unlock(&to_big(dev)->m);
        spin_lock(&the_lock);`,
      `
        b0:
          acquire &dev->m by mutex_lock(&dev->m)
          acquire &((struct priv*)dev->data)->m by mutex_lock(&((struct priv*)dev->data)->m)
          release &container_of(dev, struct big, dev)->m by mutex_unlock(&container_of(dev, struct big, dev)->m)
          acquire &dev->q.lock by spin_lock(&dev->q.lock)
          return`,
      `
        #define lock_of(d) (&(d)->m)
        #define priv(d) ((struct priv *)(d)->data)
        #define to_big(d) container_of(d, struct big, dev)
        #define the_lock (dev->q.lock)`,
    );
  });

  it('pasted names and renamed functions resolve', () => {
    same(
      `
        my_lock(&FLD(dev, rx));`,
      `
        b0:
          acquire &dev->rx_lock by mutex_lock(&dev->rx_lock)
          return`,
      `
        #define FLD(d, f) ((d)->f##_lock)
        #define my_lock mutex_lock`,
    );
  });

  it('a macro that uses itself is not expanded again', () => {
    same(
      `
        if (REC(&dev->a)) n = 1;`,
      `
        b0:
          call REC(&dev->a)
          try &dev->a by mutex_trylock(&dev->a)
          return`,
      `
        #define REC(x) REC(x) + mutex_trylock(x)`,
    );
  });

  it('macros that head loops become loops', () => {
    same(
      `
        int i; struct dev *d;
        foreach(i, n) { mutex_lock(&dev->a); if (i == 3) break; }
        each_dev(d, &dev->l)
        	spin_lock(&d->l);`,
      `
        b0:
          i = 0
          goto b1
        b1:
          while i < n then b2 else b4
        b2:
          acquire &dev->a by mutex_lock(&dev->a)
          if i == 3 then b4 else b3
        b3:
          i = i + 1
          goto b1
        b4:
          while ? then b5 else b8
        b5:
          d = entry of &dev->l
          if d then b6 else b7
        b6:
          acquire &d->l by spin_lock(&d->l)
          goto b4
        b7:
          stop
        b8:
          return`,
      `
        #define foreach(i, n) for (i = 0; i < n; i++)
        #define each_dev(d, l) list_for_each_entry(d, l, node)`,
    );
  });

  it('macros that affect nothing stay calls, macros that return end the function', () => {
    same(
      `
        DBG("x", n);
        if (!TRY(&dev->a)) BAD();
        mutex_unlock(&dev->a);`,
      `
        b0:
          call DBG("…", n)
          %1 = try &dev->a by mutex_trylock(&dev->a)
          __r = %1
          if __r then b1 else b2
        b1:
          release &dev->a by mutex_unlock(&dev->a)
          return
        b2:
          return -EIO`,
      `
        #define DBG(fmt, args...) printk(fmt, ##args)
        #define BAD() return -EIO
        #define TRY(x) ({ int __r = mutex_trylock(x); __r; })`,
    );
  });

  it('a macro that is a condition is control flow', () => {
    same(
      `
        if (likely(!is_on(dev))) mutex_lock(&dev->a);`,
      `
        b0:
          if dev->on then b1 else b2
        b1:
          if dev->off then b2 else b3
        b2:
          acquire &dev->a by mutex_lock(&dev->a)
          goto b3
        b3:
          return`,
      `
        #define is_on(d) ((d)->on && !(d)->off)`,
    );
  });

  it('definitions in several arms exclude each other', () => {
    same(
      `
        if (!T(dev)) return 0;
        return T(dev);`,
      `
        b0:
          if #if(CONFIG_X) then b1 else b3
        b1:
          %0 = try &dev->a by mutex_trylock(&dev->a)
          if %0 then b3 else b2
        b2:
          return 0
        b3:
          if #if(CONFIG_X) then b4 else b5
        b4:
          %1 = try &dev->a by mutex_trylock(&dev->a)
          (choice 1) = %1
          goto b6
        b5:
          (choice 1) = 1
          goto b6
        b6:
          return (choice 1)`,
      `
        #ifdef CONFIG_X
        #define T(d) mutex_trylock(&d->a)
        #else
        #define T(d) 1
        #endif`,
    );
  });

  it('strings and missing variadic arguments are substituted', () => {
    same(
      `
        LOG(&dev->l, "a");
        LOG(&dev->l, "a, b", n, dev->x);`,
      `
        b0:
          if n then b1 else b2
        b1:
          acquire &dev->l by spin_lock(&dev->l)
          call log("…")
          goto b2
        b2:
          if n then b3 else b4
        b3:
          acquire &dev->l by spin_lock(&dev->l)
          call log("…", n, dev->x)
          goto b4
        b4:
          return`,
      `
        #define LOG(l, fmt, ...) do { if (n) { spin_lock(l); log(#l fmt, ##__VA_ARGS__); } } while (0)`,
    );
  });
});
