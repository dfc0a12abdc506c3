import { words } from './words.js';

/** Calls that say whether a reference is the last one, and what they return then. */
export const lastReferenceTests: ReadonlyMap<string, 'zero' | 'nonzero'> = new Map([
  ['refcount_dec_not_one', 'zero'],
  ['atomic_dec_unless_one', 'zero'],
  ['lockref_put_or_lock', 'zero'],
  ['lockref_put_not_zero', 'zero'],
]);

/** Put a reference and say whether it was the last one. */
export const lastPuts: ReadonlySet<string> = new Set(
  words(`
    refcount_dec_and_test refcount_sub_and_test atomic_dec_and_test atomic_sub_and_test atomic_long_dec_and_test
    atomic_long_sub_and_test atomic64_dec_and_test atomic64_sub_and_test
  `),
);

/** The task or the processor that runs the code. */
export const runningNames: ReadonlySet<string> = new Set(
  words(`
    current get_current smp_processor_id raw_smp_processor_id __smp_processor_id hard_smp_processor_id get_cpu
    pthread_self
  `),
);

/** Calls that say in which state an object is; zero is an answer, not a success. */
export const stateTests: ReadonlySet<string> = new Set(
  words(`
    list_empty list_empty_careful list_empty_rcu hlist_empty hlist_unhashed hash_hashed llist_empty
    RB_EMPTY_NODE RB_EMPTY_ROOT skb_queue_empty kfifo_is_empty plist_head_empty plist_node_empty
    timer_pending work_pending delayed_work_pending hrtimer_active test_bit waitqueue_active
  `),
);
