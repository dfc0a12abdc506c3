import { MAX_HELD, type State } from './state.js';
import type { HeldLock, LockRef } from './types.js';

/** Adds a lock to the held set. A lock of the entry that was dropped and is taken again is simply held again. */
export function takeLock(state: State, lock: HeldLock): void {
  const back = state.released.findIndex((r) => r.term.key === lock.term.key);
  if (back >= 0) {
    state.released = state.released.filter((_, i) => i !== back);
    return;
  }
  if (state.held.length >= MAX_HELD) return;
  // Read sections nest, but not at one place: there the end of the last round was not seen.
  const isNested = (h: HeldLock): boolean => h.kind === 'rcu' && h.site.event !== lock.site.event;
  if (state.held.some((h) => h.term.key === lock.term.key && !isNested(h))) return;
  state.held = [...state.held, lock];
  if (state.ended.has(lock.term.key))
    state.ended = new Set([...state.ended].filter((key) => key !== lock.term.key));
}

/**
 * Takes a lock out of the held set, or notes that the entry's is gone. Returns the held lock that it ends.
 * @param depth calls between the function and the release
 */
export function dropLock(state: State, lock: LockRef, depth = 0): HeldLock | undefined {
  const at = matchHeld(state.held, lock);
  if (at >= 0) {
    const matched = state.held[at];
    state.held = state.held.filter((_, i) => i !== at);
    if (matched !== undefined) state.ended = new Set([...state.ended, matched.term.key]);
    return matched;
  }
  if (!state.released.some((r) => r.term.key === lock.term.key)) {
    state.released = [...state.released, { ...lock, depth }];
  }
  return undefined;
}

/**
 * The held lock a release ends: the same object, else the only one of the same class (named in another way),
 * else the only one of unknown class and the same kind. -1 when there is none.
 */
export function matchHeld(held: readonly HeldLock[], lock: LockRef): number {
  for (let i = held.length - 1; i >= 0; i--) if (held[i]?.term.key === lock.term.key) return i;
  let found = -1;
  for (let i = 0; i < held.length; i++) {
    const candidate = held[i];
    if (candidate === undefined || candidate.kind !== lock.kind) continue;
    const alike =
      lock.key === undefined || candidate.key === undefined
        ? candidate.key === lock.key
        : withoutSubclass(candidate.key) === withoutSubclass(lock.key);
    if (!alike) continue;
    if (found >= 0) return -1;
    found = i;
  }
  return found;
}

/** A class key without its subclass: a release does not name it. */
export function withoutSubclass(key: string): string {
  return key.replace(/\/(\d+|\?)$/, '');
}
