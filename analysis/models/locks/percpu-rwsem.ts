import type { LockApi } from '../types.js';
import { percpuRwsem } from './families.js';

/** Per-cpu reader-writer semaphores. */
export const percpuRwsemApis: readonly LockApi[] = [
  percpuRwsem.acquire('percpu_down_read', { mode: 'read' }),
  percpuRwsem.tryLock('percpu_down_read_trylock', 'nonzero', { mode: 'read' }),
  percpuRwsem.acquire('percpu_down_write'),
  percpuRwsem.init('percpu_init_rwsem'),
  percpuRwsem.assertHeld('percpu_rwsem_assert_held'),
  percpuRwsem.release('percpu_up_read', { mode: 'read' }),
  percpuRwsem.release('percpu_up_write'),
];
