import { BOUNDS } from '../../base/bounds.js';
import { partsOf } from '../../skeleton/expressions/parts.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import type { Event, Expr, ExprId, Skeleton } from '../../skeleton/types.js';
import type { FunctionRef, Program } from '../../link/types.js';

/**
 * Whether everyone to whom a function passes another one only calls it, or passes it on to such: nobody keeps it for later.
 * Demands the bodies that are missing.
 */
export function areOnlyCalled(program: Program, passing: FunctionRef, name: string): boolean {
  const isIt: IsIt = (expr) => expr?.k === 'global' && expr.name === name;
  return isOnlyCalledIn(program, passing, isIt, BOUNDS.callbackPassedOn);
}

/** Whether an expression is the function that is followed. */
type IsIt = (expr: Expr | undefined) => boolean;

function isOnlyCalledIn(program: Program, fn: FunctionRef, isIt: IsIt, calls: number): boolean {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) {
    program.demand(fn, 'path');
    return false;
  }
  return eventsOf(skeleton).every((event) => isOnlyPassed(program, fn, skeleton, event, isIt, calls));
}

/** Whether an event does nothing with a function but call it, or pass it to functions that only call it. */
function isOnlyPassed(
  program: Program,
  fn: FunctionRef,
  { exprs }: Skeleton,
  event: Event,
  isIt: IsIt,
  calls: number,
): boolean {
  const names = (id: ExprId): boolean => partsOf(exprs, id).some((part) => isIt(exprs[part]));
  if (event.k === 'assign') return !names(event.value);
  if (!('args' in event) || !event.args.some(names)) return true;
  if (event.k !== 'call' || typeof event.callee !== 'string' || calls === 0) return false;
  const { models } = program;
  if (models.referencePut(event.callee) !== undefined || models.callbackCalls(event.callee).length > 0)
    return true;
  const targets = program.resolveCall(event.callee, fn.file);
  return (
    targets.length > 0 &&
    event.args.every((arg, index) => {
      if (!names(arg)) return true;
      const isGiven: IsIt = (expr) => expr?.k === 'parameter' && expr.index === index;
      return isIt(exprs[arg]) && targets.every((one) => isOnlyCalledIn(program, one, isGiven, calls - 1));
    })
  );
}
