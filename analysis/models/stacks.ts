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
  unwind_backtrace dump_backtrace walk_stackframe show_trace show_stack_log_lvl show_trace_log_lvl show_regs
  show_regs_print_info die __die oops_end panic check_panic_on_warn warn_slowpath_common warn_slowpath
  warn_slowpath_fmt_taint do_invalid_op do_error_trap do_trap fixup_bug program_check_exception
  program_check_common program_check_common_virt do_program_check bug_handler brk_handler do_debug_exception
  call_break_hook do_bp handle_break el1_dbg el1h_64_sync el1h_64_sync_handler el1_brk64 el1_sync bug_brk_handler
  lockdep_rcu_suspicious lockdep_rcu_dereference print_lock_contention_bug register_lock_class
  assign_lock_key lockdep_init_map lockdep_init_map_type lockdep_init_map_waits look_up_lock_class
  find_held_lock reacquire_held_locks lock_sync print_lock_nested_lock_not_held print_usage_bug
  mark_lock_accessed valid_state check_wait_context print_circular_bug_entry
  print_unlock_imbalance_bug print_freed_lock_bug lockdep_hardirqs_on_caller lockdep_trace_alloc
  lockdep_softirqs_on lockdep_softirqs_off trace_softirqs_on trace_softirqs_off lockdep_unregister_key lockdep_reset_lock
  rcu_read_lock_sched_held rcu_read_lock_held rcu_read_lock_bh_held debug_lockdep_rcu_enabled
  spin_bug spin_dump rwlock_bug debug_spin_lock_after debug_write_lock_before do_raw_read_unlock do_raw_write_unlock
  check_preemption_disabled debug_smp_processor_id preempt_count_add preempt_count_sub preempt_schedule_thunk
  preempt_schedule_notrace_thunk ___preempt_schedule _cond_resched __cond_resched cond_resched might_resched
  __cant_migrate __cant_sleep __might_fault might_sleep might_alloc
  watchdog check_hung_task check_hung_uninterruptible_tasks trigger_all_cpu_backtrace
  nmi_cpu_backtrace_handler arch_trigger_cpumask_backtrace arch_trigger_all_cpu_backtrace
  trigger_single_cpu_backtrace trigger_cpumask_backtrace sched_show_task show_state_filter dump_cpu_task
  do_nmi nmi rcu_dump_cpu_stacks print_cpu_stall check_cpu_stall print_other_cpu_stall rcu_sched_clock_irq
  rcu_check_callbacks rcu_pending __rcu_pending rcu_check_gp_kthread_starvation
  __sanitizer_cov_trace_pc __sanitizer_cov_trace_cmp4 __sanitizer_cov_trace_const_cmp4 write_comp_data check_kcov_mode
  kasan_check_read kasan_check_write __kasan_check_read __kasan_check_write check_memory_region
  __asan_load8 __asan_store8 __asan_load4 __asan_store4
  prepare_task_switch sched_submit_work sched_update_worker __schedule_loop schedule_rtlock schedule_tail
  rcu_irq_exit rcu_nmi_exit raw_irqentry_exit_cond_resched irqentry_exit_cond_resched
  io_wq_worker_sleeping wq_worker_sleeping irqentry_exit irqentry_exit_to_user_mode retint_kernel ret_from_intr
  exit_to_user_mode_loop exit_to_user_mode_prepare exit_to_usermode_loop prepare_exit_to_usermode
