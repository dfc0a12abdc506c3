import type { FunctionRef } from '../../link/types.js';
import type { Executor } from '../executor.js';
import { matchHeld } from '../state/held.js';
import type { LockDoing } from '../state/listener.js';
import type { State } from '../state/state.js';
import type { FunctionSummary, LockRef, Site } from '../state/types.js';

/** What tells whether a function only takes or only releases a lock. */
export type Effects = Pick<FunctionSummary, 'acquires' | 'uses' | 'apis' | 'calls' | 'rawExits'>;

/**
 * Whether a function does nothing to locks but take one for its caller, in whatever form and whatever it returns: a lock
 * under another name.
 */
export function takesOnly(summary: Effects): boolean {
  return memo(takers, summary, isTaker);
}

/** Whether a function does nothing to locks but release one lock of its caller, in whatever form. */
export function releasesOnly(summary: Effects): boolean {
  return memo(releasers, summary, isReleaser);
}

/** The function that is called where a function takes or releases a lock, if it does so by a call. */
export function lockFunctionAt(
  summary: Pick<FunctionSummary, 'calls'> | undefined,
  { event, via }: Site,
): FunctionRef | undefined {
  return via?.fn ?? summary?.calls.find(({ site }) => site.event === event)?.targets[0];
}

/** Whether a function takes or releases a lock by a call of another one. */
export function isByCall(summary: Pick<FunctionSummary, 'calls'>, site: Site): boolean {
  return lockFunctionAt(summary, site) !== undefined;
}

/** By summary: both are asked for each call of the function. */
const takers = new WeakMap<Effects, boolean>();
const releasers = new WeakMap<Effects, boolean>();

function memo(
  known: WeakMap<Effects, boolean>,
  summary: Effects,
  is: (summary: Effects) => boolean,
): boolean {
  let answer = known.get(summary);
  if (answer === undefined) known.set(summary, (answer = is(summary)));
  return answer;
}

function isTaker({ acquires, uses, apis, calls, rawExits }: Effects): boolean {
  const [, another] = new Set(acquires.map(({ lock }) => lock.term.key));
  if (acquires.length === 0 || another !== undefined || uses.length + apis.length > 0) return false;
  const at = new Set(acquires.map(({ site }) => site.event));
  return (
    rawExits.length > 0 &&
    rawExits.every(({ acquired: [lock, second] }) => lock && !second && at.has(lock.site.event)) &&
    callsOnly(calls, at)
  );
}

function isReleaser({ acquires, uses, apis, calls, rawExits }: Effects): boolean {
  const [lock, another] = new Set(uses.map((use) => use.lock.term.key));
  if (lock === undefined || another !== undefined || acquires.length + apis.length > 0) return false;
  const at = new Set(uses.map(({ site }) => site.event));
  return (
    rawExits.length > 0 &&
    uses.every(({ k, ended }) => k === 'release' && ended === 'foreign') &&
    rawExits.every(({ released: [one, second] }) => one?.term.key === lock && second === undefined) &&
    callsOnly(calls, at)
  );
}

/** Whether a function calls nothing in sight but at these events. */
function callsOnly(calls: FunctionSummary['calls'], at: ReadonlySet<number>): boolean {
  return calls.every(
    ({ targets, callee, site }) => at.has(site.event) || (targets.length === 0 && callee === undefined),
  );
}

/** Tells of a call of a function that only releases: the call is the release of these locks. */
export function tellReleases(
  { listener, around }: Executor,
  { id, at }: Pick<LockDoing, 'id' | 'at'>,
  { uses }: FunctionSummary,
  locks: readonly LockRef[],
  state: State,
): void {
  const api = around.models.lockApi(uses[0]?.api ?? '');
  if (api === undefined) return;
  for (const lock of locks)
    listener.use?.({ k: 'release', id, at }, lock, api, state, state.held[matchHeld(state.held, lock)]);
}
