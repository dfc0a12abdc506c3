import { isDelay } from './delays.js';
import { BUILT_IN } from './records/built-in.js';
import type { StackRole } from './types.js';

export type { StackRole } from './types.js';

/** Where an interrupt stopped a task: the frames below show what the CPU was doing. */
const INTERRUPT_ENTRY =
  /^(?:asm_)?(?:sysvec_\w+|common_interrupt)$|^(?:smp_)?(?:apic_timer|x86_platform_ipi|call_function|reschedule)\w*_interrupt$|^(?:do_IRQ|ret_from_intr|retint_kernel|retint_user|restore_regs_and_iret)$|^el[01][ht]?_(?:64_|32_)?(?:irq|fiq)(?:_handler)?$|^el[01]_interrupt$|^__irq_(?:svc|usr)$|^handle_int$|^ret_from_irq$|^plat_irq_dispatch$|^(?:ext|io|do_ext|do_io)_(?:int_handler|irq)$|^handle_exception$|^do_irq(?:_on_stack)?$|^handle_cpu_irq$|^handle_riscv_irq$|^call_on_irq_stack$|^do_interrupt_handler$|^decrementer_common\w*$|^hardware_interrupt_common\w*$|^timer_interrupt$|^do_vint$|^interrupt_(?:exit_kernel_prepare|return(?:_h?srr)?(?:_kernel)?)$|^handle_loongarch_irq$|^tl0_irq\d*$|^rtrap\w*$/;

/** Functions that detect stalls and print backtraces: their frames belong to the watchdog, not to what stalled. */
const WATCHER =
  /^(?:dump_stack\w*|__dump_stack|show_stack\w*|nmi_\w+|end_repeat_nmi|sched_show_task|dump_cpu_task|rcu_(?:sched_clock_irq|check_callbacks|dump_cpu_stacks|pending)|(?:print_cpu|check_cpu|print_other_cpu)_stall|update_process_times|tick_\w+|hrtimer_interrupt|__hrtimer_run_queues|__run_hrtimer|watchdog\w*|local_apic_timer_interrupt|trigger_\w+|arch_trigger_\w+|flush_smp_call_function_queue|generic_smp_call_function_\w+|show_regs\w*|unwind_backtrace|dump_backtrace\w*|walk_stackframe|handle_percpu_devid_irq|arch_timer_handler_\w+|riscv_timer_interrupt|c0_compare_interrupt|sysrq_\w+|__handle_sysrq|perf_event_overflow|__perf_event_overflow|intel_pmu_handle_irq|perf_event_nmi_handler|panic|check_hung_\w+|cpu_stop_\w+|handle_IPI|ipi_handler|do_handle_IPI|tracing_\w+)$/;

export const isInterruptEntry = (name: string): boolean => INTERRUPT_ENTRY.test(plainFunction(name));
export const isWatcher = (name: string): boolean => WATCHER.test(plainFunction(name));

/** Functions of the memory allocator: the caller decides whether they may sleep. */
const ALLOCATOR =
  /^_*(?:do_)?(?:k[vmz]*alloc|kvzalloc|kcalloc|krealloc|kmem_cache_alloc|slab_(?:alloc|pre_alloc)|new_slab|allocate_slab|alloc_(?:pages?|slab_page|frozen_pages|percpu|from_new_slab)|get_(?:free_pages?|zeroed_page)|folio_alloc|vma_alloc_folio|prepare_alloc_pages|might_alloc|fs_reclaim_acquire|v[mz]alloc|pcpu_alloc|pcpu_populate|mempool_alloc|k(?:mem)?dup|kmemdup|memdup_user|kstr(?:n)?dup|kv?asprintf|devm_k[vmz]*alloc)(?:_\w+)*$/;
export const isAllocator = (name: string): boolean => ALLOCATOR.test(plainFunction(name));

/** Functions inside the loop in which a CPU waits for a lock. */
const SPINNING =
  /_spin_lock_slowpath$|^queued_(?:read|write)_lock_slowpath$|^do_raw_(?:spin|read|write)_lock$|_spin_on_owner$|_optimistic_spin$|^osq_lock$|^arch_spin_lock_wait|^spin_yield$|^pv_wait/;
export const isSpinning = (name: string): boolean => SPINNING.test(plainFunction(name));

/** Functions through which a task gives up its CPU. */
const SCHEDULING = /^_*(?:io_)?schedule(?:_(?:timeout|preempt_disabled|hrtimeout)\w*)?$/;
export const isScheduling = (name: string): boolean => SCHEDULING.test(plainFunction(name));

/** Loops in which a kernel thread waits for its next item. */
const NEXT_ITEM = /^(?:worker_thread|rescuer_thread|kthread_worker_fn|smpboot_thread_fn)$/;
export const isBetweenItems = (name: string): boolean => NEXT_ITEM.test(plainFunction(name));

