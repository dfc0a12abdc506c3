import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { hashText } from '../../../analysis/base/hash.js';
import { createModels } from '../../../analysis/models/index.js';

const models = createModels();

describe('models: entries that are easy to get wrong', () => {
  it('down_trylock is inverted: zero means held', () => {
    const api = models.lockApi('down_trylock');
    assert.equal(api?.op, 'try');
    assert.equal(api?.success, 'zero');
    assert.equal(api?.nonBlocking, true);
  });

  it('spin_trylock holds on nonzero and mutex_lock_interruptible on zero, waiting', () => {
    assert.equal(models.lockApi('spin_trylock')?.success, 'nonzero');
    const api = models.lockApi('mutex_lock_interruptible');
    assert.equal(api?.op, 'try');
    assert.equal(api?.success, 'zero');
    assert.equal(api?.interruptible, true);
    assert.equal(api?.nonBlocking, undefined);
    assert.equal(api?.sleeps, true);
  });

  it('read_lock ignores waiting writers in interrupt context only', () => {
    assert.equal(models.lockApi('read_lock')?.recursiveRead, 'in-interrupt');
    assert.equal(models.lockApi('down_read')?.recursiveRead, undefined);
  });

  it('kref_put_mutex calls its release function with the mutex held', () => {
    const api = models.lockApi('kref_put_mutex');
    assert.equal(api?.arg, 2);
    assert.equal(api?.callbackArg, 1);
    assert.equal(api?.lastReference, true);
  });

  it('irqsave names its flags variable, the release restores it', () => {
    assert.deepEqual(
      ['spin_lock_irqsave', 'spin_unlock_irqrestore'].map((name) => {
        const api = models.lockApi(name);
        return [api?.irq, api?.flagsArg];
      }),
      [
        ['save', 1],
        ['restore', 1],
      ],
    );
  });

  it('a bit lock is a word and a bit, in either order of arguments', () => {
    const spin = models.lockApi('bit_spin_lock');
    assert.deepEqual([spin?.arg, spin?.bitArg, spin?.atomic], [1, 0, true]);
    const wait = models.lockApi('wait_on_bit_lock');
    assert.deepEqual([wait?.arg, wait?.bitArg, wait?.sleeps], [0, 1, true]);
  });

  it('a global lock is named by its class, a lock in an object by its path', () => {
    assert.equal(models.lockApi('rtnl_lock')?.implicit, 'net/core/rtnetlink.c:rtnl_mutex');
    assert.equal(models.lockApi('rtnl_lock')?.arg, undefined);
    assert.deepEqual(
      [
        models.lockApi('inode_lock')?.arg,
        models.lockApi('inode_lock')?.path,
        models.lockApi('inode_lock')?.argType,
      ],
      [0, '->i_rwsem', 'struct inode'],
    );
    assert.equal(models.lockApi('pmd_lock')?.path, 'RET');
    assert.equal(models.lockApi('pmd_lock')?.arg, undefined);
    assert.deepEqual(
      [models.lockApi('get_locked_pte')?.arg, models.lockApi('get_locked_pte')?.path],
      [2, '*'],
    );
  });

  it('RCU readers exclude nobody and forbid sleeping', () => {
    const api = models.lockApi('rcu_read_lock');
    assert.equal(api?.noCycle, true);
    assert.equal(api?.atomic, true);
  });

  it('user copies may acquire mmap_lock for reading', () => {
    const api = models.lockApi('copy_from_user');
    assert.deepEqual([api?.op, api?.implicit, api?.mode], ['might-acquire', 'mm_struct.mmap_lock', 'read']);
  });

  it('guards are listed under their class, including conditional ones', () => {
    assert.equal(models.lockApi('guard:mutex')?.op, 'acquire');
    assert.equal(models.lockApi('guard:spinlock_irqsave')?.irq, 'save');
    assert.equal(models.lockApi('guard:mutex_intr')?.op, 'try');
    assert.equal(models.lockApi('cond_guard:mutex_try')?.nonBlocking, true);
    assert.deepEqual(models.guardCalls('preempt'), { setup: 'preempt_disable', cleanup: 'preempt_enable' });
    assert.equal(models.guardCalls('mutex'), undefined);
    assert.equal(models.scopeMacro('scoped_guard')?.form, 'scoped');
  });

  it('try_to_del_timer_sync does not wait, del_timer_sync waits without sleeping', () => {
    assert.equal(models.api('try_to_del_timer_sync'), undefined);
    assert.equal(models.api('del_timer_sync')?.awaits, 'timer');
    assert.equal(models.api('del_timer_sync')?.sleeps, undefined);
  });

  it('allocation flags determine whether an allocation sleeps', () => {
    assert.equal(models.api('kmalloc')?.gfpArg, 1);
    assert.equal(models.api('kcalloc')?.gfpArg, 2);
    assert.equal(models.api('msleep')?.gfpArg, undefined);
  });

  it('handlers have an argument and a context', () => {
    const irq = models.api('request_threaded_irq');
    assert.deepEqual(
      [irq?.handlerArg, irq?.runsIn, irq?.threadArg, irq?.threadRunsIn],
      [1, 'hardirq', 2, 'threaded-irq'],
    );
    assert.equal(models.declarator('DECLARE_WORK')?.runsIn, 'work');
  });
});

