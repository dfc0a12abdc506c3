import { CONSOLE } from './classes.js';
import { words } from './words.js';

/** How people call a member that points to a lock. */
export const lockMember = /(?:lock|mutex|sem|semaphore)(?:_ptr|p)?$/;

/** How lockdep calls a lock, from the call that initialises or renames it. */
export interface LockNaming {
  /** Argument that points to the lock. */
  readonly lockArg: number;
  /**
   * The names: `$1` is the text of argument 1 as written, `"1` the string it is, `@1` its last word. More
   * than one where the call initialises several locks.
   */
  readonly names: readonly string[];
  /** Argument that points to the key of the class. */
  readonly keyArg?: number;
  /** Argument that is the function which runs with the lock held. */
  readonly handlerArg?: number;
  /** Argument that holds attributes, and what it says when there are none: others may make the lock recursive. */
  readonly attributes?: { readonly arg: number; readonly none: readonly string[] };
}

const named = (lockArg: number, names: readonly string[], calls: string): [string, LockNaming][] =>
  words(calls).map((call) => [call, { lockArg, names }]);

/** `init(object, function)`: lockdep takes the object for a lock that is held while the function runs. */
const handled = (names: readonly string[], calls: string): [string, LockNaming][] =>
  words(calls).map((call) => [call, { lockArg: 0, names, handlerArg: 1 }]);

export const lockNamings: ReadonlyMap<string, LockNaming> = new Map<string, LockNaming>([
  ['pthread_mutex_init', { lockArg: 0, names: [], attributes: { arg: 1, none: ['NULL', '0', 'nullptr'] } }],
  // The whole initialiser of a variable.
  ['PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP', { lockArg: -1, names: [], attributes: { arg: 0, none: [] } }],
  ['mtx_init', { lockArg: 0, names: [], attributes: { arg: 1, none: ['mtx_plain', 'mtx_timed'] } }],
  ...named(
    0,
    ['$0'],
    `
      mutex_init spin_lock_init raw_spin_lock_init rwlock_init init_rwsem percpu_init_rwsem rt_mutex_init
      seqcount_init seqcount_mutex_init seqcount_raw_spinlock_init seqcount_rwlock_init
      seqcount_spinlock_init init_srcu_struct local_lock_init init_ldsem init_waitqueue_head
      init_swait_queue_head
    `,
  ),
  ...named(1, ['$1'], 'devm_mutex_init'),
  ...named(0, ['"1'], '__mutex_init __init_rwsem lockdep_init_map __rt_mutex_init __init_waitqueue_head'),
  ...named(0, ['&($0)->lock', '&($0)->seqcount'], 'seqlock_init'),
  ...named(0, ['@1_mutex'], 'ww_mutex_init'),
  ...named(0, ['semaphore->lock'], 'sema_init'),
  ...named(0, ['$1'], 'lockdep_set_class lockdep_set_class_and_subclass'),
  ['lockdep_set_class_and_name', { lockArg: 0, names: ['"2'], keyArg: 1 }],
  ...handled(['(work_completion)($0)'], 'INIT_WORK INIT_WORK_ONSTACK'),
  ...handled(
    ['(work_completion)(&($0)->work)', '(&($0)->timer)'],
    'INIT_DELAYED_WORK INIT_DELAYED_WORK_ONSTACK INIT_DEFERRABLE_WORK',
  ),
  ...handled(['($0)'], 'timer_setup timer_setup_on_stack'),
  ...named(0, ['&($0)->lock'], 'skb_queue_head_init'),
  ...named(0, ['&x->wait'], 'init_completion'),
]);

/** Names of classes that no initialiser gives them, by class id. */
export const validatorNames: ReadonlyMap<string, readonly string[]> = new Map([[CONSOLE, ['console_lock']]]);
