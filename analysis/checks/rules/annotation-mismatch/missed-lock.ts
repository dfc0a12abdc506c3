import { lesser, type Confidence } from '../../../base/confidence.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import { conditionalBelow } from '../../../graph/edges/call-steps.js';
import { partsOf } from '../../../skeleton/expressions/parts.js';
import { eventAt } from '../../../skeleton/lowering/events.js';
import { isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import type { ExprId } from '../../../skeleton/types.js';
import { isBorn, rootOf } from '../../../summaries/locks/terms.js';
import type { FunctionSummary, HeldLock, LockRef, Site } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import { shown } from '../../story/story.js';
import { isSpinning } from './held-locks.js';

/** A call without the lock that the callee needs. */
export interface MissingCall {
  readonly caller: FunctionSummary;
  /** From the call to the assertion. */
  readonly steps: readonly [Site, ...Site[]];
  /** Whether all callers of the callee are visible. */
  readonly isClosed: boolean;
}

/** A call without a lock that the callee asserts. */
interface Missed extends MissingCall {
  readonly lock: LockRef;
  /** Its class. */
  readonly key: string;
}

/** How certain it is that the lock is not held. */
export function confidenceOf(context: CheckContext, missed: Missed): Confidence {
  const { caller, key, isClosed } = missed;
  if (isDecidedByNumber(context.collected.program, missed.steps)) return 'low';
  // Two conditions on the way may tell that the object is one whose lock is not needed.
  const isDirect = isClosed && conditionalBelow(context.collected.program, missed.steps) < 2;
  const isSure = (isDirect || isSurelyMissed(context, missed)) && !mayBeTaken(context, caller, key);
  const isGeneric = context.around.classes.info(key)?.generic === true;
  return lesser(isSure ? 'high' : 'medium', isGeneric || caller.gaps.length > 0 ? 'medium' : 'high');
}

/**
 * Whether the callee asserts the lock whatever the state of its objects, and the caller has not got the object from a
 * call, which may have locked it. Only for spinlocks: the kernel core calls some operations with a mutex held.
 */
function isSurelyMissed(context: CheckContext, missed: Missed): boolean {
  const { around } = context;
  const { lock, key } = missed;
  // An assertion takes any kind of lock: its class tells the kind.
  if (!isSpinning(around, key) || isBorn(rootOf(lock.term))) return false;
  return conditionalBelow(context.collected.program, missed.steps) === 0;
}

/**
 * Whether a number that the asserting function is given decides whether it asserts: callers may pass one with which it does not,
 * such as a register's.
 */
function isDecidedByNumber(program: Program, steps: readonly Site[]): boolean {
  const last = steps.at(-1);
  const skeleton = last && program.skeleton(last.fn);
  if (last === undefined || skeleton === undefined) return false;
  const { exprs, parameters } = skeleton;
  const isOfNumber = (id: ExprId): boolean =>
    partsOf(exprs, id).some((part) => {
      const expr = exprs[part];
      // A macro takes part of the number: `PAGE_OF(reg) >= 10`.
      const call = expr?.k === 'result' ? eventAt(skeleton, expr.event) : undefined;
      if (call !== undefined && 'args' in call) return call.args.some(isOfNumber);
      const type = expr?.k === 'parameter' ? parameters[expr.index]?.type : undefined;
      return type !== undefined && !type.endsWith('*') && type !== 'bool';
    });
  return !isUnavoidable(skeleton, last.event) && isUnavoidable(skeleton, last.event, isOfNumber);
}

/** Whether a callee of `caller` acquires the lock on some exit and keeps it. */
function mayBeTaken({ around }: CheckContext, caller: FunctionSummary, key: string): boolean {
  // Inside a macro the lock has no class, only a field name.
  const isIt = (lock: HeldLock): boolean =>
    keyOf(lock) === key ||
    (keyOf(lock) === undefined &&
      lock.term.k === 'field' &&
      shown(around.classes, key).endsWith(`.${lock.term.name}`));
  const takes = (target: FunctionRef): boolean =>
    around.summaryOf(target)?.rawExits.some(({ acquired }) => acquired.some(isIt)) === true;
  return caller.calls.some(({ targets }) => targets.some(takes));
}
