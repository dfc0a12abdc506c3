import { branchAbove, conditionAbove } from '../../../../skeleton/lowering/deciding.js';
import { blockOf, eventsOf } from '../../../../skeleton/lowering/events.js';
import { successors } from '../../../../skeleton/lowering/exits.js';
import { partsOf } from '../../../../skeleton/expressions/parts.js';
import type { BlockId, Event, EventId, ExprId, Skeleton } from '../../../../skeleton/types.js';
import type { FunctionSummary, LockRef } from '../../../../summaries/state/types.js';
import type { CheckContext } from '../../../engine/check.js';
import { gateOf, type Gate } from './ranges.js';
import { staysIn } from './opposite-conditions.js';

/** A condition and its outcome. */
type Asked = Pick<Gate, 'condition' | 'outcome'>;

/** Whether a lock is released under a weaker condition than the one under which it is acquired. */
export function isReleasedForMore(
  { around: { program } }: CheckContext,
  { fn, acquires }: FunctionSummary,
  { term }: LockRef,
  release: EventId,
): boolean {
  const skeleton = program.skeleton(fn);
  const taken = acquires.filter(({ lock }) => lock.term.key === term.key);
  if (skeleton === undefined || taken.some(({ nonBlocking }) => nonBlocking)) return false;
  return isWeaker(
    skeleton,
    release,
    taken.map(({ site }) => site.event),
  );
}

/** Whether a lock is acquired under a weaker condition than the one under which the function releases it. */
export function isTakenForMore(
  { around: { program } }: CheckContext,
  { fn, uses }: FunctionSummary,
  { term }: LockRef,
  take: EventId,
): boolean {
  const skeleton = program.skeleton(fn);
  const ends = uses.filter(({ k, lock }) => k === 'release' && lock.term.key === term.key);
  return (
    skeleton !== undefined &&
    isWeaker(
      skeleton,
      take,
      ends.map(({ site }) => site.event),
    )
  );
}

/**
 * Whether the condition of an event is weaker than that of others: each of them happens only under the same condition and a
 * further one, `if (a && b) lock(); … if (a) unlock();`, with a variable for either (`both = a && b;`), or their condition is
 * one of two that lead to the event: `if (a) lock(); … if (a || b) unlock();`.
 */
function isWeaker(skeleton: Skeleton, event: EventId, others: readonly EventId[]): boolean {
  if (others.length === 0) return false;
  if (others.every((other) => isOneOfTwo(skeleton, gateOf(skeleton, other), event))) return true;
  const asked = branchAbove(skeleton, event);
  if (asked === undefined || !staysIn(skeleton).has(asked.condition)) return false;
  const without = reachedWithout(skeleton, asked);
  return others.every(
    (other) => !without.has(blockOf(skeleton, other)) && asksFurther(skeleton, asked, other),
  );
}

/** Whether the condition of one event is the first of two that lead to another. */
function isOneOfTwo(skeleton: Skeleton, gate: Gate | undefined, event: EventId): boolean {
  const stays = staysIn(skeleton);
  if (gate === undefined || !stays.has(gate.condition)) return false;
  const block = blockOf(skeleton, event);
  return skeleton.blocks.some(({ exit }, id) => {
    if (exit.k !== 'branch' || id === gate.branch || exit.condition !== gate.condition) return false;
    const [inner, other] = gate.outcome ? [exit.whenTrue, exit.whenFalse] : [exit.whenFalse, exit.whenTrue];
    const further = skeleton.blocks[other];
    return (
      inner === block &&
      further?.exit.k === 'branch' &&
      further.events.length === 0 &&
      successors(further.exit).includes(block) &&
      stays.has(further.exit.condition)
    );
  });
}

/** Whether the nearest condition above an event is another one, which asks nobody. */
function asksFurther(skeleton: Skeleton, { condition }: Asked, event: EventId): boolean {
  const nearest = conditionAbove(skeleton, event);
  if (nearest === undefined || nearest === condition) return false;
  const isLoop = skeleton.blocks.some(
    ({ exit }) => exit.k === 'branch' && exit.condition === nearest && exit.loop === true,
  );
  const parts = partsOf(skeleton.exprs, nearest).map((id) => skeleton.exprs[id]?.k);
  return !isLoop && parts.every((k) => k !== 'result' && k !== 'unknown');
}

/** Blocks that a path enters on which a condition has the other outcome. */
function reachedWithout(skeleton: Skeleton, { condition, outcome }: Asked): ReadonlySet<BlockId> {
  const { blocks, exprs } = skeleton;
  const reached = new Set<BlockId>([0]);
  /** Whether the steps so far give a variable something else than zero. */
  const mayBeSet = (variable: ExprId): boolean => {
    if (exprs[variable]?.k !== 'local') return true;
    const isStore = (event: Event): boolean => event.k === 'assign' && event.target === variable;
    if (!eventsOf(skeleton).some(isStore)) return true;
    return [...reached].some((id) =>
      blocks[id]?.events.some((event) => {
        if (event.k !== 'assign' || event.target !== variable) return false;
        const value = exprs[event.value];
        return value?.k !== 'constant' || value.value !== 0;
      }),
    );
  };
  const next = (id: BlockId): readonly BlockId[] => {
    const exit = blocks[id]?.exit;
    if (exit === undefined) return [];
    if (exit.k !== 'branch' || exit.whenTrue === exit.whenFalse) return successors(exit);
    if (exit.condition === condition) return [outcome ? exit.whenFalse : exit.whenTrue];
    const asked = exprs[exit.condition];
    if (asked?.k === 'unary' && asked.op === '!' && !mayBeSet(asked.base)) return [exit.whenTrue];
    return mayBeSet(exit.condition) ? successors(exit) : [exit.whenFalse];
  };
  for (let before = 0; before < reached.size;) {
    before = reached.size;
    for (const id of reached) for (const to of next(id)) reached.add(to);
  }
  return reached;
}
