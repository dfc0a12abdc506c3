import { words } from './words.js';

/** Inert calls by name; whole families are known by {@link isInert}. */
export const inertNames: ReadonlySet<string> = new Set(
  words(`
    printk _printk vprintk early_printk printk_once printk_deferred no_printk dump_stack print_hex_dump
    print_hex_dump_bytes dev_printk dev_vprintk_emit seq_printf seq_puts seq_putc seq_write snprintf scnprintf
    sprintf vsnprintf vscnprintf sscanf kstrtoint kstrtouint kstrtoul kstrtol kstrtobool kstrtou8 kstrtou16
    sysfs_emit sysfs_emit_at simple_strtoul simple_strtol printf fprintf puts perror

    memcpy memset memmove memcmp memchr memchr_inv memzero_explicit memcpy_toio memcpy_fromio memset_io strlen
    strnlen strcmp strncmp strcasecmp strncasecmp strcpy strncpy strlcpy strscpy strscpy_pad strlcat strcat
    strchr strrchr strstr strsep strreplace strim skip_spaces match_string sysfs_streq str_has_prefix
    crc32 crc32_le crc32c swap sort bsearch

    BUILD_BUG_ON BUILD_BUG_ON_MSG BUILD_BUG_ON_ZERO BUILD_BUG BUILD_BUG_ON_NOT_POWER_OF_2 static_assert
    _Static_assert sizeof typeof __typeof__ offsetof offsetofend sizeof_field struct_size array_size
    array3_size flex_array_size size_add size_mul ARRAY_SIZE ALIGN ALIGN_DOWN IS_ALIGNED PTR_ALIGN PAGE_ALIGN
    round_up round_down roundup rounddown roundup_pow_of_two DIV_ROUND_UP DIV_ROUND_UP_ULL DIV_ROUND_CLOSEST
    do_div div_u64 div64_u64 div_s64 div64_s64 mul_u64_u32_shr mult_frac abs min max min_t max_t clamp clamp_t
    clamp_val min3 max3 min_not_zero ilog2 order_base_2 is_power_of_2 fls ffs fls64 __ffs __fls ffz hweight8
    hweight16 hweight32 hweight64 BIT BIT_ULL GENMASK GENMASK_ULL FIELD_PREP FIELD_GET FIELD_FIT
    lower_32_bits upper_32_bits lower_16_bits upper_16_bits IS_ENABLED IS_BUILTIN IS_MODULE IS_REACHABLE
    IS_ERR_VALUE check_add_overflow check_sub_overflow check_mul_overflow __stringify va_start va_end va_arg
    va_copy __same_type __must_be_array __builtin_choose_expr

    cpu_relax barrier smp_mb smp_rmb smp_wmb mb rmb wmb dma_rmb dma_wmb smp_mb__before_atomic
    smp_mb__after_atomic smp_mb__after_spinlock smp_read_barrier_depends smp_acquire__after_ctrl_dep
    smp_load_acquire smp_cond_load_relaxed smp_cond_load_acquire prefetch prefetchw udelay ndelay mdelay nop
    xchg cmpxchg cmpxchg64 try_cmpxchg xchg_relaxed cmpxchg_relaxed cmpxchg_acquire cmpxchg_release
    set_bit clear_bit change_bit test_bit test_and_set_bit test_and_clear_bit test_and_change_bit __set_bit
    __clear_bit __change_bit __test_and_set_bit __test_and_clear_bit assign_bit __assign_bit
    find_first_bit find_next_bit find_last_bit find_first_zero_bit find_next_zero_bit bitmap_zero bitmap_fill
    bitmap_copy bitmap_and bitmap_or bitmap_xor bitmap_andnot bitmap_empty bitmap_full bitmap_weight bitmap_set
    bitmap_clear cpumask_test_cpu cpumask_set_cpu cpumask_clear_cpu cpumask_first cpumask_next cpumask_weight
    cpumask_copy cpumask_empty cpumask_and cpumask_clear num_online_cpus smp_processor_id
    raw_smp_processor_id cpu_online cpu_possible cpu_to_node numa_node_id

    list_add list_add_tail list_del list_del_init list_del_rcu list_add_rcu list_add_tail_rcu list_replace
    list_replace_init list_move list_move_tail list_splice list_splice_init list_splice_tail
    list_splice_tail_init list_empty list_empty_careful list_is_last list_is_first list_is_singular
    list_cut_position list_bulk_move_tail INIT_LIST_HEAD INIT_LIST_HEAD_RCU INIT_HLIST_HEAD INIT_HLIST_NODE
    hlist_add_head hlist_add_head_rcu hlist_add_tail_rcu hlist_del hlist_del_init hlist_del_rcu
    hlist_del_init_rcu hlist_empty hlist_unhashed hash_init hash_add hash_add_rcu hash_del hash_del_rcu
    hash_hashed hash_empty llist_add llist_del_all llist_empty init_llist_head rb_first rb_last rb_next rb_prev
    rb_erase rb_insert_color rb_link_node rb_first_cached rb_erase_cached rb_insert_color_cached RB_EMPTY_ROOT
    RB_EMPTY_NODE RB_CLEAR_NODE idr_init idr_destroy idr_find idr_remove idr_replace idr_get_next ida_init
    ida_destroy xa_init xa_init_flags xa_load xa_destroy xa_empty xas_load xas_find xas_next xas_store
    xas_set_mark xas_clear_mark radix_tree_lookup radix_tree_insert radix_tree_delete radix_tree_tag_set
    radix_tree_tag_clear radix_tree_gang_lookup kref_init kref_get kref_read skb_queue_empty skb_queue_len
    skb_peek __skb_queue_tail __skb_queue_head __skb_dequeue __skb_queue_purge __skb_unlink skb_put skb_push
    skb_pull skb_reserve skb_tailroom skb_headroom skb_headlen skb_reset_mac_header skb_reset_network_header

    jiffies_to_msecs msecs_to_jiffies usecs_to_jiffies jiffies_to_usecs nsecs_to_jiffies time_after time_before
    time_after_eq time_before_eq time_is_after_jiffies time_is_before_jiffies ktime_get ktime_get_ns
    ktime_get_real ktime_get_boottime ktime_get_real_seconds ktime_get_seconds ktime_add ktime_sub
    ktime_add_ns ktime_add_us ktime_add_ms ktime_to_ns ktime_to_us ktime_to_ms ktime_us_delta ktime_ms_delta
    ktime_after ktime_before ktime_compare local_clock sched_clock get_jiffies_64 get_cycles

    be16_to_cpu be32_to_cpu be64_to_cpu le16_to_cpu le32_to_cpu le64_to_cpu cpu_to_be16 cpu_to_be32
    cpu_to_be64 cpu_to_le16 cpu_to_le32 cpu_to_le64 be16_to_cpup be32_to_cpup le16_to_cpup le32_to_cpup htons
    htonl ntohs ntohl swab16 swab32 swab64 get_unaligned put_unaligned get_unaligned_le16 get_unaligned_le32
    get_unaligned_be16 get_unaligned_be32 put_unaligned_le16 put_unaligned_le32 put_unaligned_be16
    put_unaligned_be32 inb inw inl outb outw outl insb insw insl outsb outsw outsl

    lockdep_init_map lockdep_init_map_wait lockdep_copy_map lockdep_register_key lockdep_unregister_key
    lockdep_set_class lockdep_set_class_and_name lockdep_set_class_and_subclass lockdep_set_subclass
    lockdep_set_novalidate_class lockdep_set_notrack_class lockdep_set_lock_cmp_fn lockdep_match_class
    lockdep_assert lockdep_assert_once lockdep_off lockdep_on lockdep_pin_lock lockdep_repin_lock
    lockdep_unpin_lock lockdep_hardirqs_on lockdep_hardirqs_off lockdep_assert_irqs_disabled
    lockdep_assert_irqs_enabled lockdep_assert_in_irq lockdep_assert_in_softirq
    lockdep_assert_preemption_disabled lockdep_assert_preemption_enabled lockdep_assert_rcu_helper
    lockdep_assert_no_hardirq lock_acquire lock_release lock_acquire_exclusive
    lock_acquire_shared lock_acquire_shared_recursive lock_map_sync lock_set_class lock_set_subclass
    lock_downgrade mutex_acquire mutex_acquire_nest mutex_release rwlock_acquire rwlock_acquire_read
    rwlock_release rwsem_acquire rwsem_acquire_read rwsem_release seqcount_acquire seqcount_acquire_read
    seqcount_release spin_acquire spin_acquire_nest spin_release percpu_rwsem_acquire percpu_rwsem_release
    cant_sleep cant_migrate might_sleep_if non_block_start non_block_end netdev_lockdep_set_classes
    sock_lock_init_class_and_name irq_set_lockdep_class RCU_LOCKDEP_WARN __acquire __release
    mutex_destroy rt_mutex_destroy ww_mutex_destroy ww_acquire_init ww_acquire_done ww_acquire_fini
    drm_modeset_acquire_init drm_modeset_acquire_fini percpu_free_rwsem write_seqcount_invalidate
    raw_write_seqcount_latch read_seqretry read_seqcount_begin read_seqcount_retry
    __read_seqcount_begin __read_seqcount_retry raw_read_seqcount raw_read_seqcount_begin raw_seqcount_begin
    need_seqretry u64_stats_init u64_stats_update_begin u64_stats_update_end u64_stats_update_begin_irqsave
    u64_stats_update_end_irqrestore u64_stats_fetch_begin u64_stats_fetch_retry u64_stats_fetch_begin_irq
    u64_stats_fetch_retry_irq migrate_disable migrate_enable kmap_local_page kunmap_local kmap_local_folio
    cond_resched_lock cond_resched_rwlock_read cond_resched_rwlock_write kernfs_break_active_protection
    kernfs_unbreak_active_protection sysfs_break_active_protection sysfs_unbreak_active_protection
    init_completion reinit_completion init_completion_map init_waitqueue_head init_swait_queue_head
    init_waitqueue_entry init_wait init_waitqueue_func_entry waitqueue_active wq_has_sleeper
    guard:migrate guard:no_notify_signal guard:snd_seq_fifo need_resched spin_needbreak signal_pending signal_pending_state fatal_signal_pending
    set_current_state __set_current_state capable ns_capable try_module_get module_put kobject_name dev_name
    dev_get_drvdata dev_set_drvdata platform_get_drvdata platform_set_drvdata pci_get_drvdata pci_set_drvdata
    i2c_get_clientdata i2c_set_clientdata spi_get_drvdata spi_set_drvdata usb_get_intfdata usb_set_intfdata
    netdev_priv virt_to_phys phys_to_virt page_address virt_to_page PageLocked folio_test_locked access_ok
    instruction_pointer user_mode get_random_bytes prandom_u32 EXPORT_SYMBOL EXPORT_SYMBOL_GPL MODULE_LICENSE
  `),
);

