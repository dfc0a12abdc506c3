/** Stands in skeletons for what an acquisition with a nest lock asserts: that this one is held. */
export const NEST_LOCK = 'nest lock';

/** Stands for what the prototype of a called function asserts: that the caller holds a lock. */
export const NEEDED = 'declared need';

/** Names that annotations give instead of an expression: `RCU`. */
export const NO_LOCK_NAME = /^[A-Z][A-Z0-9_]*$/;

/** How an assertion is told of, where it is no call of an assertion itself. */
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

/** The annotations that are written where one is missing. */
export const ACQUIRES = '__acquires';
export const RELEASES = '__releases';

/** What a function does to a lock of its callers; `may-acquire` where its result says whether. */
export type Promise = 'holds' | 'acquires' | 'may-acquire' | 'releases';

/** Attributes that promise it for reading. */
export const SHARED: ReadonlySet<string> = new Set([
  '__must_hold_shared',
  '__acquires_shared',
  '__cond_acquires_shared',
  '__releases_shared',
]);

/** Attributes of functions, by what they promise of a lock that they name. */
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
