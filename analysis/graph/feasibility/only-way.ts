import { keyOf } from '../events/collect.js';
import type { KnownCallers } from '../events/callers.js';
import type { Site } from '../../summaries/state/types.js';

/**
 * Whether the last step happens with the lock `key` held, or never: every function below the root has all its callers in
 * sight, only the function before it on the path calls it, and the root calls the first of them only with the lock held.
 * The conditions in the callees then decide when it happens, not whether; otherwise the last step would be dead code.
 * `steps` are the calls, the last one the event.
 */
export function isOnlyUnder(callers: KnownCallers, steps: readonly Site[], key: string | undefined): boolean {
  return steps.every(({ fn }, i) => {
    const above = steps[i - 1]?.fn;
    if (above === undefined) return true;
    const calls = callers.of(fn);
    if (calls === undefined || calls.length === 0) return false;
    return calls.every(
      ({ caller, locksets }) =>
        caller === above && (i > 1 || locksets.every(({ held }) => held.some((lock) => keyOf(lock) === key))),
    );
  });
}