/** Checks whose failure means that a task slept inside an RCU read-side critical section. */
export const isSleepCheck = (name: string): boolean => plainFunction(name) === 'rcu_note_context_switch';

/** Kernel threads that drive grace periods. */
const GRACE_PERIOD_THREAD = /^rcu(?:_(?:preempt|sched|bh|gp|tasks\w*|exp\w*|par_gp)\b|_sched_gp|_exp_\w+)/;
export const isGracePeriodThread = (name: string): boolean => GRACE_PERIOD_THREAD.test(name);

/** What a task waits for inside a function, by a pattern of its name; the first match counts. */
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
  [/^_*mmc_(?:claim_host|get_card)/, 'an MMC host that another task has claimed'],
  [/^_*sb_start_|^mnt_want_write|^_*(?:file|kiocb)_start_write/, 'a frozen file system'],
  [/^wait_transaction_|^add_transaction_|^start_this_handle|^jbd2_/, 'a journal transaction'],
  [/request_wait_answer|^_*fuse_(?:request_send|simple_request)/, 'the FUSE server'],
  [/^p9_(?:client_rpc|virtio_request)/, 'the 9P server'],
  [/^rpc_wait_bit|^_*rpc_execute|^rpc_run_task/, 'an RPC server'],
  [/^handle_userfault/, 'the handler of a userfaultfd'],
  [/^(?:blk_mq_get_tag|_*blk_queue_enter|bio_queue_enter)$/, 'a free request of a block device'],
  [/^(?:submit_bio_wait|blk_execute_rq)/, 'the I/O of a block device'],
  [/^usb_(?:start_wait_urb|kill_urb|control_msg|bulk_msg)/, 'a USB transfer'],
  [/^(?:wb_wait_for_completion|sync_inodes_sb|writeback_inodes_sb)/, 'writeback'],
  [/^(?:d_alloc_parallel|d_wait_lookup)/, 'another lookup of the same name'],
  [/^do_wait/, 'a child process'],
  [/^kernfs_|^device_|^proc_remove|^sysfs_|^kobject_del/, 'users of a sysfs or proc file'],
  [/percpu_ref|freeze_queue/, 'the last user of a queue'],
];

/** What a task waits for inside a function, in words; `undefined` if the name does not show it. */
export function awaitedIn(name: string): string | undefined {
  const plain = plainFunction(name);
  return AWAITED.find(([pattern]) => pattern.test(plain))?.[1];
}

/** Who ends a kind of wait, by the words for it: a kernel thread, or the task that an RCU stall is about. */
interface WaitEnder {
  readonly thread?: RegExp;
  readonly stall?: true;
}
const ENDERS: readonly (readonly [string, WaitEnder])[] = [
  ['a journal transaction ', { thread: /^jbd2\// }],
  ['an RCU grace period ', { stall: true }],
  ['all pending RCU callbacks ', { stall: true }],
];
export function endedBy(words: string, through = ''): WaitEnder | undefined {
  // The source may name the call instead.
  const awaited = [awaitedIn(through), words].map((each) => `${each ?? ''} `);
  return ENDERS.find(([begin]) => awaited.some((each) => each.startsWith(begin)))?.[1];
}

/** Suffixes that compilers append: `.isra.0`, `.constprop.0`, `.part.0`, `.cold`. */
const CLONE = /\.(?:isra|constprop|part|cold|llvm|lto_priv|localalias|cfi|cfi_jt)\b.*$/;

/** A function's name without compiler suffixes. */
export function plainFunction(name: string): string {
  return name.includes('.') ? name.replace(CLONE, '') : name;
}

/** Names under which source code calls a function in a backtrace: `spin_lock` for `_raw_spin_lock_nested`. */
export function calledAs(name: string): readonly string[] {
  const plain = plainFunction(name);
  const short = plain.replace(/^_+/, '');
  const core = short.replace(/^raw_/, '').replace(/_(?:nested|nest_lock|slowpath)(?=_|$)/, '');
  return [...new Set([plain, short, core, `${core}_nested`, `raw_${core}`])];
}

/** Where powerpc handles interrupts that arrived while they were disabled. */
const REPLAYS = /^arch_local_irq_(?:restore|enable)$/;

/** Trace points and the programs attached to them, which a profile of lock waits shows as the innermost callers. */
const TRACING = /^_*(?:bpf_(?:prog_[0-9a-f]|trace_)|traceiter_|trace_contention_)/;

/** The role of a function in a backtrace: a slow path, the scheduler or the report itself; `undefined` for others. */
export function stackRole(name: string): StackRole | undefined {
  const plain = plainFunction(name);
  const known = BUILT_IN.functions.get(plain)?.stack;
  const isMachinery =
    INTERRUPT_ENTRY.test(plain) || TRACING.test(plain) || REPLAYS.test(plain) || isDelay(plain);
  return known ?? (isMachinery ? { k: 'machinery' } : undefined);
}
