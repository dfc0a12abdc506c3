import { FlowGraph } from '../../summaries/state/flow-graph.js';
import { isOfClass, isOfSameRounds } from '../../summaries/state/held.js';
import { isOlder, someTerm } from '../../summaries/locks/terms.js';
import type { FunctionSummary, HeldLock, Site } from '../../summaries/state/types.js';
import type { Program } from '../../link/types.js';
import { blockOf } from '../../skeleton/lowering/events.js';

/** Whether the event is in a loop of its function. */
export function isInLoop(program: Program, { fn, event }: Site): boolean {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) return false;
  return (FlowGraph.of(skeleton).loop[blockOf(skeleton, event)] ?? -1) >= 0;
}

/**
 * Whether a loop acquires or releases a different lock of this class in each iteration: some exit has several from one
 * site, or this lock was acquired in an earlier iteration.
 */
export function isOfManyRounds(program: Program, { rawExits }: FunctionSummary, lock: HeldLock): boolean {
  const several = rawExits.some(({ acquired, released }) => {
    const held = acquired.filter((one) => isOfClass(one, lock));
    const given = released.filter((one) => isOfClass(one, lock)).map(({ event }) => event);
    const isRepeated = held.some((one, i) => held.some((other, j) => j > i && isOfSameRounds(one, other)));
    return isRepeated || new Set(given).size < given.length;
  });
  return several || (someTerm(lock.term, ({ key }) => isOlder(key)) && isInLoop(program, lock.site));
}
