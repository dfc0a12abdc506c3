import { BOUNDS } from '../base/bounds.js';
import type { EventId } from '../summary/types.js';
import { TooManyLocks } from './budget.js';
import type { State } from './state.js';
import type { Term } from './terms.js';
import type { HeldLock, LockRef, Site } from './types.js';

/**
 * Adds a lock to the held set. A lock of the entry that was dropped and is taken again is simply held again.
 * @param isRoundsOpen it is taken in a loop of which no path knows how many rounds it makes
 */
export function takeLock(state: State, lock: HeldLock, isRoundsOpen: boolean): void {
  const back = state.released.findIndex((r) => r.term.key === lock.term.key);
  if (back >= 0) {
    state.released = state.released.filter((_, i) => i !== back);
    return;
  }
  // Readers nest, but not at one place: there the end of the last round was not seen.
  const isNested = (h: HeldLock): boolean =>
    (h.kind === 'rcu' || (h.mode === 'read' && lock.mode === 'read')) && h.site.event !== lock.site.event;
  if (state.held.some((h) => h.term.key === lock.term.key && !isNested(h))) return;
  if (isRoundsOpen && state.held.filter((h) => isOfSameRounds(h, lock)).length >= BOUNDS.locksOfOneLoop)
    return;
  if (state.held.length >= BOUNDS.heldLocks) throw new TooManyLocks();
  state.held = [...state.held, lock];
  if (state.ended.has(lock.term.key))
    state.ended = new Set([...state.ended].filter((key) => key !== lock.term.key));
}

/** Where a lock is released. */
interface Release {
  /** What releases it in the function, or calls what does. */
  readonly event: EventId;
  /** That is in a loop of which no path knows how many rounds it makes. */
  readonly isRoundsOpen: boolean;
  /** Calls between the function and the release. */
  readonly depth: number;
}

/** Takes a lock out of the held set, or notes that the entry's is gone. Returns the held lock that it ends. */
export function dropLock(
  state: State,
  lock: LockRef,
  { event, isRoundsOpen, depth }: Release,
): HeldLock | undefined {
  const at = matchHeld(state.held, lock);
  if (at >= 0) {
    const matched = state.held[at];
    state.held = state.held.filter((_, i) => i !== at);
    if (state.ended.size >= BOUNDS.endedSections) throw new TooManyLocks();
    if (matched !== undefined) state.ended = new Set([...state.ended, matched.term.key]);
    return matched;
  }
  if (state.released.some((r) => r.term.key === lock.term.key)) return undefined;
  const ofRounds = state.released.filter((r) => r.event === event && isOfClass(r, lock));
  if (isRoundsOpen && ofRounds.length >= BOUNDS.locksOfOneLoop) return undefined;
  if (state.released.length >= BOUNDS.heldLocks) throw new TooManyLocks();
  state.released = [...state.released, { ...lock, event, depth }];
  return undefined;
}

/** Both were taken at one place, which only different rounds of a loop do. */
export function isOfSameRounds(one: HeldLock, other: HeldLock): boolean {
  return isOfClass(one, other) && one.mode === other.mode && isSameSite(one.site, other.site);
}

function isSameSite(one: Site | undefined, other: Site | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.event === other.event && one.fn === other.fn && isSameSite(one.via, other.via);
}

/**
 * The held lock a release ends: the same object, else the only one of the same class (named in another way), else the
 * only one of unknown class and the same kind, else the only one that may be the same member of a record, which is
 * told with what it is embedded in for one of the two and without for the other. -1 when there is none.
 */
export function matchHeld(held: readonly HeldLock[], lock: LockRef): number {
  if (held.length === 0) return -1;
  for (let i = held.length - 1; i >= 0; i--) if (held[i]?.term.key === lock.term.key) return i;
  const [named, another] = matching(held, lock, isOfClass);
  if (named !== undefined) return another === undefined ? named : -1;
  const [embedded, other] = matching(held, lock, isSameMember);
  return embedded !== undefined && other === undefined ? embedded : -1;
}

function matching(
  held: readonly HeldLock[],
  lock: LockRef,
  isAlike: (one: LockRef, other: LockRef) => boolean,
): readonly number[] {
  const found: number[] = [];
  held.forEach((one, i) => {
    if (one.kind === lock.kind && isAlike(one, lock) && !areApart(one.term, lock.term)) found.push(i);
  });
  return found;
}

export function isOfClass(one: LockRef, other: LockRef): boolean {
  if (one.key === undefined || other.key === undefined) return one.key === other.key;
  return withoutSubclass(one.key) === withoutSubclass(other.key);
}

/** Two members, or two elements, of one object. */
function areApart(one: Term, other: Term): boolean {
  for (let a = one; a.k === 'field' || a.k === 'index'; a = a.base) {
    for (let b = other; b.k === 'field' || b.k === 'index'; b = b.base) {
      if (a.base.key === b.base.key) return areTwoParts(a, b);
    }
  }
  return false;
}

function areTwoParts(a: Term, b: Term): boolean {
  if (a.k === 'field' && b.k === 'field') return a.name !== b.name;
  const isElement = (part: Term): boolean => part.k === 'index' && part.index.k === 'constant';
  return isElement(a) && isElement(b) && a.key !== b.key;
}

/** `xas->xa->xa_lock` and `mapping->i_pages.xa_lock`: one record, seen by itself and as a part of another. */
function isSameMember({ term: one }: LockRef, { term: other }: LockRef): boolean {
  if (one.k !== 'field' || other.k !== 'field' || one.name !== other.name) return false;
  const isAlone = one.base.k === 'deref' || other.base.k === 'deref';
  return isAlone && one.base.k !== other.base.k && one.base.type !== '' && one.base.type === other.base.type;
}

/** A class key without its subclass: a release does not name it. */
export function withoutSubclass(key: string): string {
  return key.replace(/\/(\d+|\?)$/, '');
}
