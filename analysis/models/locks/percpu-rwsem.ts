import type { LockApi } from '../types.js';
import { percpuRwsem } from './families.js';

/** Per-cpu reader-writer semaphores. */
export const percpuRwsemApis: readonly LockApi[] = [
  percpuRwsem.acquire('percpu_down_read', { mode: 'read' }),
  percpuRwsem.tryLock('percpu_down_read_trylock', 'nonzero', { mode: 'read' }),
  percpuRwsem.acquire('percpu_down_write'),
  percpuRwsem.init('percpu_init_rwsem'),
  percpuRwsem.assertHeld('percpu_rwsem_assert_held'),
  // Tells the validator that the reader goes on in another thread, and there that it is here.
  percpuRwsem.release('percpu_rwsem_release', { mode: 'read', anyMode: true }),
  percpuRwsem.tryLock('percpu_rwsem_acquire', 'nonzero', { mode: 'read', uncheckedHolds: true }),
  percpuRwsem.release('percpu_up_read', { mode: 'read' }),
  percpuRwsem.release('percpu_up_write'),
];
