import type { LockApi, LockKind } from '../types.js';

/** What a row may say beside its name; see {@link LockApi} for the meaning of each. */
export type LockFacts = Partial<Omit<LockApi, 'name' | 'kind' | 'op' | 'success' | 'isLockSite'>>;

/** The state of the result in which the lock is held. */
export type Success = 'zero' | 'nonzero';

/** Makes the rows of one kind of lock; `shared` holds what all of its acquisitions have in common. */
export interface Family {
  /** Returns with the lock held, always. */
  acquire(name: string, facts?: LockFacts): LockApi;
  /** Waits, but may give up: interruptible, killable, timed, or only for the last reference. */
  mayFail(name: string, success: Success, facts?: LockFacts): LockApi;
  /** Never waits. */
  tryLock(name: string, success: Success, facts?: LockFacts): LockApi;
  release(name: string, facts?: LockFacts): LockApi;
  /** From writer to reader, without a gap. */
  downgrade(name: string, facts?: LockFacts): LockApi;
  assertHeld(name: string, facts?: LockFacts): LockApi;
  assertNotHeld(name: string, facts?: LockFacts): LockApi;
  /** May take and release it inside. */
  mightAcquire(name: string, facts?: LockFacts): LockApi;
  /** Takes and releases it inside, always. */
  transient(name: string, facts?: LockFacts): LockApi;
  init(name: string, facts?: LockFacts): LockApi;
  /** The same family with more in common: the path and object type of a group of wrappers. */
  of(facts: LockFacts): Family;
}

/**
 * A family of rows. The lock is argument 0 unless a row says otherwise (`arg`, `implicit`, or a `path` from
 * the value returned), and its mode is 'write' unless the row says 'read'.
 */
function family(kind: LockKind, shared: LockFacts = {}): Family {
  const { sleeps, ...identity } = shared;
  const row = (name: string, op: LockApi['op'], given: LockFacts, more: Partial<LockApi>): LockApi => {
    const facts = { ...identity, ...more, ...given };
    const named = facts.implicit === undefined && facts.path?.startsWith('RET') !== true;
    return {
      name,
      kind,
      op,
      mode: 'write',
      isLockSite: op === 'acquire' || op === 'try' || op === 'release',
      ...(named ? { arg: 0 } : {}),
      ...facts,
    };
  };
  const waits = sleeps === undefined ? {} : { sleeps };
  return {
    acquire: (name, facts = {}) => row(name, 'acquire', facts, waits),
    mayFail: (name, success, facts = {}) =>
      row(name, 'try', facts, { ...waits, success, interruptible: true }),
    tryLock: (name, success, facts = {}) => row(name, 'try', facts, { success, nonBlocking: true }),
    release: (name, facts = {}) => row(name, 'release', facts, {}),
    downgrade: (name, facts = {}) => row(name, 'downgrade', facts, { mode: 'read' }),
    assertHeld: (name, facts = {}) => row(name, 'assert-held', facts, { mode: 'read' }),
    assertNotHeld: (name, facts = {}) => row(name, 'assert-not-held', facts, {}),
    mightAcquire: (name, facts = {}) => row(name, 'might-acquire', facts, waits),
    transient: (name, facts = {}) => row(name, 'transient', facts, waits),
    init: (name, facts = {}) => row(name, 'lock-init', facts, {}),
    of: (facts) => family(kind, { ...shared, ...facts }),
  };
}

const SLEEPS: LockFacts = { sleeps: true };
const SPINS: LockFacts = { atomic: true };

export const semaphore = family('semaphore', { sleeps: true, noLockdep: true });
export const mutex = family('mutex', SLEEPS);
export const rtMutex = family('rt_mutex', SLEEPS);
export const wwMutex = family('ww_mutex', SLEEPS);
export const spinlock = family('spinlock', SPINS);
export const rawSpinlock = family('raw_spinlock', SPINS);
/** Below lockdep: the architecture's own spinlocks. */
export const archSpinlock = family('raw_spinlock', { atomic: true, noLockdep: true });
export const rwlock = family('rwlock', SPINS);
export const archRwlock = family('rwlock', { atomic: true, noLockdep: true });
export const rwsem = family('rwsem', SLEEPS);
export const percpuRwsem = family('percpu_rwsem', SLEEPS);
export const seqlock = family('seqlock', SPINS);
/** Writers of a sequence count exclude nobody: another lock serialises them. */
export const seqcount = family('seqcount', { noCycle: true });
export const localLock = family('local_lock', SPINS);
/** A bit waited for by sleeping: pages, buffers, wait_on_bit_lock(). */
export const bitLock = family('bit_lock', { sleeps: true, noLockdep: true });
/** A bit waited for by spinning. */
export const bitSpinlock = family('bit_lock', { atomic: true, noLockdep: true });
export const srcu = family('srcu', { mode: 'read', recursiveRead: 'always' });
export const rcu = family('rcu', { mode: 'read', atomic: true, recursiveRead: 'always', noCycle: true });
export const section = family('section');
export const sleepingSection = family('section', SLEEPS);
/** Annotations that take a pointer to any lock. */
export const anyLock = family('section', { anyKind: true });
