import type { LockApi } from '../types.js';
import { rcu, srcu } from './families.js';

const rcuLockMap = rcu.of({ implicit: 'rcu_lock_map' });
const rcuSchedLockMap = rcu.of({ implicit: 'rcu_sched_lock_map' });

/** RCU and SRCU readers. */
export const rcuApis: readonly LockApi[] = [
  rcu.acquire('rcu_read_lock_bh', { implicit: 'rcu_bh_lock_map', bh: true }),
  rcu.release('rcu_read_unlock_bh', { implicit: 'rcu_bh_lock_map', bh: true }),
  rcu.acquire('rcu_read_lock_trace', { implicit: 'rcu_trace_lock_map', atomic: false }),
  rcu.release('rcu_read_unlock_trace', { implicit: 'rcu_trace_lock_map', atomic: false }),
  srcu.acquire('console_srcu_read_lock', { implicit: 'kernel/printk/printk.c:console_srcu' }),
  srcu.release('console_srcu_read_unlock', { implicit: 'kernel/printk/printk.c:console_srcu' }),
  srcu.init('init_srcu_struct'),
  srcu.acquire('srcu_down_read'),
  srcu.acquire('srcu_read_lock'),
  srcu.acquire('srcu_read_lock_fast'),
  srcu.acquire('srcu_read_lock_lite'),
  srcu.acquire('srcu_read_lock_nmisafe'),
  srcu.acquire('srcu_read_lock_notrace'),
  srcu.release('srcu_read_unlock'),
  srcu.release('srcu_read_unlock_fast'),
  srcu.release('srcu_read_unlock_nmisafe'),
  srcu.release('srcu_read_unlock_notrace'),
  srcu.release('srcu_up_read'),
  rcuLockMap.acquire('rcu_read_lock'),
  rcuLockMap.acquire('rcu_read_lock_dont_migrate'),
  rcuLockMap.release('rcu_read_unlock'),
  rcuLockMap.release('rcu_read_unlock_migrate'),
  rcuSchedLockMap.acquire('rcu_read_lock_sched'),
  rcuSchedLockMap.acquire('rcu_read_lock_sched_notrace'),
  rcuSchedLockMap.release('rcu_read_unlock_sched'),
  rcuSchedLockMap.release('rcu_read_unlock_sched_notrace'),
];
