import { OWNED_KINDS } from '../../models/records/kinds.js';
import type { LockKind } from '../../models/types.js';
import { isOfClass } from '../state/held.js';
import type { State } from '../state/state.js';
import type { LockRef } from '../state/types.js';
import { address, operation, type Term } from './terms.js';

const BLOCKING = new Set<LockKind>([...OWNED_KINDS, 'bit_lock']);

/**
 * Learns from an acquisition that has returned: the lock differs from those the path already held, or the task would
 * have deadlocked. A condition such as `if (a != b) unlock(b);` then has one outcome.
 */
export function learnApart(lock: LockRef, state: State): void {
  if (!BLOCKING.has(lock.kind)) return;
  for (const held of state.held) {
    if (held.kind !== lock.kind || !isOfClass(held, lock) || (held.mode === 'read' && lock.mode === 'read'))
      continue;
    const [a, b] = owners(held.term, lock.term);
    if (a.key === b.key) continue;
    state.facts.assume(operation('!=', [a, b]), true);
    state.facts.assume(operation('!=', [b, a]), true);
  }
}

/** Pointers to the two objects that contain the locks as the same member. */
function owners(one: Term, other: Term): readonly [Term, Term] {
  let [a, b] = [one, other];
  while (a.k === 'field' && b.k === 'field' && a.name === b.name) [a, b] = [a.base, b.base];
  return [address(a), address(b)];
}
