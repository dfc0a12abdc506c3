import { ERROR_NUMBERS } from '../../../base/ctype.js';
import { NEGATIVE, ZERO } from '../../../summaries/facts/fact.js';
import type { ExitEffect, FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import { keyOf } from '../../../graph/events/collect.js';
import { filesThatNameLock } from '../../../graph/sight/lock-namers.js';
import { eventAt } from '../../../skeleton/lowering/events.js';
import { flatten } from '../../../graph/paths/replay.js';
import type { CheckContext } from '../../engine/check.js';
import {
  areReleasedForOthers,
  isForGood,
  isReleasedByCaller,
  isReleasedForOthers,
  OWNED,
} from './kept-by-all.js';
import { endsAt, placeOf } from './ends-at.js';
import { isLeftBehind } from './left-behind.js';

/**
 * Whether nothing visible releases the lock for this function: no function of the program releases a lock of the class
 * that it has not taken, and no caller releases one. Either would reveal a convention by which callers take over the
 * lock. Without `byItself`, the function's own releases do not count.
 */
export function isKeptAlone(
  context: CheckContext,
  summary: FunctionSummary,
  lock: HeldLock,
  byItself = true,
): boolean {
  const key = keyOf(lock);
  if (key === undefined || summary.fn.item === undefined) return false;
  return (
    !isReleasedForOthers(context, key, summary.fn, byItself) && !isReleasedByCaller(context, summary, key)
  );
}

/**
 * Whether the exit returns an error although the sign of its value does not show it: `return ret` after a callee
 * returned something other than 0, false or NULL. On all other exits the function has released what it took.
 */
export function isKeptOnFailure(
  context: CheckContext,
  summary: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
): boolean {
  const returns = summary.fn.item?.returns ?? '';
  const others = summary.rawExits.filter((other) => !holds(other, lock));
  const releasing = others.filter(({ ended }) => ended.has(lock.term.key));
  if (releasing.length === 0) return false;
  const isTelling =
    returns === 'bool' || returns.endsWith('*')
      ? exit.signs === ZERO
      : (exit.signs & ZERO) === 0 &&
        exit.value?.k === 'result' &&
        releasing.some(({ signs }) => signs === ZERO);
  return isTelling && isKeptAlone(context, summary, lock);
}

/**
 * Whether an exit returns an error number at a return statement that paths without the lock reach as well: the caller cannot
 * tell whether the lock is held.
 */
export function failsEitherWay({ fn, rawExits }: FunctionSummary, exit: ExitEffect, lock: HeldLock): boolean {
  const isAtSame = (other: ExitEffect): boolean =>
    exit.at.every((at) => other.at.some((one) => placeOf(one) === placeOf(at)));
  return (
    (exit.signs & (NEGATIVE | ZERO)) === NEGATIVE &&
    ERROR_NUMBERS.has(fn.item?.returns ?? '') &&
    rawExits.some((other) => !holds(other, lock) && (other.signs & exit.signs) !== 0 && isAtSame(other))
  );
}

/**
 * Whether no caller can have been meant to release the lock: only the driver's own files can name it, as one of their
 * variables or a member of a record of their own, and no function releases such a lock without having taken it. A function
 * that takes a lock for its caller has a counterpart. Without `byItself`, the function's own releases do not count.
 */
export function isWithoutCounterpart(
  context: CheckContext,
  summary: FunctionSummary,
  lock: HeldLock,
  byItself = true,
): boolean {
  const { around, collected } = context;
  const { fn } = summary;
  const key = keyOf(lock);
  if (key === undefined || !OWNED.has(lock.kind) || around.program.callers(fn).length === 0) return false;
  return (
    filesThatNameLock(around, lock)?.has(fn.file) === true &&
    !isForGood(context, lock) &&
    (byItself ? !areReleasedForOthers(context, key) : !isReleasedForOthers(context, key, fn, byItself)) &&
    !isReleasedByCaller(context, summary, key) &&
    // Asked last: it reads all files of the folder.
    (lock.term.k === 'global' || new KnownCallers(collected).of(fn) !== undefined)
  );
}

/**
 * Whether a branch in the section leaves the lock held, although neither the result nor the return statement tells
 * callers so, and no other code releases the lock. Some path that released the lock returns a value of the same sign: a
 * function that locks on success releases on errors only.
 */
export function isForgotten(
  context: CheckContext,
  summary: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
): boolean {
  const released = endsAt(context.around, summary, lock);
  const isAlike = (other: ExitEffect): boolean =>
    (other.signs & exit.signs) !== 0 && other.at.some((at) => released.has(placeOf(at)));
  return (
    summary.rawExits.some((other) => !holds(other, lock) && isAlike(other)) &&
    isLeftBehind(context, summary, lock, true) &&
    isKeptAlone(context, summary, lock)
  );
}

/**
 * Whether no other version of a helper can apply to an acquisition: it lies in one file, or each helper is the only
 * function that its caller can mean by that name.
 */
export function isNear(
  { around: { program } }: CheckContext,
  { fn }: FunctionSummary,
  { site }: HeldLock,
): boolean {
  const steps = flatten(site);
  if (steps.length <= 2 || steps.every((step) => step.fn.file === fn.file)) return true;
  return steps.every((step, i) => {
    const from = steps[i - 1]?.fn;
    if (from === undefined) return true;
    const meant = program.resolveCall(step.fn.name, from.file);
    return meant.length === 1 && meant[0] === step.fn;
  });
}

function holds(exit: ExitEffect, lock: HeldLock): boolean {
  return exit.acquired.some(({ term }) => term.key === lock.term.key);
}

/**
 * Whether the lock is acquired in an acquire context that the caller passed. The caller backs off or ends the context,
 * which may release all of its locks, including those of a failed callee.
 */
export function isOfCallersContext(
  { around }: CheckContext,
  { fn }: FunctionSummary,
  { api, kind, site }: HeldLock,
): boolean {
  const at = around.models.lockApi(api)?.nestArg;
  const skeleton = around.program.skeleton(fn);
  if (kind !== 'ww_mutex' || at === undefined || skeleton === undefined) return false;
  const event = eventAt(skeleton, site.event);
  const given = event !== undefined && 'args' in event ? event.args[at] : undefined;
  return given !== undefined && skeleton.exprs[given]?.k === 'parameter';
}
