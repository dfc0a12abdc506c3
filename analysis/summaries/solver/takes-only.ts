import type { FunctionSummary } from '../state/types.js';

/** What tells whether a function only takes a lock. */
type Effects = Pick<FunctionSummary, 'acquires' | 'uses' | 'apis' | 'calls' | 'rawExits'>;

/**
 * Whether a function does nothing to locks but take one for its caller, in whatever form and whatever it returns: a lock
 * under another name.
 */
export function takesOnly(summary: Effects): boolean {
  let known = wrappers.get(summary);
  if (known === undefined) wrappers.set(summary, (known = isWrapper(summary)));
  return known;
}

/** By summary: it is asked for each call of the function. */
const wrappers = new WeakMap<Effects, boolean>();

function isWrapper({ acquires, uses, apis, calls, rawExits }: Effects): boolean {
  const [, another] = new Set(acquires.map(({ lock }) => lock.term.key));
  if (acquires.length === 0 || another !== undefined || uses.length + apis.length > 0) return false;
  const at = new Set(acquires.map(({ site }) => site.event));
  return (
    rawExits.length > 0 &&
    rawExits.every(({ acquired: [lock, second] }) => lock && !second && at.has(lock.site.event)) &&
    calls.every(
      ({ targets, callee, site }) => at.has(site.event) || (targets.length === 0 && callee === undefined),
    )
  );
}
