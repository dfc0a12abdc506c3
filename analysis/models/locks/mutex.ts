import type { LockApi } from '../types.js';
import { mutex } from './families.js';

/** Mutexes. */
export const mutexApis: readonly LockApi[] = [
  mutex.init('__mutex_init'),
  mutex.acquire('_mutex_lock_nest_lock', { nestArg: 1 }),
  mutex.mayFail('atomic_dec_and_mutex_lock', 'nonzero', { arg: 1, lastReference: true }),
  mutex.init('devm_mutex_init', { arg: 1 }),
  mutex.mayFail('kref_put_mutex', 'nonzero', { arg: 2, lastReference: true, callbackArg: 1 }),
  mutex.init('mutex_init'),
  mutex.acquire('mutex_lock'),
  mutex.mayFail('mutex_lock_interruptible', 'zero'),
  mutex.mayFail('mutex_lock_interruptible_nested', 'zero', { subclassArg: 1 }),
  mutex.acquire('mutex_lock_io'),
  mutex.acquire('mutex_lock_io_nested', { subclassArg: 1 }),
  mutex.mayFail('mutex_lock_killable', 'zero'),
  mutex.mayFail('mutex_lock_killable_nest_lock', 'zero', { nestArg: 1 }),
  mutex.mayFail('mutex_lock_killable_nested', 'zero', { subclassArg: 1 }),
  mutex.acquire('mutex_lock_nest_lock', { nestArg: 1 }),
  mutex.acquire('mutex_lock_nested', { subclassArg: 1 }),
  mutex.tryLock('mutex_trylock', 'nonzero'),
  mutex.tryLock('mutex_trylock_nest_lock', 'nonzero', { nestArg: 1 }),
  mutex.release('mutex_unlock'),
  mutex.mayFail('refcount_dec_and_mutex_lock', 'nonzero', { arg: 1, lastReference: true }),
];
