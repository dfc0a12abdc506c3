/** Name in skeletons of the assertion that an acquisition with a nest lock implies: the nest lock is held. */
export const NEST_LOCK = 'nest lock';

/** Name in skeletons of the assertion that a callee's prototype implies: the caller holds a lock. */
export const NEEDED = 'declared need';

/** Annotation arguments that are no expression: `RCU`. */
export const NO_LOCK_NAME = /^[A-Z][A-Z0-9_]*$/;

/** How an assertion without an assertion call is described. */
export const ASSERTED_AS: ReadonlyMap<string, string> = new Map([
  ['__must_hold', 'is declared to need'],
  ['__must_hold_shared', 'is declared to need'],
  ['__releases', 'is declared to release'],
  ['__releases_shared', 'is declared to release'],
  ['__guarded_by', 'needs for what it accesses'],
  ['__pt_guarded_by', 'needs for what it accesses'],
  [NEEDED, 'calls what is declared to need'],
  [NEST_LOCK, 'names as the outer lock of another'],
]);

/** Attributes of data rather than of functions. */
export const GUARDS: ReadonlySet<string> = new Set(['__guarded_by', '__pt_guarded_by']);

/** The annotations to suggest where one is missing. */
export const ACQUIRES = '__acquires';
export const RELEASES = '__releases';

/** The effect of a function on a caller's lock; with `may-acquire`, its result says whether it acquired. */
export type Promise = 'holds' | 'acquires' | 'may-acquire' | 'releases';

/** Attributes that refer to the lock in read mode. */
export const SHARED: ReadonlySet<string> = new Set([
  '__must_hold_shared',
  '__acquires_shared',
  '__cond_acquires_shared',
  '__releases_shared',
]);

/** Attributes of functions, by their effect on the lock they name. */
export const PROMISES: ReadonlyMap<string, Promise> = new Map<string, Promise>([
  ['__must_hold', 'holds'],
  ['__must_hold_shared', 'holds'],
  ['__acquires', 'acquires'],
  ['__acquires_shared', 'acquires'],
  ['__cond_acquires', 'may-acquire'],
  ['__cond_acquires_shared', 'may-acquire'],
  ['__releases', 'releases'],
  ['__releases_shared', 'releases'],
]);