`);

const entry = words(`
  ret_from_fork ret_from_fork_asm entry_SYSCALL_64_after_hwframe entry_SYSCALL_64 entry_SYSENTER_compat
  do_syscall_64 x64_sys_call do_syscall_x64 invoke_syscall el0_svc el0_svc_common do_el0_svc
  el0t_64_sync el0t_64_sync_handler do_fast_syscall_32 syscall_trace_enter ret_fast_syscall
  system_call_exception system_call_common system_call_vectored_common syscall_exit_to_user_mode kthread
  entry_SYSCALL_64_fastpath entry_SYSCALL_64_safe_stack entry_INT80_compat entry_INT80_32 sysenter_past_esp
  entry_SYSENTER_32 do_int80_syscall_32 do_syscall_32_irqs_on __do_fast_syscall_32 
  tracesys_phase2 system_call_fast_compare_end sysenter_dispatch cstar_dispatch
  el0_svc_naked el0_svc_handler el0_svc_compat el0t_32_sync el0t_32_sync_handler
  __sys_trace_return ret_from_kernel_thread ret_from_kernel_user_thread ret_from_exception
  handle_syscall syscall_handler do_trap_ecall_u do_syscall handle_sys handle_sysn32 handle_sys64 syscall_common
  sysc_noemu sysc_do_svc system_call __do_syscall kernel_thread_starter __ret_from_fork linux_sparc_syscall
  linux_syscall_table secondary_startup_64 secondary_startup_64_no_verify start_secondary cpu_startup_entry
  rest_init x86_64_start_kernel kernel_thread_helper
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
      down_read down_write down_read_killable down_write_killable down_read_interruptible _down_write_nest_lock
      down_write_killable_nested down_read_killable_nested rwsem_down_write_failed_killable
      rwsem_down_read_failed_killable call_rwsem_down_write_failed_killable
      call_rwsem_down_read_failed_killable __rwsem_down_write_failed_common __rwsem_down_read_failed_common
      __down_read_killable __down_write_killable __down_read_interruptible down_read_non_owner
      __down_write_nested 
    `,
  ),
  ...lock(
    'percpu_rwsem',
    `
      __percpu_down_read percpu_rwsem_wait __percpu_rwsem_trylock percpu_down_write percpu_down_read
      percpu_down_write_killable readers_active_check
    `,
  ),
  ...lock(
    'spinlock',
    `
      _raw_spin_lock _raw_spin_lock_irq _raw_spin_lock_irqsave _raw_spin_lock_bh _raw_spin_lock_nested
      _raw_spin_lock_irqsave_nested _raw_spin_lock_nest_lock __raw_spin_lock __raw_spin_lock_irqsave
      queued_spin_lock_slowpath native_queued_spin_lock_slowpath __pv_queued_spin_lock_slowpath
      rt_spin_lock rtlock_slowlock rtlock_slowlock_locked _raw_spin_trylock
      rt_spin_lock_nested rt_spin_lock_nest_lock rt_spin_lock_slowlock rt_spin_lock_slowlock_locked rt_spin_lock_bh
      rt_spin_lock__no_mg rt_spin_lock_fastlock __rt_spin_lock __rtlock_lock
      pv_wait_head_or_lock pv_wait_node kvm_wait pv_wait 
      arch_spin_lock_wait arch_spin_lock_wait_flags arch_spin_relax __spin_yield spin_yield
      
    `,
  ),
  ...lock(
    'rwlock',
    `
      _raw_read_lock _raw_read_lock_irq _raw_read_lock_irqsave _raw_read_lock_bh _raw_write_lock
      _raw_write_lock_irq _raw_write_lock_irqsave _raw_write_lock_bh queued_read_lock_slowpath
      queued_write_lock_slowpath rt_read_lock rt_write_lock rt_read_lock_bh rt_write_lock_nested
    `,
  ),
  ...lock(
    'rt_mutex',
    `
      rt_mutex_slowlock __rt_mutex_slowlock rt_mutex_slowlock_block __rt_mutex_slowlock_locked
      __rt_mutex_lock rt_mutex_lock_nested 
      _rt_mutex_lock rt_mutex_lock rt_mutex_lock_interruptible rt_mutex_lock_killable rt_mutex_timed_lock
      task_blocks_on_rt_mutex rt_mutex_adjust_prio_chain rt_mutex_handle_deadlock remove_waiter
      rt_mutex_wait_proxy_lock
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
  ...wait(
    'rcu',
    `
      __wait_rcu_gp synchronize_rcu_normal synchronize_sched_expedited synchronize_sched synchronize_rcu_bh
      synchronize_net synchronize_rcu_tasks synchronize_rcu_tasks_generic synchronize_rcu_tasks_rude
      synchronize_rcu_tasks_trace synchronize_rcu_mult wait_rcu_gp exp_funnel_lock synchronize_rcu_expedited_wait
      synchronize_rcu_expedited_wait_once synchronize_rcu_expedited_queue_work _synchronize_rcu_expedited
      rcu_barrier _rcu_barrier rcu_barrier_bh rcu_barrier_sched rcu_barrier_tasks rcu_exp_wait_wake
      rcu_exp_sel_wait_wake __synchronize_rcu wait_rcu_exp_gp cond_synchronize_rcu rcu_sync_enter
    `,
  ),
  ...wait('srcu', '__synchronize_srcu synchronize_srcu synchronize_srcu_expedited srcu_barrier'),
  ...wait(
    'condition',
    `
      __wait_on_bit __wait_on_bit_lock out_of_line_wait_on_bit out_of_line_wait_on_bit_lock bit_wait
      bit_wait_io folio_wait_bit_common __folio_lock wait_woken prepare_to_wait_event do_wait
      rcu_gp_fqs_loop folio_wait_bit folio_wait_writeback __lock_page __lock_page_killable wait_on_page_bit
      wait_on_page_bit_common wait_on_page_writeback __lock_page_or_retry __folio_lock_or_retry folio_lock
      folio_wait_locked __wait_on_buffer __lock_buffer wait_on_buffer __wait_on_freeing_inode
      out_of_line_wait_on_bit_timeout __wait_on_bit_timeout out_of_line_wait_on_atomic_t __wait_on_atomic_t
      wait_on_inode inode_wait_for_writeback __inode_wait_for_writeback bit_wait_timeout bit_wait_io_timeout
      wait_on_bit wait_on_bit_lock wait_on_bit_io io_wait_event do_wait_intr do_wait_intr_irq
    `,
  ),
  ...wait(
    'other',
    `
      smp_call_function_single smp_call_function_many smp_call_function_many_cond smp_call_function
      on_each_cpu_cond_mask on_each_cpu_mask generic_exec_single csd_lock_wait __csd_lock_wait
      netdev_run_todo netdev_wait_allrefs netdev_wait_allrefs_any
    `,
  ),
]);

