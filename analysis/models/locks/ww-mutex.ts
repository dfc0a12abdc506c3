import type { LockApi } from '../types.js';
import { wwMutex } from './families.js';

/** Wound/wait mutexes: argument 1 is the acquire context that allows several of one class. */
export const wwMutexApis: readonly LockApi[] = [
  wwMutex.init('ww_mutex_init'),
  wwMutex.mayFail('ww_mutex_lock', 'zero', { nestArg: 1, uncheckedHolds: true }),
  wwMutex.mayFail('ww_mutex_lock_interruptible', 'zero', { nestArg: 1 }),
  wwMutex.acquire('ww_mutex_lock_slow', { nestArg: 1, waitsAlone: true }),
  wwMutex.mayFail('ww_mutex_lock_slow_interruptible', 'zero', { nestArg: 1, waitsAlone: true }),
  wwMutex.tryLock('ww_mutex_trylock', 'nonzero', { nestArg: 1 }),
  wwMutex.release('ww_mutex_unlock'),
];
