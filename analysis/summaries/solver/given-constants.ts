import { BOUNDS } from '../../base/bounds.js';
import { Evaluator } from '../interpret/evaluate.js';
import type { Term } from '../locks/terms.js';
import { localSlot, parameterSlot } from '../state/flow-graph.js';
import { State } from '../state/state.js';
import type { Surroundings } from '../surroundings.js';
import { blockAt } from '../../skeleton/lowering/block-paths.js';
import { blockOf, eventsOf } from '../../skeleton/lowering/events.js';
import { successors } from '../../skeleton/lowering/exits.js';
import type { BlockId, EventId, Exit, ExprId } from '../../skeleton/types.js';
import type { FunctionRef } from '../../link/types.js';

type World = Pick<Surroundings, 'program' | 'models' | 'classes'>;

/**
 * Whether a call with these arguments may reach an event of the callee: its branches on constants that the call passes go
 * one way. A function that is told what to do runs one of its arms.
 */
export function isReachedWith(
  { program, models, classes }: World,
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
  const taken = (exit: Exit): readonly BlockId[] => nextBlocks(evaluator, exit, state);
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

/**
 * The values that a function may return if it gets these arguments: it chooses among flags, say. `undefined` if it calls, loops,
 * stores elsewhere than in its variables, or has too many paths.
 */
export function returnedWith(
  { program, models, classes }: World,
  fn: FunctionRef,
  args: readonly Term[],
): readonly Term[] | undefined {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) {
    program.demand(fn, 'path');
    return undefined;
  }
  const evaluator = new Evaluator(program, models, classes, fn, skeleton);
  const entry = State.entry();
  skeleton.parameters.forEach((_, index) => {
    const arg = args[index];
    if (arg !== undefined) entry.setVariable(parameterSlot(index), arg);
  });
  const found: Term[] = [];
  const open: { readonly block: BlockId; readonly state: State; readonly above: ReadonlySet<BlockId> }[] = [
    { block: 0, state: entry, above: new Set() },
  ];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { block, state, above } = at;
    const { events, exit } = blockAt(skeleton, block);
    if (above.has(block) || found.length + open.length > BOUNDS.valuesReturned) return undefined;
    for (const event of events) {
      const target = event.k === 'assign' ? skeleton.exprs[event.target] : undefined;
      if (event.k !== 'assign' || (target?.k !== 'local' && target?.k !== 'parameter')) return undefined;
      const slot = target.k === 'local' ? localSlot(target.index) : parameterSlot(target.index);
      state.setVariable(slot, evaluator.value(event.value, state));
    }
    if (exit.k === 'return') {
      if (exit.value < 0) return undefined;
      found.push(evaluator.value(exit.value, state));
    }
    for (const next of nextBlocks(evaluator, exit, state))
      open.push({ block: next, state: state.clone(), above: new Set([...above, block]) });
  }
  return found;
}

/** The blocks that may follow: one, where the condition or the value that decides is a constant. */
function nextBlocks(evaluator: Evaluator, exit: Exit, state: State): readonly BlockId[] {
  const constant = (id: ExprId): number | undefined => {
    const value = evaluator.value(id, state);
    return value.k === 'constant' ? value.value : hasFlag(value) ? 1 : undefined;
  };
  if (exit.k === 'branch') {
    const value = constant(exit.condition);
    return value === undefined ? successors(exit) : [value === 0 ? exit.whenFalse : exit.whenTrue];
  }
  const on = exit.k === 'switch' ? constant(exit.on) : undefined;
  if (exit.k !== 'switch' || on === undefined) return successors(exit);
  const ranges = exit.cases.map(({ from, to, block }) => ({ from: constant(from), to: constant(to), block }));
  if (ranges.some(({ from, to }) => from === undefined || to === undefined)) return successors(exit);
  const chosen = ranges.find(({ from = 0, to = 0 }) => from <= on && on <= to);
  return [chosen?.block ?? exit.otherwise];
}

/** Whether a value is `(A | B) & A`: not zero, whatever the flags are. */
function hasFlag(value: Term): boolean {
  if (value.k !== 'operation' || value.op !== '&') return false;
  const [flags, flag] = value.operands;
  return flags?.k === 'operation' && flags.op === '|' && flags.operands.some(({ key }) => key === flag?.key);
}
