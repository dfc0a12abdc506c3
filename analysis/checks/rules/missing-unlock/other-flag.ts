import { ZERO, type Fact } from '../../../summaries/facts/fact.js';
import type { FunctionSummary, ExitEffect, HeldLock } from '../../../summaries/state/types.js';

/**
 * Whether the lock is acquired under one flag and released under another: one exit keeps it, and another releases a
 * lock it has not taken. Never certain, since the two flags may change together.
 */
export function goesByOtherFlag(
  { rawExits, uses }: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
): boolean {
  const { key } = lock.term;
  const isReleased = ({ acquired, released }: ExitEffect): boolean =>
    released.some(({ term }) => term.key === key) && !acquired.some(({ term }) => term.key === key);
  const isMeant = uses.some(
    (use) =>
      use.k === 'release' &&
      use.lock.term.key === key &&
      use.locksets.some(({ held }) => held.some(({ term }) => term.key === key)),
  );
  return isMeant && rawExits.some((other) => isReleased(other) && areOtherWayRound(exit, other));
}

/** Whether each exit has a flag set that is clear in the other. */
function areOtherWayRound(a: ExitEffect, b: ExitEffect): boolean {
  const isSetOnlyIn = (one: ExitEffect, other: ExitEffect): boolean =>
    one.facts.some(
      ({ term, fact }) =>
        !term.type.endsWith('*') &&
        isSet(fact) &&
        other.facts.some((known) => known.term.key === term.key && known.fact.signs === ZERO),
    );
  return isSetOnlyIn(a, b) && isSetOnlyIn(b, a);
}

function isSet({ signs }: Fact): boolean {
  return (signs & ZERO) === 0;
}