/** Where an interrupt stopped a task: what stands below in a backtrace is what the processor was doing. */
const INTERRUPT_ENTRY =
  /^(?:asm_)?(?:sysvec_\w+|common_interrupt)$|^(?:smp_)?(?:apic_timer|x86_platform_ipi|call_function|reschedule)\w*_interrupt$|^(?:do_IRQ|ret_from_intr|retint_kernel|retint_user|restore_regs_and_iret)$|^el[01][ht]?_(?:64_|32_)?(?:irq|fiq)(?:_handler)?$|^el[01]_interrupt$|^__irq_(?:svc|usr)$|^handle_int$|^ret_from_irq$|^plat_irq_dispatch$|^(?:ext|io|do_ext|do_io)_(?:int_handler|irq)$|^handle_exception$|^do_irq(?:_on_stack)?$|^handle_cpu_irq$|^handle_riscv_irq$|^call_on_irq_stack$|^do_interrupt_handler$|^decrementer_common\w*$|^hardware_interrupt_common\w*$|^timer_interrupt$|^do_vint$|^handle_loongarch_irq$|^tl0_irq\d*$|^rtrap\w*$/;

/** What looks after stalls and prints backtraces: its frames tell of the watchdog, not of what stalled. */
const WATCHER =
  /^(?:dump_stack\w*|__dump_stack|show_stack\w*|nmi_\w+|end_repeat_nmi|sched_show_task|dump_cpu_task|rcu_(?:sched_clock_irq|check_callbacks|dump_cpu_stacks|pending)|(?:print_cpu|check_cpu|print_other_cpu)_stall|update_process_times|tick_\w+|hrtimer_interrupt|__hrtimer_run_queues|__run_hrtimer|watchdog\w*|local_apic_timer_interrupt|trigger_\w+|arch_trigger_\w+|flush_smp_call_function_queue|generic_smp_call_function_\w+|show_regs\w*|unwind_backtrace|dump_backtrace\w*|walk_stackframe|handle_percpu_devid_irq|arch_timer_handler_\w+|riscv_timer_interrupt|c0_compare_interrupt|sysrq_\w+|__handle_sysrq|perf_event_overflow|__perf_event_overflow|intel_pmu_handle_irq|perf_event_nmi_handler|panic|check_hung_\w+|cpu_stop_\w+|handle_IPI|ipi_handler|do_handle_IPI|tracing_\w+)$/;

