/** Stands in skeletons for what an acquisition with a nest lock asserts: that this one is held. */
export const NEST_LOCK = 'nest lock';

/** How an assertion is told of, where it is no call of an assertion itself. */
export const ASSERTED_AS: ReadonlyMap<string, string> = new Map([
  ['__must_hold', 'is declared to need'],
  ['__must_hold_shared', 'is declared to need'],
  ['__releases', 'is declared to release'],
  ['__releases_shared', 'is declared to release'],
  ['__guarded_by', 'needs for what it accesses'],
  ['__pt_guarded_by', 'needs for what it accesses'],
  [NEST_LOCK, 'names as the outer lock of another'],
]);

/** Attributes of data rather than of functions. */
export const GUARDS: ReadonlySet<string> = new Set(['__guarded_by', '__pt_guarded_by']);

/** The annotations that are written where one is missing. */
export const ACQUIRES = '__acquires';
export const RELEASES = '__releases';

/** Attributes of functions, by what they promise of a lock that they name. */
export const PROMISES: ReadonlyMap<string, 'holds' | 'acquires' | 'releases'> = new Map([
  ['__must_hold', 'holds'],
  ['__must_hold_shared', 'holds'],
  ['__acquires', 'acquires'],
  ['__acquires_shared', 'acquires'],
  ['__releases', 'releases'],
  ['__releases_shared', 'releases'],
]);