describe('models: words of the language', () => {
  it('declarators give the declared type', () => {
    assert.equal(models.declarator('DEFINE_MUTEX')?.type, 'struct mutex');
    assert.equal(models.declarator('DEFINE_SEMAPHORE')?.nameArg, 0);
    assert.equal(models.declarator('DEFINE_STATIC_PERCPU_RWSEM')?.isStatic, true);
    const perCpu = models.declarator('DEFINE_PER_CPU');
    assert.deepEqual([perCpu?.typeArg, perCpu?.nameArg], [0, 1]);
  });

  it('loops are recognised by record or by name, callbacks are not loops', () => {
    assert.deepEqual(models.loopMacro('list_for_each_entry_safe'), {
      cursorArg: 0,
      assigns: [1],
      headArg: 2,
      nonNull: true,
    });
    assert.equal(models.loopMacro('for_each_sg')?.cursorArg, 1);
    assert.equal(models.loopMacro('hash_for_each')?.cursorArg, 2);
    assert.equal(models.loopMacro('for_each_child_of_node')?.cursorArg, 1);
    assert.deepEqual(models.loopMacro('acme_for_each_port'), {});
    assert.equal(models.loopMacro('bus_for_each_dev'), undefined);
    assert.equal(models.loopMacro('mutex_lock'), undefined);
  });

  it('from_timer takes its type from the variable', () => {
    assert.deepEqual(models.container('from_timer'), {
      pointerArg: 1,
      typeArg: -1,
      memberArg: 2,
      typeOfArg: 0,
    });
    assert.equal(models.container('list_first_entry')?.indirect, true);
    assert.equal(models.container('container_of')?.indirect, undefined);
  });

  it('BUG ends, BUG_ON(c) leaves with c false, WARN_ON(c) is c', () => {
    assert.equal(models.isNoReturn('BUG'), true);
    assert.equal(models.isNoReturn('BUG_ON'), false);
    assert.equal(models.isConditionalBug('BUG_ON'), true);
    assert.equal(models.transparent('WARN_ON'), 0);
  });

  it('lock types are found by their base', () => {
    assert.equal(models.lockType('spinlock_t'), 'spinlock');
    assert.equal(models.lockType('struct rw_semaphore'), 'rwsem');
    assert.equal(models.lockType('pthread_mutex_t'), 'mutex');
    assert.equal(models.lockType('int'), undefined);
  });

  it('records are found by tag or by type', () => {
    assert.equal(models.isGenericContainer('sk_buff_head'), true);
    assert.equal(models.isGenericContainer('struct sk_buff_head'), true);
    assert.equal(models.isBaseClass('struct inode'), true);
    assert.deepEqual(models.operation('struct net_device_ops', 'ndo_open')?.locksHeld, [
      'net/core/rtnetlink.c:rtnl_mutex',
    ]);
  });
});

