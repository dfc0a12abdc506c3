import { withoutSubclass } from '../../base/subclass.js';
import { BOUNDS } from '../../base/bounds.js';
import type { EventId } from '../../skeleton/types.js';
import { TooManyLocks } from './budget.js';
import type { State } from './state.js';
import { isBorn, rootOf, type Term } from '../locks/terms.js';
import type { HeldLock, LockRef, Site } from './types.js';

/**
 * Adds a lock to the held set. A lock that was held at entry, released and acquired again is simply held again.
 * @param isRoundsOpen the acquisition is in a loop whose number of iterations is unknown
 */
export function takeLock(state: State, lock: HeldLock, isRoundsOpen: boolean): void {
  const back = state.released.findIndex((r) => r.term.key === lock.term.key);
  if (back >= 0) {
    state.released = state.released.filter((_, i) => i !== back);
    return;
  }
  // Readers nest, but not at one call site: there, the release of the previous iteration was missed.
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

/** The context of a release. */
interface Release {
  /** The release in this function, or the call that leads to it. */
  readonly event: EventId;
  /** Whether that event is in a loop whose number of iterations is unknown. */
  readonly isRoundsOpen: boolean;
  /** Number of calls between the function and the release. */
  readonly depth: number;
}

/**
 * Removes a lock from the held set, or notes that a lock held at entry is gone. Returns the held lock that was
 * released.
 */
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

/** Whether both locks were acquired at one site, which only different iterations of a loop can do. */
export function isOfSameRounds(one: HeldLock, other: HeldLock): boolean {
  return isOfClass(one, other) && one.mode === other.mode && isSameSite(one.site, other.site);
}

function isSameSite(one: Site | undefined, other: Site | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.event === other.event && one.fn === other.fn && isSameSite(one.via, other.via);
}

/**
 * The index of the held lock that a release ends, or -1. Candidates in order: the same object; the only lock of the
 * same class (under another name); the only lock of unknown class and the same kind; the only lock that may be the same
 * member, if one of the two access paths includes the enclosing record and the other does not; the only lock that is a
 * member of the same name, if the type of one object is unknown; the only lock behind a pointer, if the released lock is also behind a pointer and one of the classes is unknown.
 */
export function matchHeld(held: readonly HeldLock[], lock: LockRef): number {
  if (held.length === 0) return -1;
  for (let i = held.length - 1; i >= 0; i--) if (held[i]?.term.key === lock.term.key) return i;
  const [named, another] = matching(held, lock, isOfClass);
  if (named !== undefined) return another === undefined ? named : -1;
  const [embedded, other] = matching(held, lock, isSameMember);
  if (embedded !== undefined) return other === undefined ? embedded : -1;
  const [alike, second] = matching(held, lock, isMemberOfUnknown);
  if (alike !== undefined) return second === undefined ? alike : -1;
  const [pointed, further] = matching(held, lock, arePointedTo);
  return pointed !== undefined && further === undefined ? pointed : -1;
}

/** Whether one is a member of an object of unknown type, and the other a member of that name: a guard keeps a pointer. */
function isMemberOfUnknown({ term: one, key }: LockRef, { term: other, key: another }: LockRef): boolean {
  if (one.k !== 'field' || other.k !== 'field' || one.name !== other.name) return false;
  return (key === undefined && one.base.type === '') || (another === undefined && other.base.type === '');
}

/**
 * Whether both are reached through a plain pointer and one of them has no class: the pointer may have been stored in
 * between.
 */
function arePointedTo(one: LockRef, other: LockRef): boolean {
  const isOpen = one.key === undefined || other.key === undefined;
  return isOpen && one.term.k === 'deref' && other.term.k === 'deref';
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

/** Whether the terms are different members or elements of one object. */
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

/**
 * `xas->xa->xa_lock` and `mapping->i_pages.xa_lock`: one record, reached through a bare pointer and as a member of
 * another record.
 */
function isSameMember({ term: one }: LockRef, { term: other }: LockRef): boolean {
  if (one.k !== 'field' || other.k !== 'field' || one.name !== other.name) return false;
  const isAlone = one.base.k === 'deref' || other.base.k === 'deref';
  return isAlone && one.base.k !== other.base.k && one.base.type !== '' && one.base.type === other.base.type;
}

/** A lock asserted not to be held: invisible code has released it, such as the target of a function pointer. */
export function releasedUnseen(lock: LockRef, state: State): void {
  state.held = state.held.filter(({ term }) => term.key !== lock.term.key);
}

/**
 * The lock to drop first for a callee that releases `gone`. If the caller can name none of the released locks of that class
 * and holds exactly as many of the class, the callee releases the held ones.
 */
export function togetherHeld(gone: readonly LockRef[], held: readonly HeldLock[]): LockRef | undefined {
  const [lock] = gone;
  if (lock === undefined || matchHeld(held, lock) >= 0) return lock;
  const isAlike = (one: LockRef): boolean => one.kind === lock.kind && isOfClass(one, lock);
  const [alike, candidates] = [gone.filter(isAlike), held.filter(isAlike)];
  const isUnnamed = alike.every(({ term }) => isBorn(rootOf(term)));
  return isUnnamed && alike.length === candidates.length ? candidates[0] : lock;
}

/**
 * Whether a lock that a callee releases `depth` calls down, and that is not held here, may belong to a caller. The
 * deeper the release, the more likely the analysis missed the acquisition, especially for a lock that no caller can
 * name.
 */
export function mayBeCallers({ term }: LockRef, depth: number): boolean {
  return depth <= (isBorn(rootOf(term)) ? 1 : BOUNDS.wrapperLevels);
}
