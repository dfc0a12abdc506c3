import { KnownCallers } from '../../../graph/sight/callers.js';
import { keyOf } from '../../../graph/events/collect.js';
import { NEGATIVE, ZERO } from '../../../summaries/facts/fact.js';
import { everyExit } from '../../../summaries/solver/exits.js';
import type { FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import type { KeptInRound } from './kept-in-round.js';

/**
 * Locks that a trylock got and an error return keeps, although the function returns 0 without the lock: it takes the
 * result of the trylock the wrong way round, `return down_trylock(s) ? 0 : -EAGAIN`. All callers release what 0 promises.
 */
export function keptWhenTried(
  context: CheckContext,
  { fn, rawExits, gaps }: FunctionSummary,
): readonly KeptInRound[] {
  const found = new Map<string, KeptInRound>();
  if (gaps.length > 0) return [];
  for (const { signs, acquired, at } of rawExits) {
    for (const lock of signs === NEGATIVE ? acquired : []) {
      const { key } = lock.term;
      if (!lock.nonBlocking || !lock.certain || found.has(key)) continue;
      const isPromised = rawExits.some(
        (other) =>
          (other.signs & ZERO) !== 0 &&
          !other.ended.has(key) &&
          !other.acquired.some(({ term }) => term.key === key),
      );
      if (isPromised && areReleasing(context, fn, lock)) found.set(key, { lock, at });
    }
  }
  return [...found.values()];
}

/** Whether each visible caller of a function releases locks of the class, itself or in a callee. */
function areReleasing(context: CheckContext, fn: FunctionSummary['fn'], lock: HeldLock): boolean {
  const { around, collected } = context;
  const key = keyOf(lock);
  const calls = key === undefined ? [] : (new KnownCallers(collected).ofModule(fn) ?? []);
  return (
    calls.length > 0 &&
    calls.every(({ caller }) => {
      const summary = around.summaryOf(caller);
      return (
        summary?.uses.some(({ k, lock: one }) => k === 'release' && keyOf(one) === key) === true ||
        summary?.calls.some(({ targets }) =>
          targets.some((target) =>
            everyExit(around.summaryOf(target)).some(({ released }) =>
              released.some((one) => keyOf(one) === key),
            ),
          ),
        ) === true
      );
    })
  );
}
