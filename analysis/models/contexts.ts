import type { ExecutionContext, OtherApi } from './types.js';
import { words } from './words.js';

type Switch = Pick<OtherApi, 'context' | 'change' | 'flagsArg' | 'valueArg'>;

const switches = (facts: Switch, names: string): readonly OtherApi[] =>
  words(names).map((name) => ({ name, k: 'context', ...facts }));

const tests = (names: string, facts: Partial<OtherApi> = {}): readonly OtherApi[] =>
  words(names).map((name) => ({ name, k: 'query', ...facts }));

const runs = (
  runsIn: ExecutionContext,
  handlerArg: number,
  names: string,
  facts: Partial<OtherApi> = {},
): readonly OtherApi[] => words(names).map((name) => ({ name, k: 'register', handlerArg, runsIn, ...facts }));

const SLEEPS: Partial<OtherApi> = { sleeps: true };
const URB: Partial<OtherApi> = { objectArg: 0, byHandle: true, dataField: 'context' };
const THREAD: Partial<OtherApi> = { ...SLEEPS, objectArg: 'result', byHandle: true };

/** Puts what argument `arg` names into the queue that another argument names. */
const queues = (
  arg: number,
  ontoArg: number,
  names: string,
  facts: Partial<OtherApi> = {},
): readonly OtherApi[] => words(names).map((name) => ({ name, k: 'register', arg, ontoArg, ...facts }));

/** The same for the system's own queue. */
const toSystem = (arg: number, names: string): readonly OtherApi[] =>
  words(names).map((name) => ({ name, k: 'register', arg, queueName: 'system_wq' }));

/** Makes an entry of a file system whose operations are run for whoever opens it. */
const entries = (tableArg: number, names: string, facts: Partial<OtherApi> = {}): readonly OtherApi[] =>
  words(names).map((name) => ({
    ...facts,
    name,
    k: 'register',
    tableArg,
    objectArg: 'result',
    byHandle: true,
    runsIn: 'process',
    ...SLEEPS,
  }));

/** Gives a device attributes: `show` and `store` are called with it, and its removal waits for them. */
const attributes = (names: string, facts: Partial<OtherApi> = {}): readonly OtherApi[] =>
  words(names).map((name) => ({
    name,
    k: 'register',
    tableArg: 1,
    tableOfObject: true,
    runsIn: 'process',
    objectArg: 0,
    byHandle: true,
    ...SLEEPS,
    followed: true,
    ...facts,
  }));

/** Switches of interrupts, bottom halves, preemption, page faults and reclaim. */
const contextSwitches: readonly OtherApi[] = [
  ...switches(
    { context: 'irq', change: 'disable' },
    'local_irq_disable raw_local_irq_disable hard_irq_disable guard:irq',
  ),
  ...switches({ context: 'irq', change: 'enable' }, 'local_irq_enable raw_local_irq_enable'),
  ...switches({ context: 'irq', change: 'save', flagsArg: 0 }, 'local_irq_save raw_local_irq_save'),
  ...switches({ context: 'irq', change: 'save' }, 'arch_local_irq_save guard:irqsave'),
  ...switches(
    { context: 'irq', change: 'restore', flagsArg: 0 },
    'local_irq_restore raw_local_irq_restore arch_local_irq_restore',
  ),
  ...switches({ context: 'bh', change: 'disable' }, 'local_bh_disable __local_bh_disable_ip fpregs_lock'),
  ...switches(
    { context: 'bh', change: 'enable' },
    'local_bh_enable _local_bh_enable __local_bh_enable_ip fpregs_unlock',
  ),
  ...switches(
    { context: 'preempt', change: 'disable' },
    `
      preempt_disable preempt_disable_notrace get_cpu get_cpu_light part_stat_lock
      kernel_fpu_begin kernel_fpu_begin_mask kernel_neon_begin bpf_disable_instrumentation
      guard:preempt guard:preempt_notrace
    `,
  ),
  ...switches({ context: 'preempt', change: 'disable', valueArg: 0 }, 'get_cpu_ptr get_cpu_var'),
  ...switches(
    { context: 'preempt', change: 'enable' },
    `
      preempt_enable preempt_enable_notrace preempt_enable_no_resched preempt_enable_no_resched_notrace
      sched_preempt_enable_no_resched put_cpu put_cpu_ptr put_cpu_var put_cpu_light part_stat_unlock
      kernel_fpu_end kernel_neon_end bpf_enable_instrumentation
    `,
  ),
  ...switches(
    { context: 'pagefault', change: 'disable' },
    'pagefault_disable kmap_atomic kmap_atomic_prot kmap_atomic_pfn',
  ),
  ...switches({ context: 'pagefault', change: 'enable' }, 'pagefault_enable kunmap_atomic'),
  ...switches({ context: 'nofs', change: 'save' }, 'memalloc_nofs_save'),
  ...switches({ context: 'nofs', change: 'restore', flagsArg: 0 }, 'memalloc_nofs_restore'),
  ...switches({ context: 'noio', change: 'save' }, 'memalloc_noio_save memalloc_noreclaim_save'),
  ...switches(
    { context: 'noio', change: 'restore', flagsArg: 0 },
    'memalloc_noio_restore memalloc_noreclaim_restore',
  ),
];

