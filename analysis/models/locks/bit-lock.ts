import type { LockApi } from '../types.js';
import { bitLock, bitSpinlock } from './families.js';

/** Locks that are one bit of a word. */
export const bitLockApis: readonly LockApi[] = [
  bitLock.release('__clear_bit_unlock', { arg: 1, bitArg: 0 }),
  bitLock.release('clear_and_wake_up_bit', { arg: 1, bitArg: 0 }),
  bitLock.release('clear_bit_unlock', { arg: 1, bitArg: 0 }),
  bitLock.tryLock('test_and_set_bit_lock', 'zero', { arg: 1, bitArg: 0 }),
  bitLock.mayFail('wait_on_bit_lock', 'zero', { bitArg: 1 }),
  bitLock.mayFail('wait_on_bit_lock_action', 'zero', { bitArg: 1 }),
  bitLock.mayFail('wait_on_bit_lock_io', 'zero', { bitArg: 1 }),
  bitSpinlock.release('__bit_spin_unlock', { arg: 1, bitArg: 0 }),
  bitSpinlock.acquire('bit_spin_lock', { arg: 1, bitArg: 0 }),
  bitSpinlock.tryLock('bit_spin_trylock', 'nonzero', { arg: 1, bitArg: 0 }),
  bitSpinlock.release('bit_spin_unlock', { arg: 1, bitArg: 0 }),
  bitSpinlock.acquire('hlist_bl_lock'),
  bitSpinlock.release('hlist_bl_unlock'),
];
