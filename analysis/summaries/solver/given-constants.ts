import { Evaluator } from '../interpret/evaluate.js';
import type { Term } from '../locks/terms.js';
import { parameterSlot } from '../state/flow-graph.js';
import { State } from '../state/state.js';
import type { Surroundings } from '../surroundings.js';
import { blockOf, eventsOf } from '../../skeleton/lowering/events.js';
import { successors } from '../../skeleton/lowering/exits.js';
import type { BlockId, EventId, Exit } from '../../skeleton/types.js';
import type { FunctionRef } from '../../link/types.js';

/**
 * Whether a call with these arguments may reach an event of the callee: its branches on constants that the call passes go
 * one way. A function that is told what to do runs one of its arms.
 */
export function isReachedWith(
  { program, models, classes }: Pick<Surroundings, 'program' | 'models' | 'classes'>,
  fn: FunctionRef,
  event: EventId,
  args: readonly Term[],
): boolean {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) return true;
  const changed = new Set(
    eventsOf(skeleton).flatMap((one) => (one.k === 'assign' ? (skeleton.exprs[one.target] ?? []) : [])),
  );
  const state = State.entry();
  let isTold = false;
  for (const expr of skeleton.exprs) {
    const arg = expr.k === 'parameter' && !changed.has(expr) ? args[expr.index] : undefined;
    if (expr.k !== 'parameter' || arg?.k !== 'constant') continue;
    state.setVariable(parameterSlot(expr.index), arg);
    isTold = true;
  }
  const end = blockOf(skeleton, event);
  if (!isTold || end < 0) return true;
  const evaluator = new Evaluator(program, models, classes, fn, skeleton);
  const constant = (id: number): number | undefined => {
    const value = evaluator.value(id, state);
    return value.k === 'constant' ? value.value : undefined;
  };
  const taken = (exit: Exit): readonly BlockId[] => {
    if (exit.k === 'branch') {
      const value = constant(exit.condition);
      return value === undefined ? successors(exit) : [value === 0 ? exit.whenFalse : exit.whenTrue];
    }
    const on = exit.k === 'switch' ? constant(exit.on) : undefined;
    if (exit.k !== 'switch' || on === undefined) return successors(exit);
    const ranges = exit.cases.map(({ from, to, block }) => ({
      from: constant(from),
      to: constant(to),
      block,
    }));
    if (ranges.some(({ from, to }) => from === undefined || to === undefined)) return successors(exit);
    const chosen = ranges.find(({ from = 0, to = 0 }) => from <= on && on <= to);
    return [chosen?.block ?? exit.otherwise];
  };
  const seen = new Set<BlockId>();
  const open: BlockId[] = [0];
  for (let id = open.pop(); id !== undefined && !seen.has(end); id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const exit = skeleton.blocks[id]?.exit;
    if (exit !== undefined) open.push(...taken(exit));
  }
  return seen.has(end);
}