/** Tests of context and of lock state: their result correlates with paths. */
const contextTests: readonly OtherApi[] = [
  ...tests(
    `
      in_interrupt in_irq in_hardirq in_softirq in_serving_softirq in_atomic in_nmi in_task
      in_atomic_preempt_off irqs_disabled irqs_disabled_flags raw_irqs_disabled preemptible preempt_count
      softirq_count hardirq_count pagefault_disabled faulthandler_disabled
    `,
    { asksContext: true },
  ),
  ...tests('timer_pending hrtimer_is_queued work_pending delayed_work_pending', { asksPending: true }),
  ...tests(`
  mutex_is_locked rt_mutex_is_locked ww_mutex_is_locked spin_is_locked raw_spin_is_locked arch_spin_is_locked
  spin_is_contended raw_spin_is_contended rwlock_is_contended rwsem_is_locked rwsem_is_contended
  percpu_is_write_locked percpu_is_read_locked inode_is_locked bit_spin_is_locked is_console_locked
  rtnl_is_locked lockdep_rtnl_is_held lock_is_held lock_is_held_type lockdep_is_held lockdep_is_held_type
  lockdep_sock_is_held sock_owned_by_user sock_owned_by_user_nocheck rcu_read_lock_held rcu_read_lock_bh_held
  rcu_read_lock_sched_held rcu_read_lock_any_held rcu_read_lock_trace_held srcu_read_lock_held
  dma_resv_is_locked drm_modeset_is_locked completion_done try_wait_for_completion
  mmap_lock_is_contended
`),
];

