import { MIRROR, INVERSE } from '../../../../summaries/facts/fact.js';
import { FlowGraph } from '../../../../summaries/state/flow-graph.js';
import type { FunctionSummary, LockRef } from '../../../../summaries/state/types.js';
import type { FunctionRef, Program } from '../../../../link/types.js';
import { blockOf, eventsOf } from '../../../../skeleton/lowering/events.js';
import { successors } from '../../../../skeleton/lowering/exits.js';
import type { BlockId, EventId, ExprId, Skeleton } from '../../../../skeleton/types.js';
import type { CheckContext } from '../../../engine/check.js';
import { staysIn } from './opposite-conditions.js';

/** The values, from `from` to `to`, of a number for which an event happens. */
interface Range {
  readonly of: ExprId;
  readonly from: number;
  readonly to: number;
}

/** A lock that a function takes for some values of a number, and releases for some. */
export interface Ranges {
  readonly taken: Range;
  readonly released: Range;
}

/**
 * The ranges of one number that decide about the only acquisition and the only release of a lock: `if (n > 3) lock(); … if
 * (n > 5) unlock();`. `undefined` unless comparisons with constants decide about both, and the number stays.
 */
export function rangesOf(context: CheckContext, summary: FunctionSummary, lock: LockRef): Ranges | undefined {
  const section = sectionOf(context, summary, lock);
  const taken = section && rangeOf(context.around.program, section, section.take);
  const released = section && rangeOf(context.around.program, section, section.end);
  return taken && released && taken.of === released.of ? { taken, released } : undefined;
}

/**
 * Whether the lock stays held for some value, and whether it is released for some value without having been taken.
 * Neither, if no value takes and releases it correctly.
 */
export function compareAsRange({ taken, released }: Ranges): {
  readonly isKept: boolean;
  readonly isUntaken: boolean;
} {
  const isBoth = Math.max(taken.from, released.from) <= Math.min(taken.to, released.to);
  const isBeyond = (one: Range, other: Range): boolean => one.from < other.from || one.to > other.to;
  return { isKept: isBoth && isBeyond(taken, released), isUntaken: isBoth && isBeyond(released, taken) };
}

/** Whether the only release asks once more for the condition of the only acquisition, and wants the opposite outcome. */
export function areOpposite(context: CheckContext, summary: FunctionSummary, lock: LockRef): boolean {
  const section = sectionOf(context, summary, lock);
  if (section === undefined) return false;
  const take = gateOf(section.skeleton, section.take);
  const end = gateOf(section.skeleton, section.end);
  return (
    take !== undefined &&
    end !== undefined &&
    take.branch !== end.branch &&
    take.condition === end.condition &&
    take.outcome !== end.outcome &&
    staysIn(section.skeleton).has(take.condition)
  );
}

/** A branch that alone decides whether an event happens. */
interface Gate {
  readonly branch: BlockId;
  readonly condition: ExprId;
  /** The outcome with which the event happens. */
  readonly outcome: boolean;
}

/** The only acquisition of a lock and its only release, both made by the function itself or by lock functions. */
interface Section {
  readonly fn: FunctionRef;
  readonly skeleton: Skeleton;
  readonly take: EventId;
  readonly end: EventId;
}

function sectionOf(
  { around: { program } }: CheckContext,
  { fn, acquires, uses }: FunctionSummary,
  { term }: LockRef,
): Section | undefined {
  const isLock = ({ lock }: { readonly lock: LockRef }): boolean => lock.term.key === term.key;
  const [take, ...takes] = acquires.filter(isLock);
  const [end, ...ends] = uses.filter((use) => use.k === 'release' && isLock(use));
  if (take === undefined || end === undefined || takes.length + ends.length > 0) return undefined;
  const skeleton = program.skeleton(fn);
  return skeleton && { fn, skeleton, take: take.site.event, end: end.site.event };
}

function gateOf(skeleton: Skeleton, event: EventId): Gate | undefined {
  const condition = FlowGraph.of(skeleton).gates.get(event);
  if (condition === undefined) return undefined;
  const block = blockOf(skeleton, event);
  for (const [branch, { exit }] of skeleton.blocks.entries())
    if (exit.k === 'branch' && exit.condition === condition && successors(exit).includes(block))
      return { branch, condition, outcome: exit.whenTrue === block };
  return undefined;
}

/** The values of a number for which an event happens, if a comparison with a constant decides about it alone. */
function rangeOf(program: Program, { fn, skeleton }: Section, event: EventId): Range | undefined {
  const gate = gateOf(skeleton, event);
  return gate && rangeWhere(program, fn, skeleton, gate.condition, gate.outcome);
}

/** The values for which a condition has an outcome. Negative ones count only where a constant is negative. */
function rangeWhere(
  program: Program,
  fn: FunctionRef,
  skeleton: Skeleton,
  condition: ExprId,
  outcome: boolean,
): Range | undefined {
  const { exprs } = skeleton;
  const expr = exprs[condition];
  if (expr?.k === 'unary' && expr.op === '!') return rangeWhere(program, fn, skeleton, expr.base, !outcome);
  if (expr?.k === 'local') {
    const [only, ...more] = eventsOf(skeleton).filter(
      (event) => event.k === 'assign' && event.target === condition,
    );
    if (only?.k !== 'assign' || more.length > 0 || exprs[only.value]?.k === 'local') return undefined;
    return rangeWhere(program, fn, skeleton, only.value, outcome);
  }
  if (expr?.k !== 'binary') return undefined;
  const [left, right] = [expr.left, expr.right].map((id) => constantAt(program, fn, skeleton, id));
  const bound = right ?? left;
  const of = right === undefined ? expr.right : expr.left;
  if (bound === undefined || (left !== undefined && right !== undefined)) return undefined;
  const op = right === undefined ? MIRROR[expr.op] : expr.op;
  if (op === undefined || op === '==' || op === '!=' || !staysIn(skeleton).has(of)) return undefined;
  const lowest = bound < 0 ? -Infinity : 0;
  switch (outcome ? op : INVERSE[op]) {
    case '<':
      return { of, from: lowest, to: bound - 1 };
    case '<=':
      return { of, from: lowest, to: bound };
    case '>':
      return { of, from: bound + 1, to: Infinity };
    case '>=':
      return { of, from: bound, to: Infinity };
    default:
      return undefined;
  }
}

function constantAt(program: Program, fn: FunctionRef, { exprs }: Skeleton, id: ExprId): number | undefined {
  const expr = exprs[id];
  if (expr?.k === 'constant') return expr.value;
  return expr?.k === 'global' ? program.resolveConstant(expr.name, fn.file) : undefined;
}
