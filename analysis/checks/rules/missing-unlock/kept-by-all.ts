import { BOUNDS } from '../../../base/bounds.js';
import type { FunctionSummary, ExitEffect, HeldLock } from '../../../summaries/state/types.js';
import type { FunctionRef } from '../../../link/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { CheckContext } from '../../engine/check.js';
import { isContract } from './kept-locks.js';

/** Lock kinds with an owner. */
const OWNED: ReadonlySet<HeldLock['kind']> = new Set([
  'mutex',
  'spinlock',
  'raw_spinlock',
  'rwlock',
  'rwsem',
]);

/** A lock that a function takes and never releases. */
export interface KeptByAll {
  readonly lock: HeldLock;
  readonly exit: ExitEffect;
}

/**
 * Locks that a function takes and holds on all exits with nothing to release them: no caller does, and no function of
 * the program releases this class on behalf of another. Unknown callers may still do so, so the result is never
 * certain.
 */
export function keptByAll(context: CheckContext, summary: FunctionSummary): readonly KeptByAll[] {
  const { fn, rawExits } = summary;
  const [exit, ...others] = rawExits;
  const { around } = context;
  if (exit === undefined || summary.gaps.length > 0 || fn.item === undefined) return [];
  if (fn.item.annotations.some(({ name }) => name.includes('acquires'))) return [];
  const kept = exit.acquired.filter(
    (lock) =>
      OWNED.has(lock.kind) &&
      lock.certain &&
      lock.site.via === undefined &&
      lock.subclass === 0 &&
      around.models.lockApi(lock.api)?.handedOver !== true &&
      others.every((way) => way.acquired.some(({ term }) => term.key === lock.term.key)),
  );
  // The callers of a global function are known only in part: finding none says nothing.
  if (!fn.item.isStatic && around.program.callers(fn).length === 0) return [];
  return kept.flatMap((lock) => {
    const key = keyOf(lock);
    const isFreed = summary.apis.some(
      ({ k, locksets }) =>
        k === 'free' && locksets.some(({ held }) => held.some(({ term }) => term.key === lock.term.key)),
    );
    if (key === undefined || isFreed || isContract(context, summary, lock)) return [];
    return releasedForOthers(context).any.has(key) || isReleasedByCaller(context, summary, key)
      ? []
      : [{ lock, exit }];
  });
}

interface Foreign {
  /** Classes that some function releases without having taken them. */
  readonly any: ReadonlySet<string>;
  /** Those of which some release is not only for callers that hold them. */
  readonly others: ReadonlySet<string>;
}

const foreign = new WeakMap<CheckContext, Foreign>();

export function releasedForOthers(context: CheckContext): Foreign {
  const known = foreign.get(context);
  if (known) return known;
  const any = new Set<string>();
  const others = new Set<string>();
  for (const { fn, uses, rawExits } of context.collected.summaries.values()) {
    const own = new Set<string>();
    for (const { k, ended, lock } of uses) {
      const key = k === 'release' && ended === 'foreign' ? keyOf(lock) : undefined;
      if (key === undefined) continue;
      any.add(key);
      own.add(key);
    }
    // Through a helper that gets the lock.
    for (const { released } of rawExits) for (const lock of released) own.add(keyOf(lock) ?? '');
    for (const key of own) if (!others.has(key) && !isForHolders(context, fn, key)) others.add(key);
  }
  const found = { any, others };
  foreign.set(context, found);
  return found;
}

/** Whether a function is only called by holders of the class, or by such functions: it releases what its caller took. */
function isForHolders(context: CheckContext, fn: FunctionRef, key: string, levels = 1): boolean {
  const { around, collected } = context;
  const callers = around.program.callers(fn);
  return (
    callers.length > 0 &&
    callers.every((caller) => {
      const calls =
        collected.summaries.get(caller)?.calls.filter(({ targets }) => targets.includes(fn)) ?? [];
      const isHeld = calls.every(({ locksets }) =>
        locksets.some(({ held }) => held.some((lock) => keyOf(lock) === key)),
      );
      if (calls.length > 0 && isHeld) return true;
      return levels < BOUNDS.wrapperLevels && isForHolders(context, caller, key, levels + 1);
    })
  );
}

/** Whether a direct or indirect caller releases the class, or has no summary yet and may do anything. */
export function isReleasedByCaller(
  { around, collected }: CheckContext,
  { fn }: FunctionSummary,
  key: string,
): boolean {
  const seen = new Set([fn]);
  const waiting = [fn];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const caller of around.program.callers(next)) {
      if (seen.has(caller)) continue;
      seen.add(caller);
      const summary = collected.summaries.get(caller);
      if (summary === undefined || seen.size > BOUNDS.callersForConvention) return true;
      if (summary.uses.some(({ k, lock }) => k === 'release' && keyOf(lock) === key)) return true;
      // The caller hands the lock on to its own callers.
      if (summary.rawExits.some(({ acquired }) => acquired.some((lock) => keyOf(lock) === key)))
        waiting.push(caller);
    }
  }
  return false;
}
