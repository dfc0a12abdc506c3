import { ZERO } from '../facts/fact.js';
import { rootOf } from '../locks/terms.js';
import type { State } from '../state/state.js';
import type { ExitEffect } from '../state/types.js';

/** An exit, and the objects that are known to be missing there, by the keys of the terms that found none. */
export interface SeenExit {
  readonly exit: ExitEffect;
  readonly absent: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

/** The objects that a path which leaves all locks as they were has not found. */
export function absentIn(state: State, returnsNothing: boolean): ReadonlySet<string> {
  if (!returnsNothing || state.held.length + state.released.length > 0) return NOTHING;
  return new Set(
    [...state.facts.known()].flatMap(({ term, fact }) =>
      fact.signs === ZERO && (term.k === 'result' || term.k === 'opaque') ? term.key : [],
    ),
  );
}

/**
 * The exits without those of a missing object: `bus = bus_of(dev); if (!bus) return; mutex_lock(&bus->lock);` acquires a lock
 * wherever there is one. Its callers cannot tell the exits apart, and are written as if it always did, as is the function
 * that releases it.
 */
export function withoutAbsent(seen: readonly SeenExit[]): readonly ExitEffect[] {
  const owners = new Set(
    seen.flatMap(({ exit }) => [...exit.acquired, ...exit.released].map(({ term }) => rootOf(term).key)),
  );
  const [owner, another] = owners;
  const all = seen.map(({ exit }) => exit);
  if (owner === undefined || another !== undefined) return all;
  return seen.flatMap(({ exit, absent }) => (absent.has(owner) ? [] : exit));
}
