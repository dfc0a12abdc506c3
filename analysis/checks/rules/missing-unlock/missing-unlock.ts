import { baseOf, ERROR_NUMBERS } from '../../../base/ctype.js';
import { atLeast, lesser, type Confidence } from '../../../base/confidence.js';
import { absolute } from '../../../base/span.js';
import { NEGATIVE, ZERO } from '../../../summaries/facts/fact.js';
import { isBit as isBitOf } from '../../../summaries/locks/terms.js';
import type { ExitEffect, FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import { isTakenHere } from '../../../graph/edges/call-steps.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isOfManyRounds } from '../../../graph/events/rounds.js';
import { annotationsOf } from '../../../link/calls/annotations.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import type { ExprId } from '../../../skeleton/types.js';
import type { Check, CheckContext } from '../../engine/check.js';
import { isHandedToNextCall, isHandedToSibling, isTriedForAnother } from './handed-to-sibling.js';
import { keptAtEnd, keptBesideSuccess, keptOutOfReach } from './kept-at-end.js';
import { keptByAll, keptByArguments, keptByCallback, keptOfFile } from './kept-by-all.js';
import { keptByUndo } from './kept-by-undo.js';
import { keptInRound } from './kept-in-round.js';
import { keptWhenTried } from './kept-when-tried.js';
import { endsAt, placeOf } from './ends-at.js';
import {
  failsEitherWay,
  isForgotten,
  isKeptOnFailure,
  isNear,
  isOfCallersContext,
  isWithoutCounterpart,
} from './kept-alone.js';
import { isContract, isNeverKept, isTakenTwice, surelyKeptAt } from './kept-locks.js';
import { reversedFlag } from './conditions/reversed-flag.js';
import { isNullUnheld } from './conditions/null-results.js';
import { byOtherFlag } from './conditions/other-flag.js';
import { isLeftBehind } from './left-behind.js';
import { isForOthers, lostSemaphores, mayBeSignal } from './lost-semaphores.js';
import { isNoted, isRemembered, isToldByCode } from './told-by-code.js';
import { report, reportKept, wordsFor, type Leak } from './report.js';
import { isReplaced } from './conditions/replaced-pointer.js';
import { isKeptByTurn } from './conditions/turned.js';
import { shown } from '../../story/story.js';
import type { Finding } from '../../types.js';

export const missingUnlock: Check = {
  id: 'missing-unlock',
  title: 'A return path keeps a lock that other return paths release',
  severity: 'warning',
  *run(context, turns) {
    yield* context.prepareContexts();
    const findings: Finding[] = [];
    let done = 0;
    for (const summary of context.focused()) {
      done++;
      if (summary.fn.macro !== undefined || !turns.has(summary.fn)) continue;
      findings.push(...inFunction(context, summary));
      yield { stage: 'check', done, total: context.collected.summaries.size };
    }
    return findings;
  },
};

function* inFunction(context: CheckContext, summary: FunctionSummary): Generator<Finding> {
  const ordinals = new Map<string | undefined, number>();
  const ended = keptAtEnd(context, summary);
  const byCallback = keptByCallback(context, summary);
  const byArguments = keptByArguments(context, summary);
  const outOfReach = keptOutOfReach(context, summary);
  const besideSuccess = [...keptBesideSuccess(context, summary), ...lostSemaphores(context, summary)];
  const ofFile = keptOfFile(context, summary);
  const isTold = ({ term }: HeldLock): boolean =>
    [...ended, ...byCallback, ...byArguments, ...outOfReach, ...besideSuccess, ...ofFile].some(
      ({ lock }) => lock.term.key === term.key,
    );
  for (const [ordinal, { lock, entry, at }] of ended.entries())
    yield report(context, summary, { at, lock, confidence: 'high', ordinal: -1 - ordinal }, (name) => ({
      message: `ends with ${name} held: ${entry.title} has no caller that would release it`,
      assumes: `no other code releases ${name} for ${summary.fn.name}()`,
    }));
  for (const [n, { lock, exit, callback }] of byCallback.entries())
    yield report(
      context,
      summary,
      { at: exit.at, lock, confidence: 'high', ordinal: `callback ${n}` },
      (name) => ({
        message: `returns with ${name} held: ${callback.name}(), which ${lock.api}() calls with it, does not release it`,
        assumes: `no other code releases ${name} for ${summary.fn.name}()`,
      }),
    );
  for (const [n, { lock, exit, helper }] of byArguments.entries())
    yield report(
      context,
      summary,
      { at: exit.at, lock, confidence: 'high', ordinal: `arguments ${n}` },
      (name) => ({
        message: `returns with ${name} held: ${helper.name}() does not release it for these arguments`,
        assumes: `no other code releases ${name} for ${summary.fn.name}()`,
      }),
    );
  for (const [n, { lock, at }] of outOfReach.entries())
    yield report(
      context,
      summary,
      { at, lock, confidence: 'high', ordinal: `out of reach ${n}` },
      (name) => ({
        message: `returns an error with ${name} held: the caller does not get the object to release it`,
        assumes: `no other code releases ${name} for ${summary.fn.name}()`,
      }),
    );
  for (const [n, { lock, at }] of besideSuccess.entries())
    yield report(context, summary, { at, lock, confidence: 'high', ordinal: `success ${n}` }, (name) => ({
      message: `returns an error with ${name} held: other errors release it, and only success hands it on`,
      assumes: `no caller of ${summary.fn.name}() releases ${name} after this error`,
    }));
  for (const [n, { lock, exit }] of ofFile.entries()) {
    if (ended.some((one) => one.lock.term.key === lock.term.key)) continue;
    yield reportKept(context, summary, { at: exit.at, lock, confidence: 'high', ordinal: `of file ${n}` });
  }
  for (const { lock, exit, confidence } of keptByAll(context, summary)) {
    if (isTold(lock)) continue;
    // Negative ordinals distinguish these from locks that only some exits keep.
    const ordinal = ordinals.get(keyOf(lock)) ?? 0;
    ordinals.set(keyOf(lock), ordinal - 1);
    yield reportKept(context, summary, { at: exit.at, lock, confidence, ordinal });
  }
  const rounds = keptInRound(context, summary);
  for (const [n, { lock, at }] of rounds.entries())
    yield report(context, summary, { at, lock, confidence: 'high', ordinal: `round ${n}` }, (name) => ({
      message: `starts the next iteration of the loop with ${name} held; other paths of the iteration release it`,
      assumes: `no other code releases ${name} for ${summary.fn.name}()`,
      last: `skips the release of ${name} in this iteration`,
    }));
  for (const [n, { lock, at }] of keptByUndo(context, summary).entries())
    yield report(context, summary, { at, lock, confidence: 'high', ordinal: `undo ${n}` }, (name) => ({
      message: `returns with ${name} of element 0 held: the loop that releases the others ends in front of it`,
      assumes: `no other code releases ${name} for ${summary.fn.name}()`,
      last: `ends in front of element 0`,
    }));
  for (const [n, { lock, at }] of keptWhenTried(context, summary).entries())
    yield report(context, summary, { at, lock, confidence: 'high', ordinal: `tried ${n}` }, (name) => ({
      message: `returns an error with ${name} held, and 0 without it: ${lock.api}() counts as failed where it got the lock`,
      assumes: `no caller of ${summary.fn.name}() releases ${name} after an error`,
    }));
  const isOfRound = ({ site }: HeldLock): boolean =>
    rounds.some(({ lock }) => lock.site.event === site.event);
  const exits = summary.rawExits;
  if (exits.length < 2) return;
  const leaks = new Map<string, Leak>();
  let ordinal = 0;
  for (const exit of exits) {
    for (const lock of exit.acquired) {
      ordinal++;
      if (isTold(lock) || isOfRound(lock)) continue;
      if (isKeptByTurn(context, summary, exit, lock)) {
        const { at, turned } = exit;
        leaks.set(`turned ${keyOf(lock) ?? lock.term.key}`, {
          at,
          lock,
          confidence: 'high',
          ordinal,
          turned,
        });
        continue;
      }
      const reversed = reversedFlag(context, summary, exit, lock);
      if (reversed !== undefined && !isHandedOn(context, summary, lock)) {
        const place = `reversed ${keyOf(lock) ?? lock.term.key}`;
        leaks.set(place, { at: reversed.returns, lock, confidence: 'high', ordinal, reversed });
        continue;
      }
      if (isNeverKept(context, summary, exit, lock)) continue;
      const isAlike = othersRelease(context, summary, exit, lock);
      let otherFlag = isAlike ? undefined : byOtherFlag(context, summary, exit, lock);
      if (!isAlike && otherFlag === undefined) continue;
      let confidence = confidenceOf(context, summary, exit, lock);
      if (confidence === undefined) continue;
      if (isAlike && confidence !== 'high') otherFlag = byOtherFlag(context, summary, exit, lock);
      const isOther = !isAlike || otherFlag === 'high';
      if (isOther) confidence = otherFlag ?? confidence;
      const isPlain = confidence === 'high' && !isOther;
      const isAlone = isPlain && isForgotten(context, summary, exit, lock);
      const kept = isPlain ? surelyKeptAt(context, summary, exit, lock, isAlone) : [];
      if (isPlain && kept.length === 0) confidence = 'low';
      // Read sections nest, so an uncertain one may be the caller's.
      if (lock.kind === 'rcu' && confidence !== 'high') continue;
      // One lock kept at one return statement is one mistake, however many paths lead there.
      const at = kept.length > 0 ? kept : exit.at;
      const place = `${keyOf(lock) ?? lock.term.key}:${at[0]?.line}:${at[0]?.column}`;
      const known = leaks.get(place);
      if (known === undefined || !atLeast(known.confidence, confidence)) {
        leaks.set(place, { at, lock, confidence, isOther, ordinal: known?.ordinal ?? ordinal });
      }
    }
  }
  for (const leak of leaks.values()) yield report(context, summary, leak, wordsFor(summary, leak));
}

/** Whether callers are told, or an object notes, that the lock is held. */
function isHandedOn(context: CheckContext, summary: FunctionSummary, lock: HeldLock): boolean {
  return isContract(context, summary, lock) || isRemembered(context, summary, lock) || isNoted(context, lock);
}

/** Whether another exit also took the lock and released it. */
function othersRelease(
  context: CheckContext,
  summary: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
): boolean {
  if (summary.rawExits.some((other) => other !== exit && other.ended.has(lock.term.key))) return true;
  const released = endsAt(context.around, summary, lock);
  // Paths that never took the lock join at the same return statement. If the lock is held only on some arrivals there,
  // a condition distinguishes them; if it is always held, none does.
  if (exit.at.some((at) => released.has(placeOf(at)))) return isLeftBehind(context, summary, lock);
  if (exit.signs !== NEGATIVE && !failsEitherWay(summary, exit, lock))
    return isForgotten(context, summary, exit, lock);
  return summary.rawExits.some(
    (other) => other !== exit && !holds(other, lock) && other.at.some((at) => released.has(placeOf(at))),
  );
}

/** Whether the exit has released a lock of the class that the caller holds: it returns with another one in its place. */
function isExchanged({ released }: ExitEffect, lock: HeldLock): boolean {
  const key = keyOf(lock);
  return key !== undefined && released.some((one) => keyOf(one) === key);
}

/** True findings keep the lock only on error returns. `undefined`: conditional locking by design. */
function confidenceOf(
  context: CheckContext,
  summary: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
): Confidence | undefined {
  const { around } = context;
  const { fn } = summary;
  if (annotationsOf(around.program, fn).some(({ name }) => name.includes('acquires'))) return undefined;
  // Another thread is supposed to release it.
  if (around.models.lockApi(lock.api)?.handedOver === true) return undefined;
  if (!lock.certain || summary.gaps.length > 0 || isExchanged(exit, lock)) return 'low';
  if (isTakenTwice(summary, lock)) return 'low';
  if (lock.kind === 'semaphore' && mayBeSignal(context, lock, fn.file))
    return exit.signs !== NEGATIVE && isForOthers(context, lock) ? undefined : 'low';
  // Locks taken in one loop and released in another are not matched one by one.
  if (isOfManyRounds(around.program, summary, lock)) return 'low';
  const others = summary.rawExits.filter((other) => other !== exit && !holds(other, lock));
  const free = others.filter((other) => other.acquired.length === 0);
  const isApart = (other: ExitEffect): boolean => (other.signs & exit.signs) === 0;
  // This lock or another is held exactly on success: the function locks for its caller.
  if (exit.signs !== NEGATIVE && (others.every(isApart) || (free.length > 0 && free.every(isApart))))
    return (isKeptOnFailure(context, summary, exit, lock) && isNear(context, summary, lock)) ||
      (isTakenHere(around, lock.site) && isWithoutCounterpart(context, summary, lock))
      ? 'high'
      : undefined;
  if (exit.signs !== NEGATIVE && handsOut(context, summary, lock)) return undefined;
  // Every exit holds some lock, and the result says which.
  if (others.every((other) => other.acquired.some((one) => !holds(exit, one)))) return undefined;
  if (isHandedToSibling(context, summary, exit, lock)) return undefined;
  if (isHandedToNextCall(context, summary, lock)) return 'low';
  if (isHandedOn(context, summary, lock) || isToldByCode(context, summary, exit, lock)) return 'low';
  const confidence = byReturns(context, summary, exit, lock, others);
  const isDoubtful =
    isClaimedSlot(context, lock) ||
    isOfCallersContext(context, summary, lock) ||
    isTriedForAnother(context, summary, exit, lock);
  if (isDoubtful) return 'low';
  return isReplaced(around, summary, lock) ? lesser(confidence, 'medium') : confidence;
}

/**
 * Whether the lock is a bit at a computed position, claimed by a trylock: a bitmap slot may stay taken until a reply
 * arrives.
 */
function isClaimedSlot({ around }: CheckContext, { kind, term, key, api: name }: HeldLock): boolean {
  const api = around.models.lockApi(name);
  if (kind !== 'bit_lock' || api?.bitArg === undefined || api.success === undefined) return false;
  const word = term.k === 'deref' ? term.base : term;
  if (word.k !== 'field' || isBitOf(word) || key === undefined) return false;
  // A bit with its own name has its own class.
  return shown(around.classes, key).endsWith(`.${word.name}`);
}

/** Whether the function stores a pointer to the held lock through one of its parameters. */
function handsOut({ around }: CheckContext, { fn }: FunctionSummary, lock: HeldLock): boolean {
  const { program, models } = around;
  const { parameters = [], exprs = [], blocks = [] } = program.skeleton(fn) ?? {};
  const places = new Set<number>();
  parameters.forEach(({ type }, i) => {
    const told = program.expand(type, fn.file);
    if (told.endsWith('**') && models.lockType(baseOf(told)) === lock.kind) places.add(i);
  });
  if (places.size === 0) return false;
  return blocks.some(({ events }) =>
    events.some((event) => {
      const target = event.k === 'assign' ? exprs[event.target] : undefined;
      const pointer = target?.k === 'deref' ? exprs[target.base] : undefined;
      return pointer?.k === 'parameter' && places.has(pointer.index);
    }),
  );
}

/** Confidence by this exit's return value, compared with `others`, which do not keep the lock. */
function byReturns(
  context: CheckContext,
  summary: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
  others: readonly ExitEffect[],
): Confidence {
  const returns = summary.fn.item?.returns ?? '';
  // A failing call may still end the lock: I/O releases the lock of a page.
  const isBit = lock.kind === 'bit_lock' && context.around.models.lockApi(lock.api)?.atomic !== true;
  const highest = isNear(context, summary, lock) ? 'high' : 'low';
  if (exit.signs === NEGATIVE || (!isBit && isFailure(summary, exit, lock, returns))) return highest;
  // The caller cannot distinguish them: the result is the same, and the return statement is reached only with the lock
  // held. The I/O of a page or buffer ends its bit lock, no matter which function began it.
  if (
    !isBit &&
    others.some(
      (other) =>
        other.acquired.length === 0 &&
        other.ended.has(lock.term.key) &&
        (alike(other, exit, returns) ||
          returnsSame(context, summary, other, exit) ||
          isNullUnheld(summary, other, exit, lock)),
    ) &&
    others.every((other) => !meet(other, exit))
  )
    return highest;
  if (!isBit && isForgotten(context, summary, exit, lock)) return highest;
  // A returned pointer may be the object whose lock is handed over. Without a result, the function's conditions tell.
  return (exit.signs & NEGATIVE) !== 0 && !returns.endsWith('*') && returns !== 'void' ? 'medium' : 'low';
}

/** Whether this exit returns non-zero in a function that returns zero for success and never keeps the lock then. */
function isFailure(summary: FunctionSummary, exit: ExitEffect, lock: HeldLock, returns: string): boolean {
  if ((exit.signs & ZERO) !== 0 || returns === 'bool') return false;
  // An error number in place of a pointer, as returned by a callee.
  if (returns.endsWith('*')) return ERROR_NUMBERS.has(exit.value?.type ?? '');
  const successes = summary.rawExits.filter((way) => (way.signs & ZERO) !== 0);
  return successes.length > 0 && !successes.some((way) => holds(way, lock));
}

function holds(way: ExitEffect, lock: HeldLock): boolean {
  return way.acquired.some((h) => h.term.key === lock.term.key);
}

/** Whether the caller gets the same value from both exits. */
function alike(a: ExitEffect, b: ExitEffect, returns: string): boolean {
  if (returns === 'void' || (a.signs === ZERO && b.signs === ZERO && !returns.endsWith('*'))) return true;
  return a.value !== undefined && a.value.key === b.value?.key && a.signs === b.signs;
}

/**
 * Whether the return statements of `exit` return one constant, and some return statement of `other` returns the same
 * one, even if others return another.
 */
function returnsSame(
  { around }: CheckContext,
  summary: FunctionSummary,
  other: ExitEffect,
  exit: ExitEffect,
): boolean {
  const { fn } = summary;
  // NULL may end an iteration whose lock another function releases.
  if (fn.item?.returns.endsWith('*') === true) return false;
  const values = writtenValues(around.program, fn);
  const kept = new Set(exit.at.map((at) => values.get(placeOf(at))));
  const [value] = kept;
  return kept.size === 1 && value !== undefined && other.at.some((at) => values.get(placeOf(at)) === value);
}

/** Constants and enumerators in the return statements, keyed by place; equal ones share one id. */
function writtenValues(program: Program, fn: FunctionRef): ReadonlyMap<string, ExprId> {
  const { blocks = [], exprs = [] } = program.skeleton(fn) ?? {};
  const isWritten = (id: ExprId): boolean => {
    const expr = exprs[id];
    if (expr?.k === 'unary') return isWritten(expr.base);
    return (
      expr?.k === 'constant' ||
      (expr?.k === 'global' && program.resolveVariable(expr.name, fn.file) === undefined)
    );
  };
  const values = new Map<string, ExprId>();
  for (const { exit } of blocks)
    if (exit.k === 'return' && isWritten(exit.value))
      values.set(placeOf(absolute(exit.at, fn.line)), exit.value);
  return values;
}

/** Whether both exits share a return statement, so that an earlier condition distinguished them. */
function meet(a: ExitEffect, b: ExitEffect): boolean {
  return a.at.some((x) => b.at.some((y) => x.line === y.line && x.column === y.column));
}