describe('models: user models', () => {
  const user = createModels([
    {
      acquire: [{ name: 'acme_lock', arg: 1, kind: 'spinlock' }],
      release: [{ name: 'acme_unlock', arg: 1, kind: 'spinlock' }],
      try: [{ name: 'acme_trylock', success: 'zero' }],
      noreturn: ['acme_die'],
    },
  ]);

  it('add rows', () => {
    assert.deepEqual(
      [user.lockApi('acme_lock')?.kind, user.lockApi('acme_lock')?.arg, user.lockApi('acme_lock')?.atomic],
      ['spinlock', 1, true],
    );
    assert.equal(user.lockApi('acme_trylock')?.success, 'zero');
    assert.equal(user.isNoReturn('acme_die'), true);
    assert.equal(user.lockApi('mutex_lock')?.kind, 'mutex');
    assert.equal(models.lockApi('acme_lock'), undefined);
  });

  it('may be records with any role', () => {
    const own = createModels([
      { name: 'acme_each', loop: { cursorArg: 0 } },
      { name: 'acme_flush', wait: { awaits: 'work', arg: 0, sleeps: true } },
      { name: 'acme_get', acquire: { kind: 'rwsem', mode: 'read', path: '->sem', argType: 'struct acme' } },
      { type: 'acme_lock_t', lock: 'raw_spinlock' },
      { field: 'acme_ops.irq', runsIn: 'hardirq', locksHeld: ['acme.lock'] },
    ]);
    assert.deepEqual(own.loopMacro('acme_each'), { cursorArg: 0 });
    assert.equal(own.api('acme_flush')?.awaits, 'work');
    const get = own.lockApi('acme_get');
    assert.deepEqual([get?.arg, get?.path, get?.mode, get?.sleeps], [0, '->sem', 'read', true]);
    assert.equal(own.lockType('acme_lock_t'), 'raw_spinlock');
    assert.deepEqual(own.operation('struct acme_ops', 'irq'), {
      context: 'hardirq',
      locksHeld: ['acme.lock'],
    });
  });

  it('merge the roles of a function in several lists', () => {
    const own = createModels([{ release: [{ name: 'acme_end' }], noreturn: ['acme_end'] }]);
    assert.equal(own.lockApi('acme_end')?.op, 'release');
    assert.equal(own.isNoReturn('acme_end'), true);
  });

  it('keep the built-in facts of a function listed as noreturn', () => {
    const own = createModels([{ noreturn: ['panic', 'mutex_unlock'] }]);
    assert.equal(own.isCrash('panic'), true);
    assert.equal(own.lockApi('mutex_unlock')?.op, 'release');
    assert.equal(own.isNoReturn('mutex_unlock'), true);
  });

  it('change the hash, which is otherwise stable', () => {
    assert.notEqual(user.hash, models.hash);
    assert.equal(createModels().hash, models.hash);
  });

  it('replace a built-in row, and count a lock without a kind as a mutex', () => {
    const own = createModels([{ acquire: [{ name: 'msleep' }] }]);
    assert.equal(own.lockApi('msleep')?.kind, 'mutex');
    assert.equal(own.api('msleep'), undefined);
  });
});

describe('hashText', () => {
  it('is stable and 16 digits', () => {
    assert.equal(hashText(''), hashText(''));
    assert.match(hashText('mutex_lock'), /^[0-9a-f]{16}$/);
  });

  it('does not collide on a hundred thousand short texts', () => {
    const seen = new Set<string>();
    for (let at = 0; at < 100_000; at++) seen.add(hashText(`x${String(at)}`));
    assert.equal(seen.size, 100_000);
  });
});
