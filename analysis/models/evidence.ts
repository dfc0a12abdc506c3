/** The configuration option that makes the kernel report locking mistakes at run time. */
export const PROVING_OPTION = 'PROVE_LOCKING';

/** Options that track locks but do not report inversions on their own. */
export const WATCHING_OPTIONS: readonly string[] = [
  'DEBUG_LOCK_ALLOC',
  'LOCKDEP',
  'LOCK_STAT',
  'DEBUG_MUTEXES',
];

/** Options for the size of the validator's tables, by the limit that it reports as too low. */
const TABLE_SIZES: readonly (readonly [RegExp, string])[] = [
  [/MAX_LOCKDEP_ENTRIES too low/, 'CONFIG_LOCKDEP_BITS'],
  [/MAX_LOCKDEP_CHAIN(?:S|_HLOCKS) too low/, 'CONFIG_LOCKDEP_CHAINS_BITS'],
  [/MAX_STACK_TRACE_ENTRIES too low/, 'CONFIG_LOCKDEP_STACK_TRACE_BITS'],
];

/** The option that enlarges the table of which a report says that it is full; `undefined` if none does. */
export const enlargedBy = (headline: string): string | undefined =>
  TABLE_SIZES.find(([pattern]) => pattern.test(headline))?.[1];

/** Sections that lockdep models as locks, and that several tasks can be in at a time. */
const LOCK_MAP =
  /^[("]|^(?:fs_reclaim|cpuhp_state|mmu_notifier_invalidate_range|console_owner|kn->(?:active|count)|s_active|jbd2_handle|dma_fence_map|s?rcu_|rcu$)/;
export const isLockMap = (name: string): boolean => LOCK_MAP.test(name);

/** A configuration option and why it is needed. */
export interface NeededOption {
  readonly option: string;
  readonly why: string;
}

const option = (name: string, why: string): NeededOption => ({ option: `CONFIG_${name}`, why });

const PROVING = option(
  'PROVE_LOCKING',
  'reports orders and contexts that can deadlock, also when they do not yet',
);
const ATOMIC = option('DEBUG_ATOMIC_SLEEP', 'reports sleeping where it is forbidden');
const HUNG = option('DETECT_HUNG_TASK', 'names tasks that wait too long');
const COUNTS = option('DEBUG_LOCKDEP', 'counts how often each class was taken, which validate asks for');
const STATISTICS = option('LOCK_STAT', 'counts waiting, which validate compares');
const MUTEXES = option('DEBUG_MUTEXES', 'reports mutexes released by somebody else');
const SPINLOCKS = option('DEBUG_SPINLOCK', 'reports spinlocks released twice or by somebody else');
const RCU = option('PROVE_RCU', 'reports sleeping in RCU read-side critical sections');
const SOFT_LOCKUP = option('SOFTLOCKUP_DETECTOR', 'names CPUs that spin forever');

/** The options a kernel needs to report a mistake at run time, by rule. */
export const neededOptions: Readonly<Record<string, readonly NeededOption[]>> = {
  'lock-order-cycle': [PROVING, COUNTS, STATISTICS, HUNG],
  'declared-order': [PROVING, COUNTS, STATISTICS, HUNG],
  'self-deadlock': [PROVING, SOFT_LOCKUP, HUNG],
  'irq-inversion': [PROVING, COUNTS, SOFT_LOCKUP],
  'irq-state': [PROVING, option('DEBUG_IRQFLAGS', 'reports interrupts restored wrongly'), ATOMIC],
  'sleep-in-atomic': [ATOMIC, PROVING, RCU],
  'wait-deadlock': [PROVING, HUNG, RCU],
  'missing-unlock': [PROVING, ATOMIC, HUNG],
  'unbalanced-unlock': [PROVING, MUTEXES, SPINLOCKS],
  'held-freed': [PROVING, option('DEBUG_OBJECTS', 'reports objects freed in use')],
  'annotation-mismatch': [PROVING],
};
