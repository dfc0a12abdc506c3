import type { OtherApi } from './types.js';
import { words } from './words.js';

/**
 * Sleep if their GFP argument allows reclaim; the key is that argument. What gives up the lock of its own tree
 * meanwhile (`mas_nomem()`) is not among them.
 */
const byFlags: Readonly<Record<number, string>> = {
  0: `
    __get_free_page __get_free_pages alloc_page alloc_pages get_zeroed_page idr_preload kasprintf
    might_alloc
  `,
  1: `
    __alloc_skb __dev_alloc_skb __kmalloc __kmalloc_node __kmalloc_track_caller __vmalloc
    ahash_request_alloc alloc_cpumask_var alloc_pages_exact alloc_pages_node alloc_percpu_gfp alloc_skb
    audit_log_start bitmap_alloc bitmap_zalloc bt_skb_alloc devm_kasprintf dma_pool_alloc
    dma_pool_zalloc dst_cache_init genlmsg_new kmalloc kmalloc_node kmem_cache_alloc
    kmem_cache_alloc_node kmem_cache_zalloc kstrdup kstrdup_const kvmalloc kvmalloc_node kvzalloc
    kvzalloc_node kzalloc kzalloc_node mempool_alloc nlmsg_new pskb_copy skb_clone skb_copy
    skb_copy_ubufs skb_share_check skb_unclone skb_unshare skcipher_request_alloc usb_alloc_urb
    usb_ep_alloc_request usb_submit_urb xas_nomem zalloc_cpumask_var zalloc_cpumask_var_node
  `,
  2: `
    __netdev_alloc_skb alloc_inode_sb bio_alloc_clone bio_split ceph_msg_new devm_bitmap_zalloc
    devm_kmalloc devm_kstrdup devm_kzalloc devres_open_group drmm_kzalloc ida_alloc_max ida_alloc_min
    kcalloc kcalloc_node kfifo_alloc kmalloc_array kmalloc_array_node kmemdup kmemdup_nul krealloc
    kstrndup kvcalloc kvmalloc_array kvmemdup mas_preallocate percpu_counter_init
    sas_notify_phy_event sas_notify_port_event sg_alloc_table sk_alloc sock_kmalloc usb_alloc_coherent
    usb_ep_queue xa_reserve
  `,
  3: `
    __filemap_get_folio bio_alloc bio_alloc_bioset blkdev_issue_discard dev_coredumpv devm_kcalloc
    devm_kmalloc_array devm_kmemdup devm_krealloc dma_alloc_attrs dma_alloc_coherent dma_alloc_wc
    dmam_alloc_coherent kmemdup_array krealloc_array percpu_ref_init pskb_expand_head skb_copy_expand
  `,
  4: `
    __vmalloc_node_range genlmsg_multicast idr_alloc idr_alloc_cyclic idr_alloc_u32 mtree_store_range
    request_firmware_nowait virtqueue_add_inbuf virtqueue_add_outbuf
  `,
  5: `
    cfg80211_disconnected genlmsg_multicast_netns rtnl_notify sg_alloc_table_from_pages
    virtqueue_add_sgs
  `,
};

/** Sleeps, whatever the arguments; what lies inside is of no interest to locking. */
const always = `
  __alloc_percpu alloc_etherdev alloc_etherdev_mqs
  alloc_percpu alloc_workqueue blkdev_issue_flush cond_resched copy_from_sockptr
  copy_to_sockptr crypto_alloc_shash devm_ioremap devm_ioremap_resource
  fsleep gpio_set_value_cansleep gpiod_get_value_cansleep
  gpiod_set_value_cansleep io_schedule ioremap ioremap_wc kmem_cache_create kmem_cache_destroy
  kobject_uevent kstrtoul_from_user kthread_create_worker memdup_user_nul
  memremap might_resched might_sleep msleep msleep_interruptible pin_user_pages_fast
  schedule_hrtimeout
  schedule_hrtimeout_range schedule_preempt_disabled schedule_timeout schedule_timeout_interruptible
  schedule_timeout_uninterruptible simple_read_from_buffer simple_write_to_buffer sock_alloc_send_skb
  ssleep submit_bio_wait usb_bulk_msg usb_clear_halt usb_control_msg usb_control_msg_recv
  usb_control_msg_send usb_get_descriptor usb_interrupt_msg usb_string usleep_range
  vmalloc vmalloc_user vmap vzalloc vzalloc_node yield
`;

/** Sleeps when user memory is not there. */
const touchesUser = '__copy_from_user __copy_to_user __get_user __put_user user_access_begin';

/** Sleeps; the body takes locks and calls back as well. */
const followed = `
  debugfs_create_dir device_add device_create device_register dput driver_register
  filemap_write_and_wait filemap_write_and_wait_range filp_close filp_open input_register_device
  kernel_connect kernel_read kernel_sendmsg kernel_write mdiobus_read mdiobus_write mmc_wait_for_cmd
  mmc_wait_for_req phy_read phy_write register_netdev regulator_bulk_disable regulator_bulk_enable
  sb_bread scsi_execute scsi_execute_req sync_blockdev sync_dirty_buffer
`;

/** Sleeps when it puts the last reference, which callers under a lock mostly know it does not. */
const forLast = 'iput';

/** Sleeps unless set up otherwise: a register map over a fast bus, a device with irq-safe power management. */
const mostly = `
  pm_runtime_resume regmap_bulk_read regmap_bulk_write regmap_clear_bits regmap_field_read
  regmap_field_write regmap_multi_reg_write regmap_noinc_read regmap_raw_read regmap_raw_write
  regmap_read regmap_set_bits regmap_update_bits regmap_update_bits_check regmap_write
`;

const sleep = (names: string, facts: Partial<OtherApi>): readonly OtherApi[] =>
  words(names).map((name) => ({ name, k: 'sleep', sleeps: true, confidence: 'high', ...facts }));

/** Calls that may sleep. Waiting for something and taking a lock stand in tables of their own. */
export const sleepers: readonly OtherApi[] = [
  ...Object.entries(byFlags).flatMap(([arg, names]) => sleep(names, { gfpArg: Number(arg) })),
  ...sleep(always, {}),
  ...sleep('schedule', { irqsMayBeOff: true }),
  ...sleep(touchesUser, { touchesUser: true }),
  ...sleep(followed, { followed: true }),
  ...sleep(forLast, { followed: true, confidence: 'medium' }),
  ...sleep(mostly, { confidence: 'low' }),
];

/** Architectures implement these for callers that have switched page faults off. */
const withoutFaults: ReadonlySet<string> = new Set(words('arch_futex_atomic_op_inuser'));

/** Page faults are off where functions of this name are called; the ending says so by convention. */
export function runsWithoutFaults(name: string): boolean {
  return /_(?:inatomic|nofault)$/u.test(name) || withoutFaults.has(name);
}

/** Delays of microseconds, and the one that spins; longer ones should not spin. */
export const spinningDelays: ReadonlyMap<string, { readonly name: string; readonly atMost: number }> =
  new Map(
    words('usleep_range usleep_range_state fsleep').map((name) => [name, { name: 'udelay', atMost: 100 }]),
  );
