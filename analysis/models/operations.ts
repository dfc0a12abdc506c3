import { CLK_ENABLE, CLK_PREPARE, CONSOLE, CPU_HOTPLUG, FS_RECLAIM, RTNL } from './classes.js';
import type { ExecutionContext, Operation } from './types.js';
import { words } from './words.js';

/** Context and held locks of some fields of a record of functions. */
type Row = readonly [context: ExecutionContext, locksHeld: readonly string[], fields: string];

/**
 * What callers of op tables promise: `record` → rows. A lock is a class id with `(read)` or `(write)` where the
 * mode is known; `a|b` is one of them. From the kernel's documentation where it says so, else from its code.
 */
const table: Readonly<Record<string, readonly Row[]>> = {
  net_device_ops: [
    [
      'process',
      [RTNL],
      `
        ndo_open ndo_stop ndo_do_ioctl ndo_siocbond ndo_siocwandev ndo_siocdevprivate ndo_eth_ioctl
        ndo_change_mtu ndo_set_mac_address ndo_change_carrier ndo_set_features ndo_fix_features
        ndo_setup_tc ndo_vlan_rx_add_vid ndo_vlan_rx_kill_vid ndo_set_vf_mac ndo_set_vf_vlan ndo_bpf
        ndo_add_slave ndo_del_slave ndo_fdb_add ndo_fdb_del ndo_bridge_setlink ndo_init ndo_uninit
        ndo_set_config
      `,
    ],
    ['softirq', ['netdev_queue._xmit_lock', 'rcu_lock_map'], 'ndo_start_xmit'],
    ['softirq', ['net_device.tx_global_lock'], 'ndo_tx_timeout'],
    ['atomic', ['net_device.addr_list_lock'], 'ndo_set_rx_mode'],
    ['atomic', [`${RTNL}|dev_base_lock|rcu_lock_map`], 'ndo_get_stats ndo_get_stats64'],
    ['softirq', ['rcu_lock_map'], 'ndo_select_queue ndo_xdp_xmit'],
    ['process', ['rcu_lock_map'], 'ndo_xsk_wakeup'],
  ],
  ethtool_ops: [
    [
      'process',
      [RTNL],
      `
        get_drvinfo get_link get_link_ksettings set_link_ksettings get_coalesce set_coalesce
        get_ringparam set_ringparam get_ethtool_stats self_test set_phys_id begin complete get_wol
        set_wol set_channels get_rxfh set_rxfh flash_device get_module_eeprom
      `,
    ],
  ],
  rtnl_link_ops: [['process', [RTNL], 'newlink changelink dellink validate fill_info setup']],
  Qdisc_ops: [
    ['softirq', ['Qdisc.lock'], 'enqueue dequeue'],
    ['process', [RTNL], 'init destroy change dump'],
    ['process', ['Qdisc.lock'], 'reset'],
  ],
  tcf_proto_ops: [
    ['softirq', ['rcu_lock_map'], 'classify'],
    ['process', [], 'change'],
  ],
  proto_ops: [
    [
      'process',
      [],
      `
        bind connect accept ioctl listen sendmsg recvmsg release poll setsockopt getsockopt shutdown
        mmap
      `,
    ],
  ],
  proto: [
    ['process', ['sock.sk_lock'], 'backlog_rcv unhash'],
    ['process', [], 'close sendmsg recvmsg'],
    ['process', ['sock.sk_lock.slock'], 'release_cb'],
  ],
  genl_ops: [
    ['process', ['net/netlink/genetlink.c:cb_lock(read)'], 'doit'],
    ['process', ['nlk.cb_mutex'], 'dumpit'],
  ],
  packet_type: [['softirq', ['rcu_lock_map'], 'func']],
  nf_hook_ops: [['softirq', ['rcu_lock_map'], 'hook']],
  header_ops: [
    ['softirq', [], 'create'],
    ['softirq', ['neighbour.lock'], 'cache'],
  ],
  file_operations: [
    [
      'process',
      [],
      `
        llseek read write read_iter write_iter poll unlocked_ioctl compat_ioctl open flush release fsync
        fasync lock flock splice_write splice_read fallocate show_fdinfo copy_file_range
        remap_file_range fadvise setlease
      `,
    ],
    ['process', ['inode.i_rwsem(write)'], 'iterate'],
    ['process', ['inode.i_rwsem(read)'], 'iterate_shared'],
    ['process', ['mm_struct.mmap_lock(write)'], 'mmap'],
  ],
  inode_operations: [
    [
      'process',
      ['inode.i_rwsem(write)'],
      `
        create link mknod symlink mkdir unlink rmdir rename setattr fileattr_set
      `,
    ],
    ['process', ['inode.i_rwsem(read)'], 'lookup atomic_open'],
    [
      'process',
      [],
      `
        readlink get_link permission get_acl getattr listxattr fiemap update_time tmpfile fileattr_get
      `,
    ],
  ],
  super_operations: [
    ['process', ['super_block.s_umount(write)'], 'put_super freeze_fs unfreeze_fs remount_fs'],
    ['process', ['super_block.s_umount(read)'], 'sync_fs'],
    ['atomic', ['inode.i_lock'], 'drop_inode'],
    ['rcu', [], 'free_inode'],
    ['process', ['fs/namespace.c:namespace_sem'], 'show_options'],
    [
      'process',
      [],
      `
        alloc_inode destroy_inode dirty_inode write_inode evict_inode statfs umount_begin quota_read
        quota_write
      `,
    ],
  ],
  address_space_operations: [
    [
      'process',
      ['folio.PG_locked'],
      `
        writepage release_folio migrate_folio launder_folio is_partially_uptodate error_remove_page
        swap_rw
      `,
    ],
    ['process', ['folio.PG_locked', 'address_space.invalidate_lock(read)'], 'read_folio readahead'],
    ['process', ['inode.i_rwsem(write)'], 'write_begin'],
    ['process', ['inode.i_rwsem(write)', 'folio.PG_locked'], 'write_end'],
    ['process', ['folio.PG_locked', 'address_space.invalidate_lock(write)'], 'invalidate_folio'],
    ['atomic', ['folio.PG_locked'], 'free_folio'],
    ['atomic', [], 'dirty_folio'],
    ['process', [], 'writepages bmap direct_IO'],
  ],
  dentry_operations: [
    ['process', [], 'd_revalidate d_init d_release d_iput d_automount d_manage'],
    ['atomic', [], 'd_hash'],
    ['atomic', ['rename_lock'], 'd_compare'],
    ['atomic', ['dentry.d_lock'], 'd_delete d_prune'],
  ],
  file_lock_operations: [
    ['atomic', ['inode.i_lock'], 'fl_copy_lock'],
    ['process', [], 'fl_release_private'],
  ],
  lock_manager_operations: [
    ['atomic', ['fs/locks.c:blocked_lock_lock'], 'lm_notify'],
    ['atomic', ['file_lock_context.flc_lock'], 'lm_break lm_change lm_breaker_owns_lease lm_lock_expirable'],
    ['process', [], 'lm_expire_lock'],
  ],
  xattr_handler: [
    ['process', ['inode.i_rwsem(write)'], 'set'],
    ['process', [], 'get list'],
  ],
  block_device_operations: [
    ['process', ['gendisk.open_mutex'], 'open release'],
    ['process', [], 'ioctl compat_ioctl getgeo submit_bio'],
    ['atomic', ['mm/swapfile.c:swap_lock'], 'swap_slot_free_notify'],
  ],
  vm_operations_struct: [
    [
      'process',
      ['mm_struct.mmap_lock'],
      `
        open close fault page_mkwrite pfn_mkwrite access may_split mprotect
      `,
    ],
    ['atomic', ['mm_struct.mmap_lock', 'pt_lock'], 'map_pages'],
  ],
  dquot_operations: [['process', ['dquot.dq_lock'], 'write_dquot acquire_dquot release_dquot']],
  blk_mq_ops: [
    ['process', [], 'queue_rq init_request'],
    ['softirq', [], 'complete'],
    ['work', [], 'timeout'],
    ['process', ['rcu_lock_map'], 'commit_rqs'],
  ],
  scsi_host_template: [
    ['atomic', ['rcu_lock_map'], 'queuecommand'],
    [
      'process',
      [],
      `
        eh_abort_handler eh_device_reset_handler eh_host_reset_handler
      `,
    ],
    ['process', ['Scsi_Host.scan_mutex'], 'slave_alloc slave_configure'],
    ['timer', [], 'eh_timed_out'],
  ],
  tty_operations: [
    ['process', ['tty_struct.legacy_mutex'], 'open close hangup'],
    ['process', ['tty_struct.atomic_write_lock'], 'write'],
    ['process', ['tty_struct.termios_rwsem(write)'], 'set_termios'],
    ['process', [], 'ioctl'],
    ['atomic', [], 'put_char'],
    ['process', ['tty_struct.throttle_mutex', 'tty_struct.termios_rwsem'], 'throttle'],
    ['process', ['tty_struct.termios_rwsem'], 'unthrottle'],
  ],
  tty_ldisc_ops: [
    ['process', ['tty_struct.ldisc_sem(write)'], 'open close'],
    ['process', ['tty_struct.ldisc_sem(read)'], 'read hangup'],
    ['process', ['tty_struct.ldisc_sem(read)', 'tty_struct.atomic_write_lock'], 'write'],
    ['work', ['tty_struct.ldisc_sem(read)', 'tty_bufhead.lock'], 'receive_buf'],
    ['atomic', [], 'write_wakeup'],
  ],
  tty_port_operations: [['process', ['tty_port.mutex'], 'activate shutdown']],
  uart_ops: [
    ['atomic', ['uart_port.lock'], 'set_mctrl get_mctrl stop_tx start_tx stop_rx enable_ms'],
    [
      'process',
      ['tty_port.mutex'],
      `
        startup shutdown set_termios pm type release_port request_port config_port verify_port break_ctl
      `,
    ],
    ['process', [], 'tx_empty'],
    ['process', ['tty_struct.termios_rwsem'], 'throttle'],
  ],
  console: [
    ['atomic', [CONSOLE], 'write'],
    ['process', [CONSOLE], 'setup'],
  ],
  snd_pcm_ops: [
    ['atomic', ['snd_pcm_group.lock'], 'trigger pointer ack'],
    ['process', [], 'hw_params hw_free prepare'],
    ['process', ['snd_pcm.open_mutex'], 'open close'],
  ],
  snd_kcontrol_new: [
    ['process', ['snd_card.controls_rwsem'], 'get'],
    ['process', ['snd_card.controls_rwsem(write)'], 'put'],
  ],
  snd_rawmidi_ops: [
    ['atomic', [], 'trigger'],
    ['process', [], 'open close drain'],
  ],
  snd_soc_dai_ops: [
    ['atomic', [], 'trigger'],
    ['process', ['snd_soc_card.pcm_mutex'], 'hw_params startup'],
    ['process', [], 'set_fmt shutdown hw_free prepare'],
  ],
  snd_soc_component_driver: [
    ['atomic', [], 'trigger pointer'],
    ['process', [], 'probe remove suspend resume open close hw_params hw_free prepare'],
  ],
  usb_driver: [
    ['process', ['device.mutex', 'device.mutex'], 'probe disconnect'],
    ['process', ['device.mutex'], 'suspend resume pre_reset post_reset'],
    ['process', [], 'unlocked_ioctl'],
  ],
  hc_driver: [
    ['hardirq', [], 'irq'],
    ['atomic', [], 'urb_enqueue urb_dequeue hub_status_data'],
    ['process', [], 'hub_control'],
  ],
  usb_gadget_ops: [['process', [], 'udc_start udc_stop']],
  usb_serial_driver: [
    ['process', [], 'attach disconnect release port_probe port_remove open close set_termios'],
  ],
  usb_ep_ops: [['atomic', [], 'queue dequeue']],
  usb_gadget_driver: [
    ['atomic', [], 'setup disconnect'],
    ['process', ['drivers/usb/gadget/udc/core.c:udc_lock'], 'bind unbind'],
  ],
  platform_driver: [['process', ['device.mutex'], 'probe remove shutdown suspend resume']],
  pci_driver: [['process', ['device.mutex'], 'probe remove shutdown suspend resume']],
  amba_driver: [['process', ['device.mutex'], 'probe remove shutdown']],
  pnp_driver: [['process', ['device.mutex'], 'probe remove shutdown suspend resume']],
  pcmcia_driver: [['process', ['device.mutex'], 'probe remove suspend resume']],
  isa_driver: [['process', ['device.mutex'], 'probe remove shutdown suspend resume']],
  macio_driver: [['process', ['device.mutex'], 'probe remove shutdown suspend resume']],
  sdio_driver: [['process', ['device.mutex'], 'probe remove']],
  hid_driver: [['process', ['device.mutex'], 'probe remove']],
  vio_driver: [['process', ['device.mutex'], 'probe remove shutdown']],
  pci_error_handlers: [['process', ['device.mutex'], 'error_detected mmio_enabled slot_reset resume']],
  comedi_driver: [['process', ['comedi_device.mutex'], 'attach detach auto_attach']],
  i2c_driver: [['process', ['device.mutex'], 'probe remove shutdown']],
  spi_driver: [['process', ['device.mutex'], 'probe remove shutdown']],
  virtio_driver: [['process', ['device.mutex'], 'probe remove']],
  device_driver: [['process', ['device.mutex'], 'probe remove shutdown']],
  dev_pm_ops: [
    [
      'process',
      ['device.mutex'],
      `
        prepare suspend resume freeze thaw poweroff restore complete
      `,
    ],
    [
      'process',
      [],
      `
        suspend_late resume_early suspend_noirq resume_noirq runtime_suspend runtime_resume runtime_idle
      `,
    ],
  ],
  device_attribute: [['process', ['kernfs_node.active(read)', 'kernfs_open_file.mutex'], 'show store']],
  kobj_attribute: [['process', ['kernfs_node.active(read)', 'kernfs_open_file.mutex'], 'show store']],
  seq_operations: [['process', ['seq_file.lock'], 'start next stop show']],
  proc_ops: [['process', [], 'proc_open proc_read proc_write proc_ioctl proc_release']],
  irq_chip: [
    [
      'atomic',
      ['irq_desc.lock'],
      `
        irq_mask irq_unmask irq_ack irq_eoi irq_set_type irq_set_affinity irq_set_wake irq_enable
        irq_disable irq_startup irq_shutdown irq_retrigger irq_mask_ack
      `,
    ],
    ['process', [], 'irq_bus_lock irq_bus_sync_unlock'],
    ['process', ['irq_desc.request_mutex'], 'irq_request_resources'],
  ],
  clk_ops: [
    [
      'process',
      [CLK_PREPARE],
      `
        prepare unprepare is_prepared recalc_rate round_rate determine_rate set_rate set_parent
        get_parent init
      `,
    ],
    ['atomic', [CLK_ENABLE], 'enable disable is_enabled'],
  ],
  gpio_chip: [
    ['atomic', [], 'get set direction_input direction_output'],
    ['process', [], 'to_irq'],
  ],
  regulator_ops: [
    [
      'process',
      ['regulator_dev.mutex'],
      `
        enable disable is_enabled set_voltage get_voltage set_voltage_sel get_voltage_sel set_mode
        set_current_limit
      `,
    ],
  ],
  i2c_algorithm: [
    ['process', ['i2c_adapter.bus_lock'], 'master_xfer smbus_xfer'],
    ['atomic', [], 'master_xfer_atomic'],
  ],
  spi_controller: [
    ['kthread', ['spi_controller.io_mutex'], 'transfer_one_message transfer_one'],
    ['process', ['spi_controller.io_mutex'], 'setup'],
  ],
  rtc_class_ops: [
    [
      'process',
      ['rtc_device.ops_lock'],
      `
        read_time set_time read_alarm set_alarm ioctl alarm_irq_enable proc
      `,
    ],
  ],
  watchdog_ops: [['process', ['watchdog_core_data.lock'], 'start stop ping set_timeout ioctl']],
  thermal_zone_device_ops: [
    ['process', ['thermal_zone_device.lock'], 'get_temp set_trips'],
    ['process', ['drivers/thermal/thermal_core.c:thermal_list_lock'], 'bind'],
  ],
  cpufreq_driver: [
    ['process', [CPU_HOTPLUG, 'cpufreq_policy.rwsem'], 'init'],
    ['process', ['cpufreq_policy.rwsem'], 'target_index get'],
    ['atomic', ['rq.__lock'], 'fast_switch'],
  ],
  mmc_host_ops: [
    ['process', ['mmc_host.claimed'], 'request set_ios'],
    ['atomic', [], 'enable_sdio_irq'],
  ],
  mii_bus: [['process', ['mii_bus.mdio_lock'], 'read write']],
  phy_driver: [
    ['process', ['phy_device.lock'], 'config_aneg read_status'],
    ['threaded-irq', [], 'handle_interrupt'],
    ['process', [], 'config_init'],
  ],
  input_dev: [
    ['atomic', ['input_dev.event_lock'], 'event'],
    ['process', ['input_dev.mutex'], 'open close'],
  ],
  led_classdev: [
    ['atomic', [], 'brightness_set blink_set'],
    ['work', [], 'brightness_set_blocking'],
  ],
  iio_buffer_setup_ops: [['process', [], 'preenable postenable predisable postdisable']],
  iio_info: [['process', ['kernfs_node.active(read)'], 'read_raw write_raw']],
  v4l2_file_operations: [['process', [], 'open release read poll mmap']],
  vb2_ops: [
    [
      'process',
      ['vb2_queue.lock'],
      `
        queue_setup buf_prepare buf_queue start_streaming stop_streaming wait_prepare
      `,
    ],
    ['process', [], 'wait_finish'],
  ],
  v4l2_ctrl_ops: [['process', ['v4l2_ctrl_handler.lock'], 's_ctrl g_volatile_ctrl']],
  v4l2_subdev_pad_ops: [['process', ['v4l2_subdev_state.lock'], 'set_fmt get_fmt']],
  drm_crtc_helper_funcs: [
    [
      'process',
      ['drm_modeset_lock.mutex'],
      `
        atomic_check atomic_flush atomic_begin atomic_enable atomic_disable mode_set_nofb
      `,
    ],
  ],
  dma_buf_ops: [
    ['process', ['dma_resv.lock'], 'map_dma_buf unmap_dma_buf pin unpin'],
    ['process', [], 'vmap attach'],
    ['process', ['mm_struct.mmap_lock(write)'], 'mmap'],
  ],
  dma_fence_ops: [
    ['atomic', ['dma_fence.lock'], 'enable_signaling'],
    ['atomic', [], 'signaled release'],
    ['process', [], 'wait'],
  ],
  mmu_notifier_ops: [
    ['process', ['mm_struct.mmap_lock|address_space.i_mmap_rwsem|anon_vma.rwsem'], 'invalidate_range_start'],
    ['process', [], 'invalidate_range_end release'],
    ['atomic', ['pt_lock'], 'invalidate_range clear_flush_young change_pte'],
  ],
  shrinker: [['process', ['shrinker_rwsem(read)', FS_RECLAIM], 'count_objects scan_objects']],
  sched_class: [
    [
      'atomic',
      ['rq.__lock'],
      `
        enqueue_task dequeue_task pick_next_task task_tick set_next_task put_prev_task
      `,
    ],
  ],
  cgroup_subsys: [
    ['process', ['cgroup_mutex'], 'css_alloc css_online css_offline'],
    ['work', [], 'css_free'],
    ['process', ['cgroup_mutex', 'cgroup_threadgroup_rwsem(write)'], 'attach can_attach'],
    ['process', ['cgroup_threadgroup_rwsem(read)'], 'fork'],
  ],
  smp_hotplug_thread: [['kthread', [], 'thread_fn setup']],
  kernfs_ops: [
    ['process', ['kernfs_node.active(read)', 'kernfs_open_file.mutex'], 'seq_show read write open'],
  ],
  pmu: [['atomic', ['perf_event_context.lock'], 'add del start stop read']],
  bpf_map_ops: [
    ['atomic', ['rcu_lock_map'], 'map_lookup_elem map_update_elem map_delete_elem'],
    ['work', [], 'map_free'],
  ],
  clock_event_device: [
    ['hardirq', [], 'event_handler'],
    ['atomic', [], 'set_next_event'],
  ],
  ieee80211_ops: [
    ['softirq', ['rcu_lock_map'], 'tx'],
    ['softirq', [], 'wake_tx_queue'],
    ['process', [RTNL, 'wiphy.mtx'], 'start stop add_interface'],
    ['process', ['ieee80211_local.mtx'], 'config'],
    ['process', ['ieee80211_local.key_mtx'], 'set_key'],
    ['process', ['ieee80211_local.sta_mtx'], 'sta_state'],
    ['process', [], 'configure_filter'],
  ],
  cfg80211_ops: [
    ['process', ['wiphy.mtx'], 'scan'],
    ['process', ['wiphy.mtx', 'wireless_dev.mtx'], 'connect'],
    ['process', [RTNL, 'wiphy.mtx'], 'add_virtual_intf'],
  ],
  devlink_ops: [['process', ['devlink.lock'], 'reload_down reload_up info_get eswitch_mode_set']],
  quotactl_ops: [['process', ['super_block.s_umount(write)'], 'quota_on quota_off']],
  target_type: [
    ['process', [], 'map ctr status'],
    ['softirq', [], 'end_io'],
  ],
  elevator_mq_ops: [
    ['process', [], 'insert_requests dispatch_request'],
    ['process', ['request_queue.sysfs_lock'], 'exit_sched'],
  ],
  fb_ops: [
    ['process', ['fb_info.lock'], 'fb_open fb_release'],
    ['process', [CONSOLE, 'fb_info.lock'], 'fb_set_par'],
    ['atomic', [CONSOLE], 'fb_fillrect fb_imageblit'],
    ['process', ['mm_struct.mmap_lock', 'fb_info.mm_lock'], 'fb_mmap'],
  ],
  dma_device: [
    [
      'atomic',
      [],
      `
        device_issue_pending device_tx_status device_terminate_all device_prep_slave_sg
        device_prep_dma_cyclic device_prep_dma_memcpy device_pause device_resume
      `,
    ],
    [
      'process',
      [],
      `
        device_synchronize device_alloc_chan_resources device_free_chan_resources
      `,
    ],
  ],
};

/** `record.field` → what holds at entry. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries(table).flatMap(([record, rows]) =>
    rows.flatMap(([context, locksHeld, fields]) =>
      words(fields).map((field): [string, Operation] => [`${record}.${field}`, { context, locksHeld }]),
    ),
  ),
);
