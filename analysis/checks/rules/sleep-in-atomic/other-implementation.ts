import { BOUNDS } from '../../../base/bounds.js';
import { baseOf } from '../../../base/ctype.js';
import { targetsCalledHere, targetsInFolder } from '../../../graph/events/bounded.js';
import type { Sleepers } from '../../../graph/events/sleep.js';
import type { FunctionRef } from '../../../link/types.js';
import { isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { Site } from '../../../summaries/state/types.js';

/**
 * Whether the path leaves the file it begins in and comes, through an operation, to another implementation than the one
 * that this file has: `counter_push(mine)` calls the operations of that counter, not those of another driver.
 */
export function goesToOtherImplementation(around: Surroundings, steps: readonly Site[]): boolean {
  const own = steps[0]?.fn.file ?? '';
  const variables = around.program.outline(own)?.variables ?? [];
  const types = new Set(variables.flatMap(({ type, isExtern }) => (isExtern ? [] : [baseOf(type)])));
  return steps.slice(0, -1).some(({ fn, event }, i) => {
    const target = steps[i + 1]?.fn.file;
    if (fn.file === own || target === own || target === fn.file) return false;
    const callee = ownCallAt(around.summaryOf(fn), event)?.callee;
    return callee?.k === 'field' && types.has(baseOf(callee.base.type));
  });
}

/**
 * Whether the path goes through a pointer to one of several files in which the folder implements an operation, and another of
 * them may do without the sleep: the object decides which is called, and its own may not come to that. What only a handler
 * calls has no other caller.
 */
export function goesToOneOfSeveral(
  around: Surroundings,
  sleepers: Sleepers,
  steps: readonly Site[],
  isInHandler: boolean,
): boolean {
  return steps.slice(0, -1).some(({ fn, event }, i) => {
    const target = steps[i + 1]?.fn;
    const call = ownCallAt(around.summaryOf(fn), event);
    if (call?.callee === undefined || target === undefined) return false;
    const targets = targetsInFolder(call);
    if (targets.some(({ file }) => file === fn.file)) return false;
    if (isInHandler && targetsCalledHere(around.program, call).includes(target)) return false;
    return targets.some(
      (other) => other.file !== target.file && !sleepsSurely(around, sleepers, other, BOUNDS.callsHigh),
    );
  });
}

/** Whether every path through a function sleeps, itself or in a function that it calls by name. */
function sleepsSurely(around: Surroundings, sleepers: Sleepers, fn: FunctionRef, calls: number): boolean {
  const summary = around.summaryOf(fn);
  const skeleton = around.program.skeleton(fn);
  if (summary === undefined || skeleton === undefined) return false;
  return (
    sleepers.of(summary).some(({ site }) => isUnavoidable(skeleton, site.event)) ||
    (calls > 0 &&
      summary.calls.some(
        ({ callee, targets: [only, ...others], site }) =>
          callee === undefined &&
          only !== undefined &&
          others.length === 0 &&
          isUnavoidable(skeleton, site.event) &&
          sleepsSurely(around, sleepers, only, calls - 1),
      ))
  );
}

/**
 * Whether the path goes through the stub of a header, for a configuration without the function that the header declares in
 * another arm: that one may do something else.
 */
export function goesThroughStub({ program }: Surroundings, steps: readonly Site[]): boolean {
  return steps.some(({ fn }) => {
    const { item } = fn;
    const prototypes = item?.isStatic === true ? (program.outline(fn.file)?.prototypes ?? []) : [];
    return prototypes.some(({ name, isStatic }) => name === fn.name && !isStatic);
  });
}
