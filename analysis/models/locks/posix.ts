import type { LockApi } from '../types.js';
import * as family from './families.js';

/** Threads of a program may sleep wherever they are. */
const mutex = family.mutex.of({ sleeps: false });
const rwsem = family.rwsem.of({ sleeps: false });

/** They fail on a misuse; who does not look at the result trusts them. */
const CHECKED = { noLockdep: true, uncheckedHolds: true };

/** POSIX threads and C11 mutexes. */
export const posixApis: readonly LockApi[] = [
  mutex.mayFail('pthread_mutex_lock', 'zero', CHECKED),
  mutex.mayFail('pthread_mutex_timedlock', 'zero', { noLockdep: true }),
  mutex.mayFail('pthread_mutex_clocklock', 'zero', { noLockdep: true }),
  mutex.tryLock('pthread_mutex_trylock', 'zero', { noLockdep: true }),
  mutex.release('pthread_mutex_unlock', { noLockdep: true }),
  mutex.init('pthread_mutex_init', { noLockdep: true }),
  mutex.mayFail('pthread_spin_lock', 'zero', CHECKED),
  mutex.tryLock('pthread_spin_trylock', 'zero', { noLockdep: true }),
  mutex.release('pthread_spin_unlock', { noLockdep: true }),
  mutex.init('pthread_spin_init', { noLockdep: true }),
  mutex.mayFail('mtx_lock', 'zero', CHECKED),
  mutex.mayFail('mtx_timedlock', 'zero', { noLockdep: true }),
  mutex.tryLock('mtx_trylock', 'zero', { noLockdep: true }),
  mutex.release('mtx_unlock', { noLockdep: true }),
  mutex.init('mtx_init', { noLockdep: true }),
  rwsem.mayFail('pthread_rwlock_rdlock', 'zero', { ...CHECKED, mode: 'read' }),
  rwsem.mayFail('pthread_rwlock_wrlock', 'zero', CHECKED),
  rwsem.mayFail('pthread_rwlock_timedrdlock', 'zero', { mode: 'read', noLockdep: true }),
  rwsem.mayFail('pthread_rwlock_timedwrlock', 'zero', { noLockdep: true }),
  rwsem.tryLock('pthread_rwlock_tryrdlock', 'zero', { mode: 'read', noLockdep: true }),
  rwsem.tryLock('pthread_rwlock_trywrlock', 'zero', { noLockdep: true }),
  rwsem.release('pthread_rwlock_unlock', { anyMode: true, noLockdep: true }),
  rwsem.init('pthread_rwlock_init', { noLockdep: true }),
];