/** Calls that hand over a function to be run later, by argument and context. */
const registrations: readonly OtherApi[] = [
  ...runs(
    'hardirq',
    1,
    `
      irq_set_handler irq_set_chained_handler irq_set_chained_handler_and_data init_irq_work INIT_CSD hrtimer_setup
      hrtimer_setup_on_stack
    `,
  ),
  ...runs('hardirq', 1, 'request_percpu_irq __request_percpu_irq setup_irq', SLEEPS),
  ...runs('hardirq', 1, 'request_irq request_any_context_irq', { forcedArg: 2, ...SLEEPS }),
  ...runs('hardirq', 2, 'devm_request_irq devm_request_any_context_irq', { forcedArg: 3, ...SLEEPS }),
  // Whoever signals the fence calls it, under a lock of the fence with interrupts off: that need not be a handler.
  ...runs('atomic', 2, 'dma_fence_add_callback'),
  ...runs('hardirq', 3, 'acpi_install_gpe_handler'),
  ...runs('hardirq', 0, 'acpi_install_sci_handler'),
  ...runs('hardirq', 1, 'request_threaded_irq', {
    threadArg: 2,
    threadRunsIn: 'threaded-irq',
    forcedArg: 3,
    ...SLEEPS,
  }),
  ...runs('hardirq', 1, 'iio_triggered_buffer_setup', {
    threadArg: 2,
    threadRunsIn: 'threaded-irq',
    ...SLEEPS,
  }),
  ...runs('hardirq', 2, 'devm_request_threaded_irq', {
    threadArg: 3,
    threadRunsIn: 'threaded-irq',
    forcedArg: 4,
    ...SLEEPS,
  }),
  ...runs('hardirq', 2, 'pci_request_irq devm_iio_triggered_buffer_setup', {
    threadArg: 3,
    threadRunsIn: 'threaded-irq',
    ...SLEEPS,
  }),
  ...runs('nmi', 1, 'request_nmi request_percpu_nmi register_nmi_handler'),
  ...runs('timer', 1, 'timer_setup timer_setup_on_stack setup_timer __init_timer'),
  ...runs('tasklet', 1, 'tasklet_setup tasklet_init tasklet_hrtimer_init'),
  ...runs(
    'work',
    1,
    `
      INIT_WORK INIT_WORK_ONSTACK __INIT_WORK INIT_DELAYED_WORK INIT_DELAYED_WORK_ONSTACK
      INIT_DEFERRABLE_WORK INIT_DEFERRABLE_WORK_ONSTACK INIT_RCU_WORK INIT_RCU_WORK_ONSTACK
    `,
  ),
  ...runs('work', 2, 'acpi_install_notify_handler devm_delayed_work_autocancel devm_work_autocancel'),
  ...runs('work', 0, 'execute_in_process_context'),
  ...runs('kthread', 1, 'kthread_init_work kthread_init_delayed_work'),
  ...runs(
    'kthread',
    0,
    `
      kthread_run kthread_create kthread_create_on_node kthread_create_on_cpu kthread_run_on_cpu
    `,
    THREAD,
  ),
  ...runs('kthread', 0, 'kernel_thread user_mode_thread', SLEEPS),
  ...queues(1, 0, 'queue_work queue_delayed_work mod_delayed_work queue_rcu_work'),
  ...queues(1, 0, 'kthread_queue_work kthread_queue_delayed_work kthread_mod_delayed_work', { inTurn: true }),
  ...words('alloc_ordered_workqueue create_singlethread_workqueue').map((name): OtherApi => ({
    name,
    k: 'register',
    inTurn: true,
    objectArg: 'result',
    byHandle: true,
    ...SLEEPS,
  })),
  ...queues(2, 1, 'queue_work_on queue_delayed_work_on mod_delayed_work_on queue_work_node'),
  ...toSystem(0, 'schedule_work schedule_delayed_work'),
  ...toSystem(1, 'schedule_work_on schedule_delayed_work_on'),
  ...queues(0, 1, 'usb_anchor_urb'),
  // A file that is closed keeps nobody from removing it.
  ...attributes(
    `
      device_create_file device_create_bin_file device_add_group device_add_groups devm_device_add_group
      devm_device_add_groups
    `,
  ),
  ...attributes('sysfs_create_file sysfs_create_group sysfs_create_groups', { objectAround: 'kobj' }),
  ...entries(4, 'debugfs_create_file debugfs_create_file_size', { tableWithout: 'release' }),
  ...entries(3, 'proc_create proc_create_data proc_create_seq proc_create_single proc_create_seq_data'),
  ...runs(
    'softirq',
    2,
    `
      netif_napi_add netif_napi_add_weight netif_napi_add_tx netif_napi_add_tx_weight netif_tx_napi_add
      netif_threaded_napi_add
    `,
  ),
  ...runs('softirq', 1, 'open_softirq netdev_rx_handler_register'),
  ...runs('softirq', 5, 'usb_fill_bulk_urb usb_fill_int_urb', URB),
  ...runs('softirq', 6, 'usb_fill_control_urb', URB),
  ...runs('rcu', 1, 'call_rcu call_rcu_hurry call_rcu_bh call_rcu_sched'),
  // Called by threads and work items, with bottom halves off.
  ...runs('atomic', 1, 'call_rcu_tasks call_rcu_tasks_trace call_rcu_tasks_rude'),
  ...runs('atomic', 2, 'call_srcu'),
  ...runs(
    'process',
    0,
    `
      module_init module_exit early_initcall pure_initcall core_initcall postcore_initcall arch_initcall
      subsys_initcall fs_initcall rootfs_initcall device_initcall late_initcall console_initcall
    `,
  ),
  ...runs('process', 2, 'pthread_create'),
  ...runs('process', 1, 'thrd_create'),
];

/** Everything about the context code runs in. */
export const contexts: readonly OtherApi[] = [...contextSwitches, ...contextTests, ...registrations];