export const isInterruptEntry = (name: string): boolean => INTERRUPT_ENTRY.test(plainFunction(name));
export const isWatcher = (name: string): boolean => WATCHER.test(plainFunction(name));

/** Threads of the kernel that drive grace periods. */
const GRACE_PERIOD_THREAD = /^rcu(?:_(?:preempt|sched|bh|gp|tasks\w*|exp\w*|par_gp)\b|_sched_gp|_exp_\w+)/;
export const isGracePeriodThread = (name: string): boolean => GRACE_PERIOD_THREAD.test(name);

/** What waiting inside a function means, by the pattern of its name; the first that fits. */
const AWAITED: readonly (readonly [RegExp, string])[] = [
  [/^(?:_|srcu_|__)*(?:rcu|srcu)_barrier/, 'all pending RCU callbacks'],
  [/^_*synchronize_srcu/, 'an SRCU grace period'],
  [
    /^_*synchronize_(?:rcu|net|sched)|^_*wait_rcu|rcu_exp_|exp_funnel_lock|^rcu_sync_enter/,
    'an RCU grace period',
  ],
  [/^netdev_(?:run_todo|wait_allrefs)/, 'the last reference to a network device'],
  [
    /smp_call_function|^on_each_cpu|csd_lock_wait|generic_exec_single/,
    'another CPU to answer an inter-processor interrupt',
  ],
  [/^(?:___?)?(?:flush|drain|destroy)_workqueue/, 'all work items of a workqueue'],
  [/^_*(?:flush|cancel)_\w*work|^start_flush_work/, 'a work item'],
  [/^kthread_(?:stop|park)|^_*kthread_flush/, 'a kernel thread'],
  [/folio_wait_writeback|wait_on_page_writeback/, 'the writeback of a page'],
  [/folio|_page(?:_|$)/, 'a locked page'],
  [/buffer/, 'the I/O of a buffer'],
  [/freeing_inode|inode_wait|wait_on_inode/, 'an inode'],
  [/wait_for_completion|wait_for_common/, 'a completion'],
  [/(?:del|delete)_timer_sync/, 'a running timer'],
  [/^(?:synchronize|disable|free)_irq/, 'a running interrupt handler'],
  [/^napi_|^netif_napi/, 'a NAPI poll'],
  [/(?:tasklet)/, 'a tasklet'],
  [/^do_wait/, 'a child process'],
  [/^kernfs_|^device_|^proc_remove|^sysfs_|^kobject_del/, 'users of a sysfs or proc file'],
  [/percpu_ref|freeze_queue/, 'the last user of a queue'],
];

/** What a task waits for inside a function, in words; `undefined` where the name does not tell. */
export function awaitedIn(name: string): string | undefined {
  const plain = plainFunction(name);
  return AWAITED.find(([pattern]) => pattern.test(plain))?.[1];
}

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
  const plain = plainFunction(name);
  return roles.get(plain) ?? (INTERRUPT_ENTRY.test(plain) ? { k: 'machinery' } : undefined);
}
