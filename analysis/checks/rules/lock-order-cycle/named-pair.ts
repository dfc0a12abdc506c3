import type { Dependency } from '../../../graph/edges/dependency.js';
import { bareName } from '../../../summaries/locks/terms.js';

/** Two objects with names of their own whose locks are taken one inside of the other: members of one object, or variables. */
export interface NamedPair {
  /** What identifies the two. */
  readonly pair: string;
  /** Both names in their order, in words. */
  readonly names: string;
  /** True if the lock of the first of them is held. */
  readonly isForward: boolean;
}

/** The two members of one object in which a path takes a lock of one class each: `d->tx.lock` and `d->rx.lock`. */
export function membersOf({ holds, lock }: Dependency): NamedPair | undefined {
  let [held, taken] = [holds.term, lock.term];
  while (held.k === taken.k && (held.k === 'field' || held.k === 'deref')) {
    const next = taken as typeof held;
    if (held.base.key === next.base.key) {
      if (held.k !== 'field' || next.k !== 'field' || held.base.type === '') return undefined;
      const isForward = held.name < next.name;
      const names = (isForward ? [held.name, next.name] : [next.name, held.name]).join(' and ');
      return { pair: `${held.base.type}\n${names}`, names, isForward };
    }
    if (held.k === 'field' && next.k === 'field' && held.name !== next.name) return undefined;
    [held, taken] = [held.base, next.base];
  }
  return undefined;
}

/** The two variables in, or behind, which a path takes a lock of one class each: `hot->lock` and `cold->lock`. */
export function variablesOf({ holds, lock }: Dependency): NamedPair | undefined {
  let [held, taken] = [holds.term, lock.term];
  while (held.k === taken.k && (held.k === 'field' || held.k === 'deref')) {
    const next = taken as typeof held;
    if (held.k === 'field' && next.k === 'field' && held.name !== next.name) return undefined;
    [held, taken] = [held.base, next.base];
  }
  if (held.k !== 'global' || taken.k !== 'global' || held.key === taken.key) return undefined;
  const isForward = held.key < taken.key;
  const [one, other] = isForward ? [held, taken] : [taken, held];
  return {
    pair: `${one.key},${other.key}`,
    names: `${bareName(one)} and ${bareName(other)}`,
    isForward,
  };
}
