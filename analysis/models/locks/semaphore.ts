import type { LockApi } from '../types.js';
import { semaphore } from './families.js';

/** Counting semaphores: lockdep does not see them. */
export const semaphoreApis: readonly LockApi[] = [
  semaphore.acquire('down'),
  semaphore.mayFail('down_interruptible', 'zero'),
  semaphore.mayFail('down_killable', 'zero'),
  semaphore.mayFail('down_timeout', 'zero'),
  semaphore.tryLock('down_trylock', 'zero'),
  semaphore.init('init_MUTEX'),
  semaphore.init('sema_init'),
  semaphore.release('up'),
];
