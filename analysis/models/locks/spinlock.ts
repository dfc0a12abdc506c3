import type { LockApi } from '../types.js';
import { spinlock } from './families.js';

/** Spinlocks. */
export const spinlockApis: readonly LockApi[] = [
  spinlock.assertHeld('assert_spin_locked'),
  spinlock.mayFail('atomic_dec_and_lock', 'nonzero', { arg: 1, lastReference: true }),
  spinlock.mayFail('atomic_dec_and_lock_irqsave', 'nonzero', {
    arg: 1,
    irq: 'save',
    flagsArg: 2,
    lastReference: true,
  }),
  spinlock.mayFail('kref_put_lock', 'nonzero', { arg: 2, lastReference: true, callbackArg: 1 }),
  spinlock.mayFail('refcount_dec_and_lock', 'nonzero', { arg: 1, lastReference: true }),
  spinlock.mayFail('refcount_dec_and_lock_irqsave', 'nonzero', {
    arg: 1,
    irq: 'save',
    flagsArg: 2,
    lastReference: true,
  }),
  spinlock.acquire('spin_lock'),
  spinlock.acquire('spin_lock_bh', { bh: true }),
  spinlock.init('spin_lock_init'),
  spinlock.acquire('spin_lock_irq', { irq: 'disable' }),
  spinlock.acquire('spin_lock_irqsave', { irq: 'save', flagsArg: 1 }),
  spinlock.acquire('spin_lock_irqsave_nested', { irq: 'save', flagsArg: 1, subclassArg: 2 }),
  spinlock.acquire('spin_lock_nest_lock', { nestArg: 1 }),
  spinlock.acquire('spin_lock_nested', { subclassArg: 1 }),
  spinlock.tryLock('spin_trylock', 'nonzero'),
  spinlock.tryLock('spin_trylock_bh', 'nonzero', { bh: true }),
  spinlock.tryLock('spin_trylock_irq', 'nonzero', { irq: 'disable' }),
  spinlock.tryLock('spin_trylock_irqsave', 'nonzero', { irq: 'save', flagsArg: 1 }),
  spinlock.release('spin_unlock'),
  spinlock.release('spin_unlock_bh', { bh: true }),
  spinlock.release('spin_unlock_irq', { irq: 'enable' }),
  spinlock.release('spin_unlock_irqrestore', { irq: 'restore', flagsArg: 1 }),
];
