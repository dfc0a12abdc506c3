import type { LockKind } from './types.js';
import { words } from './words.js';

const kinds = (kind: LockKind, types: readonly string[]): [string, LockKind][] =>
  types.map((type) => [type, kind]);

/** Types that are locks, by the base of their C type. */
export const lockTypes: ReadonlyMap<string, LockKind> = new Map<string, LockKind>([
  ...kinds('mutex', ['struct mutex', 'pthread_mutex_t', 'mtx_t', 'pthread_spinlock_t']),
  ...kinds('spinlock', ['spinlock_t', 'struct spinlock', 'struct hwspinlock']),
  ...kinds('raw_spinlock', ['raw_spinlock_t', 'struct raw_spinlock', 'arch_spinlock_t', 'struct qspinlock']),
  ...kinds('rwlock', ['rwlock_t', 'arch_rwlock_t', 'struct qrwlock']),
  ...kinds('semaphore', ['struct semaphore', 'sem_t']),
  ...kinds('rwsem', ['struct rw_semaphore', 'struct ld_semaphore', 'pthread_rwlock_t']),
  ...kinds('percpu_rwsem', ['struct percpu_rw_semaphore']),
  ...kinds('rt_mutex', ['struct rt_mutex', 'struct rt_mutex_base']),
  ...kinds('ww_mutex', ['struct ww_mutex', 'struct drm_modeset_lock', 'struct dma_resv']),
  ...kinds('seqlock', ['seqlock_t']),
  ...kinds('seqcount', [
    'seqcount_t',
    'struct seqcount',
    'seqcount_spinlock_t',
    'seqcount_raw_spinlock_t',
    'seqcount_rwlock_t',
    'seqcount_mutex_t',
    'seqcount_ww_mutex_t',
    'seqcount_latch_t',
  ]),
  ...kinds('local_lock', ['local_lock_t', 'local_trylock_t']),
  ...kinds('srcu', ['struct srcu_struct']),
  ...kinds('completion', ['struct completion']),
  ...kinds('section', ['struct lockdep_map', 'socket_lock_t']),
  ...kinds('bit_lock', ['struct hlist_bl_head']),
]);

/** Types of tables that make whoever has one the owner of what it is given: nobody else works on that. */
export const ownersTables: ReadonlySet<string> = new Set(['struct file_system_type', 'struct pci_driver']);

/** A record is asked for by its tag or by its type. */
const tags = (text: string): ReadonlySet<string> =>
  new Set(words(text).flatMap((tag) => [tag, `struct ${tag}`]));

/** Records that only wrap a lock: its class belongs to whoever embeds them, with the full path. */
export const genericContainers = tags(`
  sk_buff_head wait_queue_head swait_queue_head xarray idr ida radix_tree_root completion kfifo __kfifo
  lockref percpu_ref percpu_counter maple_tree list_lru list_lru_node klist fifo_buffer semaphore
  rw_semaphore mutex rt_mutex ww_mutex percpu_rw_semaphore seqlock rcu_sync srcu_struct lock_class_key
  blocking_notifier_head atomic_notifier_head srcu_notifier_head ld_semaphore f2fs_rwsem crypto_wait
  ratelimit_state delayed_work work_struct timer_list debug_obj_bucket fprop_local_percpu
  fprop_local_single fprop_global rhashtable rhltable genpool gen_pool ptr_ring skb_array llist_head
  virt_dma_chan dma_fence_chain circ_buf rcu_segcblist hlist_bl_head kref local_lock
  u64_stats_sync bucket_table kthread_worker kthread_work req_list cpu_rmap objpool percpu_ida sbitmap_queue
`);

/** Records so widely shared that a lock class in them tells little about one use. */
export const baseClasses = tags(`
  inode sock socket socket_lock_t device super_block sk_buff_head xarray page folio address_space dentry
  mm_struct vm_area_struct task_struct signal_struct sighand_struct file files_struct fs_struct
  net_device netdev_queue Qdisc request_queue gendisk block_device wait_queue_head completion kobject kset
  kernfs_node cgroup mem_cgroup lruvec pglist_data zone anon_vma rq timer_base hrtimer_cpu_base
  workqueue_struct worker_pool pool_workqueue irq_desc tty_struct tty_port tty_ldisc pipe_inode_info
  lockref idr ida radix_tree_root maple_tree list_lru list_lru_node percpu_counter percpu_ref
  blocking_notifier_head atomic_notifier_head dma_fence dma_resv drm_modeset_lock ww_mutex buffer_head
  bio_list neighbour neigh_table net regmap rw_semaphore semaphore klist
`);

/** Queues that tasks wait in, each with a lock of its own. */
export const waitQueues: ReadonlySet<string> = new Set(['struct wait_queue_head', 'struct swait_queue_head']);