const families = new RegExp(
  [
    '^trace_\\w+$',
    '^__builtin_',
    '^(raw_)?(atomic|atomic64|atomic_long|refcount|local|local64)_(?!dec_and_\\w*lock|.*lock)\\w+$',
    '^(pr|dev|netdev|netif|wiphy|drm|sdev|scmd|shost|hid|bt_dev|net|usb|vdev|ibdev|ath|btrfs|xfs|ext4|DRM_DEV|DRM)_' +
      '(emerg|alert|crit|err|error|warn|warning|notice|info|dbg|debug|cont|vdbg|devel|fmt)(_once|_ratelimited|_level)?$',
    '^(__raw_)?(read|write|in|out)(b|w|l|q)(_relaxed|_be)?$',
    '^io(read|write)(8|16|32|64)(be|_rep|be_rep)?$',
    '^(le|be)(16|32|64)_(add|to)_cpu(s|p)?$',
    '^this_cpu_|^__this_cpu_|^raw_cpu_',
    '^kasan_|^kcsan_|^kmsan_|^kmemleak_|^instrument_',
    '^debug_object_|^debug_check_no_',
    '^(BUILD|STATIC)_\\w*(ASSERT|BUG)\\w*$',
  ].join('|'),
);

/** Calls that take, drop, wait for and free nothing, as far as anybody wants to know. */
export function isInert(name: string): boolean {
  return inertNames.has(name) || families.test(name);
}
