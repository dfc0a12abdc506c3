import { BOUNDS } from '../../base/bounds.js';
import { contextKey, ENTRY_CONTEXT } from './context.js';
import type { Lockset, LockRef } from './types.js';

/**
 * Adds a held set to an event, unless it is already there or the limit is reached.
 * @param key the lockset's {@link locksetKey}
 */
export function addLockset(locksets: Lockset[], lockset: Lockset, key: string): void {
  if (locksets.length >= BOUNDS.heldSetsPerEvent || locksets.some((known) => locksetKey(known) === key))
    return;
  locksets.push({ held: lockset.held, released: lockset.released, context: lockset.context });
}

/** The empty held set in the entry context. */
const NOTHING_HELD: readonly Lockset[] = [{ held: [], released: [], context: ENTRY_CONTEXT }];

/** Shares held sets between the events of one function; most events have equal ones. */
export class LocksetPool {
  private readonly known = new Map<string, readonly Lockset[]>();

  /** One shared object for all events with these locksets. */
  shared(locksets: readonly Lockset[]): readonly Lockset[] {
    const [only] = locksets;
    // The array grew by push and has spare capacity.
    if (locksets.length !== 1 || only === undefined) return locksets.slice();
    const key = locksetKey(only);
    if (key === NOTHING) return NOTHING_HELD;
    const known = this.known.get(key);
    if (known?.[0] !== undefined && isSame(known[0], only)) return known;
    const exact = locksets.slice();
    if (known === undefined) this.known.set(key, exact);
    return exact;
  }
}

/** Whether two locksets hold the same locks, acquired at the same sites. */
function isSame(a: Lockset, b: Lockset): boolean {
  return (
    a.held.every((lock, i) => lock === b.held[i]) && a.released.every((lock, i) => lock === b.released[i])
  );
}

/** Equal for equal held sets, held for the same, in equal contexts. */
export function locksetKey(lockset: Lockset): string {
  let text = '';
  for (const { term, mode } of lockset.held) text += mode === 'read' ? `${term.key} r;` : `${term.key};`;
  text += '|';
  for (const lock of lockset.released) text += `${lock.term.key};`;
  return `${text}|${contextKey(lockset.context)}`;
}

const NOTHING = locksetKey({ held: [], released: [], context: ENTRY_CONTEXT });

/** A release, with its mode: a word of flags may choose between two. */
export function releaseKey({ term, mode }: LockRef): string {
  return mode === 'read' ? `${term.key}/r` : term.key;
}
