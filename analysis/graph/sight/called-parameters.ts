import { eventsOf } from '../../skeleton/lowering/events.js';
import { partsOf } from '../../skeleton/expressions/parts.js';
import type { Event, ExprId, Skeleton } from '../../skeleton/types.js';
import type { FunctionRef, Program } from '../../link/types.js';

/** How many calls deep a function is followed that is passed on as an argument. */
const PASSED_ON = 3;

/**
 * Whether everyone to whom a function passes another one only calls it, or passes it on to such: nobody keeps it for later.
 * Demands the bodies that are missing.
 */
export function areOnlyCalled(program: Program, passing: FunctionRef, name: string): boolean {
  const skeleton = program.skeleton(passing);
  if (skeleton === undefined) {
    program.demand(passing, 'path');
    return false;
  }
  const isIt = (id: ExprId): boolean => {
    const expr = skeleton.exprs[id];
    return expr?.k === 'global' && expr.name === name;
  };
  return eventsOf(skeleton).every((event) =>
    isOnlyPassed(program, passing, skeleton, event, isIt, PASSED_ON),
  );
}

/** Whether an event does nothing with a function but call it, or pass it to functions that only call it. */
function isOnlyPassed(
  program: Program,
  fn: FunctionRef,
  skeleton: Skeleton,
  event: Event,
  isIt: (id: ExprId) => boolean,
  calls: number,
): boolean {
  const names = (id: ExprId): boolean => partsOf(skeleton.exprs, id).some(isIt);
  if (event.k === 'assign') return !names(event.value);
  if (!('args' in event) || !event.args.some(names)) return true;
  if (event.k !== 'call' || typeof event.callee !== 'string' || calls === 0) return false;
  const { models } = program;
  if (models.referencePut(event.callee) !== undefined || models.callbackCalls(event.callee).length > 0)
    return true;
  const targets = program.resolveCall(event.callee, fn.file);
  return (
    targets.length > 0 &&
    event.args.every(
      (arg, index) =>
        !names(arg) ||
        (isIt(arg) && targets.every((target) => isOnlyCalledIn(program, target, index, calls - 1))),
    )
  );
}

/** Whether a function only calls what it is given as this argument. */
function isOnlyCalledIn(program: Program, fn: FunctionRef, index: number, calls: number): boolean {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) {
    program.demand(fn, 'path');
    return false;
  }
  const isIt = (id: ExprId): boolean => {
    const expr = skeleton.exprs[id];
    return expr?.k === 'parameter' && expr.index === index;
  };
  return eventsOf(skeleton).every((event) => isOnlyPassed(program, fn, skeleton, event, isIt, calls));
}
