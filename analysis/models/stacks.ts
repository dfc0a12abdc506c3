import type { LockKind, OtherApi } from './types.js';
import { words } from './words.js';

/** What a function in a backtrace is doing there. */
export type StackRole =
  /** Prints a report, keeps the books of locks, switches tasks: tells nothing. */
  | { readonly k: 'machinery' }
  /** Inside the acquisition of a lock. */
  | { readonly k: 'lock'; readonly kind: LockKind }
  /** Inside a wait for something else. */
  | { readonly k: 'wait'; readonly awaits: NonNullable<OtherApi['awaits']> }
  /** Where the kernel is entered: nothing of interest lies below. */
  | { readonly k: 'entry' };

const machinery = words(`
  dump_stack dump_stack_lvl __dump_stack show_stack __warn warn_slowpath_fmt warn_slowpath_null __warn_printk
  report_bug handle_bug exc_invalid_op asm_exc_invalid_op invalid_op __lock_acquire lock_acquire lock_release
  __lock_release lock_acquired lock_contended __lock_contended lock_downgrade lock_unpin_lock
  lock_set_class lock_is_held_type _raw_spin_unlock _raw_spin_unlock_bh _raw_spin_unlock_irq
  _raw_spin_unlock_irqrestore _raw_read_unlock _raw_read_unlock_bh _raw_read_unlock_irq
  _raw_read_unlock_irqrestore _raw_write_unlock _raw_write_unlock_bh _raw_write_unlock_irq
  _raw_write_unlock_irqrestore mutex_unlock __mutex_unlock_slowpath up_read up_write up check_noncircular check_prev_add check_prevs_add check_deadlock check_usage
  check_irq_usage validate_chain mark_lock mark_held_locks mark_lock_irq mark_usage __mark_lock
  print_circular_bug print_deadlock_bug print_usage_bug print_bad_irq_dependency print_irq_inversion_bug
  print_unlock_imbalance_bug print_lock_invalid_wait_context print_held_locks_bug lockdep_rcu_suspicious
  lockdep_sys_exit debug_check_no_locks_freed debug_check_no_locks_held debug_show_all_locks
  __might_sleep __might_resched ___might_sleep might_fault __might_fault __schedule_bug
  schedule_debug rcu_note_context_switch spin_dump spin_bug do_raw_spin_lock do_raw_spin_unlock
  do_raw_read_lock do_raw_write_lock do_raw_spin_trylock debug_spin_lock_before debug_spin_unlock
  __schedule schedule preempt_schedule preempt_schedule_common preempt_schedule_irq preempt_schedule_notrace
  schedule_preempt_disabled schedule_idle io_schedule io_schedule_prepare schedule_timeout
  io_schedule_timeout schedule_timeout_uninterruptible schedule_timeout_interruptible
  schedule_timeout_killable schedule_hrtimeout_range schedule_hrtimeout_range_clock schedule_hrtimeout
  context_switch __switch_to __switch_to_asm finish_task_switch trace_hardirqs_on trace_hardirqs_off
  trace_hardirqs_on_caller lockdep_hardirqs_on lockdep_hardirqs_on_prepare warn_bogus_irq_restore
  __local_bh_enable_ip crash_nmi_callback nmi_handle default_do_nmi exc_nmi end_repeat_nmi
  cpu_relax rep_nop virt_spin_lock queued_spin_lock arch_spin_lock queued_read_lock queued_write_lock
  arch_read_lock arch_write_lock __raw_read_lock __raw_write_lock __raw_spin_lock_irq __raw_spin_lock_bh
  asm_exc_nmi nmi_cpu_backtrace nmi_trigger_cpumask_backtrace __sysrq_show_blocked native_safe_halt
`);

const entry = words(`
  ret_from_fork ret_from_fork_asm entry_SYSCALL_64_after_hwframe entry_SYSCALL_64 entry_SYSENTER_compat
  do_syscall_64 x64_sys_call do_syscall_x64 invoke_syscall el0_svc el0_svc_common do_el0_svc
  el0t_64_sync el0t_64_sync_handler do_fast_syscall_32 syscall_trace_enter ret_fast_syscall
  system_call_exception system_call_common syscall_exit_to_user_mode
`);

const lock = (kind: LockKind, names: string): [string, StackRole][] =>
  words(names).map((name) => [name, { k: 'lock', kind }]);
const wait = (awaits: NonNullable<OtherApi['awaits']>, names: string): [string, StackRole][] =>
  words(names).map((name) => [name, { k: 'wait', awaits }]);

