import { describe, it } from 'mocha';
import { same } from '../lowered.js';

describe('lowering: values', () => {
  it('calls through fields, pointers and locals keep their callee', () => {
    same(
      `
        int (*cb)(int) = dev->cb;
        dev->ops->go(dev);
        (*dev->fn)(n);
        cb(3);
        mutex_lock(&dev->a);`,
      `
        b0:
          cb = dev->cb
          call dev->ops->go(dev)
          call dev->fn(n)
          call cb(3)
          acquire &dev->a by mutex_lock(&dev->a)
          return`,
    );
  });

  it('a local hides a function of its name', () => {
    same(
      `
        void (*mutex_unlock)(void *) = n ? f1 : f2;
        mutex_lock(&dev->a);
        mutex_unlock(&dev->a);`,
      `
        b0:
          if n then b1 else b2
        b1:
          mutex_unlock = f1
          goto b3
        b2:
          mutex_unlock = f2
          goto b3
        b3:
          acquire &dev->a by mutex_lock(&dev->a)
          call mutex_unlock(&dev->a)
          return`,
    );
  });

  it('container_of and casts to objects are kept, casts to scalars are not', () => {
    same(
      `
        mutex_lock(&container_of(dev, struct big, dev)->m);
        spin_lock(&((struct q *)(void *)dev->priv)->l);
        return (u32)(unsigned long)dev->x;`,
      `
        b0:
          acquire &container_of(dev, struct big, dev)->m by mutex_lock(&container_of(dev, struct big, dev)->m)
          acquire &((struct q*)dev->priv)->l by spin_lock(&((struct q*)dev->priv)->l)
          return dev->x`,
    );
  });

  it('address-of and dereference cancel out', () => {
    same(
      `
        spin_lock(&*&dev->l);
        spin_lock(&(&dev->sub)->l);`,
      `
        b0:
          acquire &dev->l by spin_lock(&dev->l)
          acquire &dev->sub.l by spin_lock(&dev->sub.l)
          return`,
    );
  });

  it('transparent macros have the value of their argument', () => {
    same(
      `
        if (unlikely(READ_ONCE(dev->x)) && likely(n)) mutex_lock(&dev->a);
        if (IS_ERR(dev->p)) return PTR_ERR(dev->p);`,
      `
        b0:
          if dev->x then b1 else b3
        b1:
          if n then b2 else b3
        b2:
          acquire &dev->a by mutex_lock(&dev->a)
          goto b3
        b3:
          if is-error(dev->p) then b4 else b5
        b4:
          return dev->p
        b5:
          return`,
    );
  });

  it('assigning macros become assignments', () => {
    same(
      `
        WRITE_ONCE(dev->state, n);
        rcu_assign_pointer(dev->p, dev->q);
        mutex_lock(&dev->a);`,
      `
        b0:
          dev->state = n
          dev->p = dev->q
          acquire &dev->a by mutex_lock(&dev->a)
          return`,
    );
  });

  it('the first entry of a list is some entry of it', () => {
    same(
      `
        struct foo *e = list_first_entry(&dev->list, struct foo, node);
        spin_lock(&e->l);`,
      `
        b0:
          (entry 1) = entry of &dev->list
          e = (entry 1)
          acquire &e->l by spin_lock(&e->l)
          return`,
    );
  });

  it('locks that a call returns or passes out are named', () => {
    same(
      `
        spinlock_t *ptl;
        pte = pte_offset_map_lock(mm, pmd, addr, &ptl);
        pte_unmap_unlock(pte, ptl);
        ptl = pmd_lock(mm, pmd);
        spin_unlock(ptl);`,
      `
        b0:
          ptl = ?
          %1 = try ptl by pte_offset_map_lock(mm, pmd, addr, &ptl)
          pte = %1
          release ptl by pte_unmap_unlock(pte, ptl)
          %4 = acquire %4 by pmd_lock(mm, pmd)
          ptl = %4
          release ptl by spin_unlock(ptl)
          return`,
    );
  });

  it('locks without argument, and locks inside the given object, are named', () => {
    same(
      `
        rtnl_lock();
        device_lock(&dev->dev);
        rtnl_unlock();`,
      `
        b0:
          acquire &net/core/rtnetlink.c:rtnl_mutex by rtnl_lock()
          acquire &dev->dev.mutex by device_lock(&dev->dev)
          release &net/core/rtnetlink.c:rtnl_mutex by rtnl_unlock()
          return`,
    );
  });

  it('initialisers are assignments to fields', () => {
    same(
      `
        struct ctx c = { .dev = dev, .n = n + 1, .sub = { .fn = work } };
        mutex_lock(&dev->a);
        run(&c);`,
      `
        b0:
          c.* = 0
          c.dev = dev
          c.n = n + 1
          c.sub.fn = work
          acquire &dev->a by mutex_lock(&dev->a)
          call run(&c)
          return`,
    );
  });

  it('tests of configuration options become config expressions', () => {
    same(
      `
        if (IS_ENABLED(CONFIG_PM) && n) mutex_lock(&dev->a);`,
      `
        b0:
          if #if(CONFIG_PM) then b1 else b3
        b1:
          if n then b2 else b3
        b2:
          acquire &dev->a by mutex_lock(&dev->a)
          goto b3
        b3:
          return`,
    );
  });

  it('macros declare variables', () => {
    same(
      `
        DEFINE_SPINLOCK(sl);
        DECLARE_WAITQUEUE(wait, current);
        spin_lock(&sl);`,
      `
        b0:
          acquire &sl by spin_lock(&sl)
          return`,
    );
  });

  it('list loops assign their cursors in each iteration, and never pass on NULL', () => {
    same(
      `
        struct foo *p, *q;
        list_for_each_entry_safe(p, q, &dev->list, node) { mutex_unlock(&p->a); use(q); }`,
      `
        b0:
          goto b1
        b1:
          while ? then b2 else b5
        b2:
          p = entry of &dev->list
          if p then b3 else b4
        b3:
          q = ?
          release &p->a by mutex_unlock(&p->a)
          call use(q)
          goto b1
        b4:
          stop
        b5:
          return`,
    );
  });

  it('an unknown macro before a block is a loop with any number of iterations', () => {
    same(
      `
        struct foo *p;
        visit_all(dev, p) { mutex_lock(&p->a); break; }`,
      `
        b0:
          while ? then b1 else b2
        b1:
          p = ?
          acquire &p->a by mutex_lock(&p->a)
          goto b2
        b2:
          return`,
    );
  });

  it('macro statements without semicolon become calls', () => {
    same(
      `
        MACRO_STMT(dev)
        if (n) MACRO2(dev)
        else mutex_lock(&dev->a);
        ANOTHER(n)`,
      `
        b0:
          call MACRO_STMT(dev)
          if n then b1 else b2
        b1:
          call MACRO2(dev)
          goto b3
        b2:
          acquire &dev->a by mutex_lock(&dev->a)
          goto b3
        b3:
          call ANOTHER(n)
          return`,
    );
  });

  it('a static variable is not assigned on entry', () => {
    same(
      `
        static int done = 0;
        extern struct mutex outside;
        if (done) return 0;
        done = 1;
        mutex_lock(&outside);`,
      `
        b0:
          if done then b1 else b2
        b1:
          return 0
        b2:
          done = 1
          acquire &outside by mutex_lock(&outside)
          return`,
    );
  });
});
