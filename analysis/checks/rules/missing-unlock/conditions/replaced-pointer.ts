import type { Surroundings } from '../../../../summaries/surroundings.js';
import { FlowGraph } from '../../../../summaries/state/flow-graph.js';
import type { FunctionSummary, HeldLock } from '../../../../summaries/state/types.js';
import { eventAt } from '../../../../skeleton/lowering/events.js';
import { rootOf } from '../../../../skeleton/expressions/root.js';

/**
 * Whether a call may have replaced the object whose lock is held: it gets the address of the variable that the lock was
 * reached from. The function releases what the variable then points to, and has nothing to release if that is NULL.
 */
export function isReplaced({ program }: Surroundings, { fn }: FunctionSummary, { site }: HeldLock): boolean {
  const skeleton = site.fn === fn ? program.skeleton(fn) : undefined;
  const event = eventAt(skeleton, site.event);
  if (skeleton === undefined || event === undefined || !('lock' in event)) return false;
  const root = skeleton.exprs[rootOf(skeleton, event.lock)];
  const name = root?.k === 'local' ? skeleton.locals[root.index]?.name : undefined;
  return name !== undefined && FlowGraph.of(skeleton).isGiven(name, Infinity, site.event);
}
