import type { LockApi } from '../types.js';
import { localLock } from './families.js';

/** Per-cpu local locks. */
export const localLockApis: readonly LockApi[] = [
  localLock.acquire('local_lock'),
  localLock.init('local_lock_init'),
  localLock.acquire('local_lock_irq', { irq: 'disable' }),
  localLock.acquire('local_lock_irqsave', { irq: 'save', flagsArg: 1 }),
  localLock.acquire('local_lock_nested_bh'),
  localLock.tryLock('local_trylock', 'nonzero'),
  localLock.init('local_trylock_init'),
  localLock.tryLock('local_trylock_irqsave', 'nonzero', { irq: 'save', flagsArg: 1 }),
  localLock.release('local_unlock'),
  localLock.release('local_unlock_irq', { irq: 'enable' }),
  localLock.release('local_unlock_irqrestore', { irq: 'restore', flagsArg: 1 }),
  localLock.release('local_unlock_nested_bh'),
];