const roles: ReadonlyMap<string, StackRole> = new Map<string, StackRole>([
  ...machinery.map((name): [string, StackRole] => [name, { k: 'machinery' }]),
  ...entry.map((name): [string, StackRole] => [name, { k: 'entry' }]),
  ...lock(
    'mutex',
    `
      __mutex_lock __mutex_lock_common __mutex_lock_slowpath __mutex_lock_killable_slowpath
      __mutex_lock_interruptible_slowpath mutex_lock_nested mutex_lock_interruptible_nested
      mutex_lock_killable_nested mutex_lock_io_nested mutex_optimistic_spin mutex_spin_on_owner
      _mutex_lock_nest_lock __mutex_trylock
    `,
  ),
  ...lock('ww_mutex', '__ww_mutex_lock __ww_mutex_lock_slowpath __ww_mutex_lock_interruptible_slowpath'),
  ...lock(
    'semaphore',
    '__down __down_common ___down_common __down_interruptible __down_killable __down_timeout',
  ),
  ...lock(
    'rwsem',
    `
      rwsem_down_read_slowpath rwsem_down_write_slowpath __down_read __down_write __down_read_common
      __down_write_common rwsem_down_read_failed rwsem_down_write_failed rwsem_read_trylock
      call_rwsem_down_read_failed call_rwsem_down_write_failed rwsem_optimistic_spin rwsem_spin_on_owner
      down_read_nested down_write_nested rwbase_write_lock __rwbase_read_lock rwbase_read_lock
    `,
  ),
  ...lock('percpu_rwsem', '__percpu_down_read percpu_rwsem_wait __percpu_rwsem_trylock'),
  ...lock(
    'spinlock',
    `
      _raw_spin_lock _raw_spin_lock_irq _raw_spin_lock_irqsave _raw_spin_lock_bh _raw_spin_lock_nested
      _raw_spin_lock_irqsave_nested _raw_spin_lock_nest_lock __raw_spin_lock __raw_spin_lock_irqsave
      queued_spin_lock_slowpath native_queued_spin_lock_slowpath __pv_queued_spin_lock_slowpath
      rt_spin_lock rtlock_slowlock rtlock_slowlock_locked _raw_spin_trylock
    `,
  ),
  ...lock(
    'rwlock',
    `
      _raw_read_lock _raw_read_lock_irq _raw_read_lock_irqsave _raw_read_lock_bh _raw_write_lock
      _raw_write_lock_irq _raw_write_lock_irqsave _raw_write_lock_bh queued_read_lock_slowpath
      queued_write_lock_slowpath rt_read_lock rt_write_lock
    `,
  ),
  ...lock(
    'rt_mutex',
    `
      rt_mutex_slowlock __rt_mutex_slowlock rt_mutex_slowlock_block __rt_mutex_slowlock_locked
      __rt_mutex_lock rt_mutex_lock_nested
    `,
  ),
  ...wait(
    'completion',
    `
      __wait_for_common wait_for_common do_wait_for_common __wait_for_completion
      wait_for_completion_common
    `,
  ),
  ...wait('work', '__flush_work start_flush_work __cancel_work_timer __cancel_work_sync'),
  ...wait('rcu', '__wait_rcu_gp synchronize_rcu_normal synchronize_sched_expedited'),
  ...wait('srcu', '__synchronize_srcu'),
  ...wait(
    'condition',
    `
      __wait_on_bit __wait_on_bit_lock out_of_line_wait_on_bit out_of_line_wait_on_bit_lock bit_wait
      bit_wait_io folio_wait_bit_common __folio_lock wait_woken prepare_to_wait_event do_wait
      rcu_gp_fqs_loop
    `,
  ),
]);

/** What compilers append: `.isra.0`, `.constprop.0`, `.part.0`, `.cold`. */
const CLONE = /\.(?:isra|constprop|part|cold|llvm|lto_priv|localalias)\b.*$/;

/** A function's own name, without what a compiler made of it. */
export function plainFunction(name: string): string {
  return name.includes('.') ? name.replace(CLONE, '') : name;
}

/** Names under which source calls what a backtrace shows: `spin_lock` for `_raw_spin_lock_nested`. */
export function calledAs(name: string): readonly string[] {
  const plain = plainFunction(name);
  const short = plain.replace(/^_+/, '');
  const core = short.replace(/^raw_/, '').replace(/_(?:nested|nest_lock|slowpath)(?=_|$)/, '');
  return [...new Set([plain, short, core, `${core}_nested`, `raw_${core}`])];
}

/** What a slow path, the scheduler or the report itself does in a backtrace; `undefined` for all others. */
export function stackRole(name: string): StackRole | undefined {
  return roles.get(plainFunction(name));
}
