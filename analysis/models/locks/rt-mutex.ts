import type { LockApi } from '../types.js';
import { rtMutex } from './families.js';

/** Priority-inheriting mutexes. */
export const rtMutexApis: readonly LockApi[] = [
  rtMutex.acquire('_rt_mutex_lock_nest_lock', { nestArg: 1 }),
  rtMutex.init('rt_mutex_init'),
  rtMutex.acquire('rt_mutex_lock'),
  rtMutex.mayFail('rt_mutex_lock_interruptible', 'zero'),
  rtMutex.mayFail('rt_mutex_lock_killable', 'zero'),
  rtMutex.acquire('rt_mutex_lock_nested', { subclassArg: 1 }),
  rtMutex.tryLock('rt_mutex_trylock', 'nonzero'),
  rtMutex.release('rt_mutex_unlock'),
];
