import type { LockKind, OtherApi, ScopeMacro } from '../types.js';

/** All kinds of lock. */
export const LOCK_KINDS = [
  'semaphore',
  'mutex',
  'rt_mutex',
  'ww_mutex',
  'spinlock',
  'raw_spinlock',
  'rwlock',
  'rwsem',
  'percpu_rwsem',
  'seqlock',
  'seqcount',
  'local_lock',
  'bit_lock',
  'srcu',
  'rcu',
  'completion',
  'section',
] as const satisfies readonly LockKind[];

/** Whether a macro of this form guards the statement that follows its call. */
export function guardsStatement(macro: ScopeMacro | undefined): boolean {
  return macro?.form === 'scoped' || macro?.form === 'scoped-conditional';
}

/** Kinds of lock that exclude a second holder and that the acquirer itself releases. */
export const OWNED_KINDS: readonly LockKind[] = [
  'mutex',
  'rt_mutex',
  'ww_mutex',
  'spinlock',
  'raw_spinlock',
  'rwlock',
  'rwsem',
  'percpu_rwsem',
  'seqlock',
  'local_lock',
];

/** What is awaited by calls that return when a function of the driver has. */
export const AWAITED_FUNCTIONS: readonly OtherApi['awaits'][] = [
  'work',
  'queue',
  'timer',
  'tasklet',
  'irq',
  'kthread',
  'napi',
  'kernfs',
];

/** Kinds of plain lock whose waiter spins; the writers of a seqlock do, too. */
export const SPINNING_KINDS: ReadonlySet<LockKind> = new Set(['spinlock', 'raw_spinlock', 'rwlock']);

/** What a function in a backtrace shows. */
export const FRAMES = [
  'interrupt',
  'replay',
  'watcher',
  'tracing',
  'delay',
  'allocator',
  'spinning',
  'scheduling',
  'nextItem',
  'sleepCheck',
] as const;

/** Whether a change of interrupts, bottom halves, preemption or faults switches them off. */
export function switchesOff(change: OtherApi['change'] | undefined): boolean {
  return change === 'disable' || change === 'save';
}
