import type { OtherApi } from './types.js';
import { words } from './words.js';

type WaitFacts = Partial<OtherApi> & Required<Pick<OtherApi, 'awaits'>>;

const wait = (facts: WaitFacts, names: string): readonly OtherApi[] =>
  words(names).map((name) => ({ name, k: 'wait', ...facts }));

const complete = (facts: Partial<OtherApi>, names: string): readonly OtherApi[] =>
  words(names).map((name) => ({ name, k: 'complete', ...facts }));

/** `wait(queue, condition, …)`. */
const conditionOf = (arg: number): WaitFacts => ({
  awaits: 'condition',
  arg,
  conditionArg: arg + 1,
  sleeps: true,
});

/** Calls that block until other code has run, and the calls that let them go on. */
export const waits: readonly OtherApi[] = [
  ...wait(
    { awaits: 'work', arg: 0, sleeps: true },
    `
      cancel_work_sync cancel_delayed_work_sync disable_work_sync disable_delayed_work_sync
      kthread_cancel_work_sync kthread_cancel_delayed_work_sync
    `,
  ),
  ...wait(
    { awaits: 'work', arg: 0, sleeps: true, inTurn: true },
    'flush_work flush_delayed_work flush_rcu_work kthread_flush_work',
  ),
  ...wait(
    { awaits: 'queue', arg: 0, sleeps: true, byHandle: true },
    `
      flush_workqueue drain_workqueue destroy_workqueue __flush_workqueue kthread_flush_worker
      kthread_destroy_worker usb_kill_anchored_urbs usb_poison_anchored_urbs usb_wait_anchor_empty_timeout
    `,
  ),
  ...wait(
    { awaits: 'queue', sleeps: true, queueName: 'system_wq' },
    `
      flush_scheduled_work
    `,
  ),
  ...wait({ awaits: 'other', sleeps: true, handlerArg: 1, runsIn: 'work' }, 'work_on_cpu work_on_cpu_safe'),
  ...wait({ awaits: 'other', sleeps: true, handlerArg: 0, runsIn: 'work' }, 'schedule_on_each_cpu'),
  ...wait(
    { awaits: 'other', arg: 0, sleeps: true },
    `
      irq_work_sync blk_mq_freeze_queue blk_mq_freeze_queue_wait blk_freeze_queue blk_mq_quiesce_queue
      blk_sync_queue unregister_shrinker unregister_console dma_fence_wait dma_fence_wait_timeout
      dma_resv_wait_timeout freeze_super freeze_bdev wait_on_page_locked folio_wait_locked
      wait_on_page_writeback folio_wait_writeback wait_on_buffer wait_on_bit wait_on_bit_io
      wait_on_bit_timeout
    `,
  ),
  ...wait(
    { awaits: 'timer', arg: 0 },
    `
      del_timer_sync timer_delete_sync timer_shutdown_sync del_singleshot_timer_sync hrtimer_cancel
    `,
  ),
  ...wait(
    { awaits: 'tasklet', arg: 0, sleeps: true },
    `
      tasklet_kill tasklet_unlock_wait tasklet_disable
    `,
  ),
  ...wait(
    { awaits: 'tasklet', arg: 0 },
    `
      tasklet_unlock_spin_wait tasklet_disable_in_atomic
    `,
  ),
  ...wait(
    { awaits: 'irq', arg: 0, sleeps: true },
    `
      free_irq free_percpu_irq disable_irq synchronize_irq
    `,
  ),
  ...wait(
    { awaits: 'irq', arg: 1, sleeps: true },
    `
      devm_free_irq
    `,
  ),
  ...wait(
    { awaits: 'irq', arg: 0, withoutThread: true },
    `
      synchronize_hardirq disable_hardirq
    `,
  ),
  ...wait(
    { awaits: 'napi', arg: 0, sleeps: true },
    `
      napi_disable napi_synchronize netif_napi_del
    `,
  ),
  ...wait(
    { awaits: 'other', arg: 0, confidence: 'low', quiets: 'table' },
    `
      netif_tx_disable dev_deactivate
    `,
  ),
  ...wait({ awaits: 'kthread', arg: 0, sleeps: true, byHandle: true }, 'kthread_stop kthread_stop_put'),
  // A thread that parks itself does not wait.
  ...wait({ awaits: 'kthread', arg: 0, sleeps: true, byHandle: true, confidence: 'medium' }, 'kthread_park'),
  ...wait(
    { awaits: 'completion', arg: 0, sleeps: true },
    `
      wait_for_completion wait_for_completion_io wait_for_completion_interruptible wait_for_completion_killable
      wait_for_completion_state
    `,
  ),
  ...wait(
    { awaits: 'completion', arg: 0, sleeps: true, timed: true },
    `
      wait_for_completion_timeout wait_for_completion_interruptible_timeout wait_for_completion_killable_timeout
      wait_for_completion_io_timeout
    `,
  ),
  ...wait(
    { ...conditionOf(0), givenUp: 'never' },
    `
      wait_event wait_event_idle wait_event_idle_exclusive io_wait_event swait_event_exclusive
      swait_event_idle_exclusive wait_var_event
    `,
  ),
  ...wait(
    { ...conditionOf(0), givenUp: 'negative' },
    `
      wait_event_interruptible wait_event_interruptible_exclusive wait_event_killable wait_event_freezable
      swait_event_interruptible_exclusive wait_event_state
    `,
  ),
  ...wait(
    { ...conditionOf(0), givenUp: 'zero', timed: true },
    'wait_event_timeout wait_event_idle_timeout wait_var_event_timeout',
  ),
  ...wait(
    { ...conditionOf(0), timed: true },
    `
      wait_event_interruptible_timeout swait_event_interruptible_timeout_exclusive
      wait_event_freezable_timeout wait_event_hrtimeout wait_event_interruptible_hrtimeout
      wait_event_killable_timeout
    `,
  ),
  ...wait({ ...conditionOf(0), givenUp: 'never', dropsArg: 2 }, 'wait_event_lock_irq'),
  ...wait({ ...conditionOf(0), givenUp: 'never', behindArg: 3 }, 'wait_event_cmd wait_event_exclusive_cmd'),
  ...wait(
    { ...conditionOf(0), dropsArg: 2 },
    `
      wait_event_interruptible_lock_irq wait_event_interruptible_lock_irq_timeout wait_event_lock_irq_timeout
    `,
  ),
  ...wait(
    { ...conditionOf(0), dropsArg: 2, unlockedArg: 3 },
    'wait_event_lock_irq_cmd wait_event_interruptible_lock_irq_cmd',
  ),
  ...wait(
    { awaits: 'rcu', sleeps: true },
    `
      synchronize_rcu synchronize_rcu_expedited synchronize_net rcu_barrier
      synchronize_rcu_tasks synchronize_rcu_tasks_trace synchronize_rcu_tasks_rude
    `,
  ),
  ...wait(
    { awaits: 'srcu', arg: 0, sleeps: true },
    `
      synchronize_srcu synchronize_srcu_expedited cleanup_srcu_struct srcu_barrier
    `,
  ),
  ...wait({ awaits: 'other', handlerArg: 0, runsIn: 'hardirq' }, 'smp_call_function on_each_cpu'),
  ...wait(
    { awaits: 'other', handlerArg: 1, runsIn: 'hardirq' },
    `
      smp_call_function_single smp_call_function_many smp_call_function_any on_each_cpu_mask on_each_cpu_cond
      on_each_cpu_cond_mask
    `,
  ),
  ...wait(
    { awaits: 'other', sleeps: true, handlerArg: 0, runsIn: 'atomic' },
    'stop_machine stop_machine_cpuslocked',
  ),
  ...wait({ awaits: 'other', sleeps: true, handlerArg: 1, runsIn: 'atomic' }, 'stop_one_cpu'),
  ...wait({ awaits: 'other', sleeps: true, handlerArg: 2, runsIn: 'atomic' }, 'stop_two_cpus'),
  ...wait({ awaits: 'other', arg: 0, sleeps: true, byHandle: true }, 'usb_kill_urb usb_poison_urb'),
  ...wait(
    { awaits: 'other', sleeps: true },
    `
      async_synchronize_full async_synchronize_full_domain
      async_synchronize_cookie mmu_notifier_synchronize cpuhp_remove_state
      cpuhp_remove_state_nocalls __request_module call_usermodehelper request_firmware
    `,
  ),
  ...wait(
    { awaits: 'other', sleeps: true, confidence: 'low' },
    `
      wait_for_device_probe usb_deregister usb_set_interface
      usb_reset_device lru_add_drain_all request_module
    `,
  ),
  ...wait(
    { awaits: 'kernfs', arg: 1, sleeps: true },
    `
      device_remove_file device_remove_bin_file sysfs_remove_file sysfs_remove_bin_file sysfs_remove_group
      sysfs_remove_groups device_remove_groups driver_remove_file class_remove_file bus_remove_file
      sysfs_unmerge_group sysfs_remove_files device_remove_group
    `,
  ),
  ...wait(
    { awaits: 'kernfs', arg: 0, sleeps: true, byHandle: true, pinsModule: true },
    'debugfs_remove debugfs_remove_recursive',
  ),
  ...wait({ awaits: 'kernfs', arg: 0, sleeps: true, byHandle: true }, 'proc_remove'),
  ...wait({ awaits: 'other', arg: 0, sleeps: true }, 'sysfs_remove_link kernfs_remove kobject_del'),
  // A device goes with all of its attributes.
  ...wait({ awaits: 'kernfs', arg: 0, sleeps: true, byHandle: true }, 'device_del device_unregister'),
  ...wait({ awaits: 'kernfs', arg: 1, sleeps: true, byHandle: true }, 'cdev_device_del'),
  ...wait({ awaits: 'other', sleeps: true }, 'remove_proc_entry remove_proc_subtree'),
  ...wait(
    { awaits: 'other', arg: 0, sleeps: true, confidence: 'low' },
    `
      unregister_netdev unregister_netdevice netdev_run_todo pm_runtime_get_sync
      pm_runtime_resume_and_get pm_runtime_barrier pm_runtime_disable pm_runtime_put_sync
      percpu_ref_kill_and_confirm
    `,
  ),
  ...wait(
    { ...conditionOf(0), dropsArg: 0 },
    `
      wait_event_interruptible_locked wait_event_interruptible_locked_irq
      wait_event_interruptible_exclusive_locked wait_event_interruptible_exclusive_locked_irq
    `,
  ),
  ...wait(
    { awaits: 'condition', arg: 0, sleeps: true, dropsArg: 1 },
    'pthread_cond_wait pthread_cond_timedwait',
  ),
  ...wait({ awaits: 'kthread', arg: 0, sleeps: true }, 'pthread_join'),
  ...wait({ awaits: 'condition', arg: 0, sleeps: true }, 'sem_wait sem_timedwait pthread_barrier_wait'),
  ...complete({ arg: 0, awaits: 'completion' }, 'complete complete_all complete_on_current_cpu'),
  ...complete(
    { arg: 0, awaits: 'condition' },
    `
      wake_up wake_up_all wake_up_nr wake_up_locked wake_up_all_locked wake_up_poll wake_up_locked_poll wake_up_interruptible
      wake_up_interruptible_all wake_up_interruptible_nr wake_up_interruptible_sync
      wake_up_interruptible_poll wake_up_interruptible_sync_poll wake_up_bit wake_up_var wake_up_process
      wake_up_state wake_up_sync wake_up_pollfree swake_up_one swake_up_all rcuwait_wake_up
      __wake_up_sync_key __wake_up_locked_sync_key
      pthread_cond_signal pthread_cond_broadcast sem_post
    `,
  ),
];

/** A handler that calls one of these has run: who waits for it does not wait for what it does afterwards. */
export const runEnds: ReadonlySet<string> = new Set(
  words('napi_complete napi_complete_done __napi_complete netif_rx_complete'),
);

/** What does the same without waiting for code that is running, by name. */
export const withoutWaits: ReadonlyMap<string, string> = new Map([
  ['cancel_work_sync', 'cancel_work'],
  ['cancel_delayed_work_sync', 'cancel_delayed_work'],
  ['del_timer_sync', 'del_timer'],
  ['timer_delete_sync', 'timer_delete'],
  ['del_singleshot_timer_sync', 'del_timer'],
  ['hrtimer_cancel', 'hrtimer_try_to_cancel'],
  ['disable_irq', 'disable_irq_nosync'],
  ['tasklet_disable', 'tasklet_disable_nosync'],
  ['usb_kill_urb', 'usb_unlink_urb'],
  ['usb_kill_anchored_urbs', 'usb_unlink_anchored_urbs'],
]);
