import type { Declarator, ExecutionContext } from './types.js';
import { words } from './words.js';

const declares = (type: string, names: string, facts: Partial<Declarator> = {}): [string, Declarator][] =>
  words(names).map((name) => [name, { nameArg: 0, type, ...facts }]);

const runs = (runsIn: ExecutionContext, handlerArg = 1): Partial<Declarator> => ({ handlerArg, runsIn });

/** Macros that declare a variable: argument 0 names it unless the row says otherwise. */
export const declarators: ReadonlyMap<string, Declarator> = new Map<string, Declarator>([
  ...declares('struct mutex', 'DEFINE_MUTEX'),
  ...declares('spinlock_t', 'DEFINE_SPINLOCK'),
  ...declares('raw_spinlock_t', 'DEFINE_RAW_SPINLOCK'),
  ...declares('rwlock_t', 'DEFINE_RWLOCK'),
  ...declares('struct rw_semaphore', 'DECLARE_RWSEM DEFINE_RWSEM'),
  ...declares(
    'struct semaphore',
    'DEFINE_SEMAPHORE DECLARE_MUTEX DECLARE_MUTEX_LOCKED DEFINE_BINARY_SEMAPHORE',
  ),
  ...declares('struct percpu_rw_semaphore', 'DEFINE_PERCPU_RWSEM'),
  ...declares('struct percpu_rw_semaphore', 'DEFINE_STATIC_PERCPU_RWSEM', { isStatic: true }),
  ...declares('struct rt_mutex', 'DEFINE_RT_MUTEX'),
  ...declares('struct ww_mutex', 'DEFINE_WW_MUTEX'),
  ...declares('struct ww_class', 'DEFINE_WW_CLASS DEFINE_WD_CLASS'),
  ...declares('seqlock_t', 'DEFINE_SEQLOCK'),
  ...declares('seqcount_t', 'DEFINE_SEQCOUNT'),
  ...declares('struct srcu_struct', 'DEFINE_SRCU DEFINE_SRCU_FAST'),
  ...declares('struct srcu_struct', 'DEFINE_STATIC_SRCU DEFINE_STATIC_SRCU_FAST', { isStatic: true }),
  ...declares(
    'struct completion',
    'DECLARE_COMPLETION DECLARE_COMPLETION_ONSTACK DECLARE_COMPLETION_ONSTACK_MAP',
  ),
  ...declares('struct wait_queue_head', 'DECLARE_WAIT_QUEUE_HEAD DECLARE_WAIT_QUEUE_HEAD_ONSTACK'),
  ...declares('struct swait_queue_head', 'DECLARE_SWAIT_QUEUE_HEAD DECLARE_SWAIT_QUEUE_HEAD_ONSTACK'),
  ...declares('struct wait_queue_entry', 'DEFINE_WAIT DEFINE_WAIT_FUNC DECLARE_WAITQUEUE'),
  ...declares('struct wait_bit_queue_entry', 'DEFINE_WAIT_BIT'),
  ...declares('struct wake_q_head', 'DEFINE_WAKE_Q'),
  ...declares('struct lock_class_key', 'DEFINE_LOCK_CLASS_KEY'),
  ...declares('struct lockdep_map', 'DEFINE_LOCKDEP_MAP DEFINE_WAIT_OVERRIDE_MAP'),
  ...declares('struct list_head', 'LIST_HEAD'),
  ...declares('struct hlist_head', 'HLIST_HEAD'),
  ...declares('struct hlist_bl_head', 'HLIST_BL_HEAD'),
  ...declares('struct llist_head', 'LLIST_HEAD'),
  ...declares('struct plist_head', 'PLIST_HEAD'),
  ...declares('struct hlist_head[]', 'DEFINE_HASHTABLE DEFINE_READ_MOSTLY_HASHTABLE DECLARE_HASHTABLE'),
  ...declares('struct idr', 'DEFINE_IDR'),
  ...declares('struct ida', 'DEFINE_IDA'),
  ...declares('struct xarray', 'DEFINE_XARRAY DEFINE_XARRAY_FLAGS DEFINE_XARRAY_ALLOC DEFINE_XARRAY_ALLOC1'),
  ...declares('struct xa_state', 'XA_STATE XA_STATE_ORDER'),
  ...declares('struct maple_tree', 'DEFINE_MTREE'),
  ...declares('struct ma_state', 'MA_STATE'),
  ...declares('struct vma_iterator', 'VMA_ITERATOR'),
  ...declares('struct radix_tree_root', 'RADIX_TREE'),
  ...declares('unsigned long[]', 'DECLARE_BITMAP'),
  ...declares('struct work_struct', 'DECLARE_WORK', runs('work')),
  ...declares('struct delayed_work', 'DECLARE_DELAYED_WORK DECLARE_DEFERRABLE_WORK', runs('work')),
  ...declares('struct kthread_work', 'DEFINE_KTHREAD_WORK', runs('kthread')),
  ...declares('struct kthread_delayed_work', 'DEFINE_KTHREAD_DELAYED_WORK', runs('kthread')),
  ...declares('struct kthread_worker', 'DEFINE_KTHREAD_WORKER DEFINE_KTHREAD_WORKER_ONSTACK'),
  ...declares('struct timer_list', 'DEFINE_TIMER', runs('timer')),
  ...declares(
    'struct tasklet_struct',
    'DECLARE_TASKLET DECLARE_TASKLET_DISABLED DECLARE_TASKLET_OLD DECLARE_TASKLET_DISABLED_OLD',
    runs('tasklet'),
  ),
  ...declares('struct irq_work', 'DEFINE_IRQ_WORK', runs('hardirq')),
  ...declares('struct ratelimit_state', 'DEFINE_RATELIMIT_STATE'),
  ...declares('struct atomic_notifier_head', 'ATOMIC_NOTIFIER_HEAD'),
  ...declares('struct blocking_notifier_head', 'BLOCKING_NOTIFIER_HEAD'),
  ...declares('struct raw_notifier_head', 'RAW_NOTIFIER_HEAD'),
  ...declares('struct srcu_notifier_head', 'SRCU_NOTIFIER_HEAD'),
  ...declares('struct srcu_notifier_head', 'SRCU_NOTIFIER_HEAD_STATIC', { isStatic: true }),
  ...declares('struct crypto_wait', 'DECLARE_CRYPTO_WAIT'),
  ...declares('struct static_key_false', 'DEFINE_STATIC_KEY_FALSE'),
  ...declares('struct static_key_true', 'DEFINE_STATIC_KEY_TRUE'),
  ...declares('struct static_key_false', 'DECLARE_STATIC_KEY_FALSE', { declaresOnly: true }),
  ...declares('struct static_key_true', 'DECLARE_STATIC_KEY_TRUE', { declaresOnly: true }),
  ...declares('struct dma_buf_export_info', 'DEFINE_DMA_BUF_EXPORT_INFO'),
  ...declares('', 'DECLARE_FLEX_ARRAY', { nameArg: 1, typeArg: 0, type: '[]' }),
  ...declares('struct kfifo', 'DECLARE_KFIFO DECLARE_KFIFO_PTR DEFINE_KFIFO'),
  ...declares(
    '',
    `
      DEFINE_PER_CPU DEFINE_PER_CPU_FIRST DEFINE_PER_CPU_ALIGNED DEFINE_PER_CPU_SHARED_ALIGNED
      DEFINE_PER_CPU_PAGE_ALIGNED DEFINE_PER_CPU_READ_MOSTLY DEFINE_PER_CPU_DECRYPTED DEFINE_EARLY_PER_CPU
      DEFINE_EARLY_PER_CPU_READ_MOSTLY
    `,
    { nameArg: 1, typeArg: 0 },
  ),
  ...declares(
    '',
    `
      DECLARE_PER_CPU DECLARE_PER_CPU_FIRST DECLARE_PER_CPU_ALIGNED DECLARE_PER_CPU_SHARED_ALIGNED
      DECLARE_PER_CPU_PAGE_ALIGNED DECLARE_PER_CPU_READ_MOSTLY DECLARE_EARLY_PER_CPU
    `,
    { nameArg: 1, typeArg: 0, declaresOnly: true },
  ),
]);
