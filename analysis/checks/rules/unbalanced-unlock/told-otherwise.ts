import { askedAbove } from '../../../skeleton/lowering/deciding.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import type { FunctionRef } from '../../../link/types.js';
import type { EventId, Expr, ExprId, Skeleton } from '../../../skeleton/types.js';
import { FlowGraph } from '../../../summaries/state/flow-graph.js';
import type { FunctionSummary, Site } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * Whether the condition of a release tests a variable that says more than the result of the acquisition: a callee got
 * its address in between and may have set it together with the lock, or it gets a bit where the acquisition is known to
 * have succeeded, `if (got) flags |= GOT; … if (flags & GOT) unlock();`. Its other bits are not known.
 */
export function isToldOtherwise(
  { around }: CheckContext,
  { fn }: FunctionSummary,
  acquisition: Site,
  release: Site,
): boolean {
  const skeleton = around.program.skeleton(fn);
  if (skeleton === undefined || release.via !== undefined) return false;
  return askedAbove(skeleton, release.event).some(
    (part) =>
      isGivenBetween(skeleton, part, acquisition.event, release.event) ||
      isMarked(skeleton, part, acquisition.event),
  );
}

/**
 * Whether the callee that releases first asks a member that the function which takes the lock sets: the member says
 * whether it was taken.
 */
export function isToldByMember(
  { around }: CheckContext,
  taker: FunctionRef,
  steps: readonly Site[],
): boolean {
  const taking = around.program.skeleton(taker);
  if (taking === undefined) return false;
  const stored = new Set(
    eventsOf(taking).flatMap((one) => (one.k === 'assign' ? memberOf(taking.exprs, one.target) : [])),
  );
  return steps.some(({ fn, event }) => {
    const skeleton = stored.size === 0 ? undefined : around.program.skeleton(fn);
    if (skeleton === undefined) return false;
    const asked = askedAbove(skeleton, event).flatMap((part) => memberOf(skeleton.exprs, part));
    return asked.some((name) => stored.has(name));
  });
}

function memberOf(exprs: readonly Expr[], id: ExprId): readonly string[] {
  const expr = exprs[id];
  return expr?.k === 'field' ? [expr.name] : [];
}

/** Whether a call between two events gets the address of the variable, or a pointer to the object it is in. */
function isGivenBetween(skeleton: Skeleton, variable: ExprId, from: EventId, to: EventId): boolean {
  const { base, isPointer } = ownerOf(skeleton.exprs, variable);
  const expr = skeleton.exprs[base];
  if (isPointer)
    return skeleton.blocks.some(({ events }) =>
      events.some(
        (event) => event.k === 'call' && event.id > from && event.id < to && event.args.includes(base),
      ),
    );
  const name = expr?.k === 'local' ? skeleton.locals[expr.index]?.name : undefined;
  return name !== undefined && FlowGraph.of(skeleton).isGiven(name, to, from);
}

/** The variable that a member belongs to, or points to the object that it belongs to. */
function ownerOf(exprs: readonly Expr[], id: ExprId): { readonly base: ExprId; readonly isPointer: boolean } {
  const expr = exprs[id];
  if (expr?.k === 'deref') return { base: expr.base, isPointer: true };
  return expr?.k === 'field' || expr?.k === 'index'
    ? ownerOf(exprs, expr.base)
    : { base: id, isPointer: false };
}

/** Whether the variable changes, by an operator, where the result of the acquisition was tested. */
function isMarked(skeleton: Skeleton, variable: ExprId, acquisition: EventId): boolean {
  const { blocks, exprs } = skeleton;
  return blocks.some(({ events }) =>
    events.some((event) => {
      if (event.k !== 'assign' || event.target !== variable) return false;
      const { k } = exprs[event.value] ?? {};
      return (k === 'binary' || k === 'unknown') && asksFor(skeleton, event.id, acquisition);
    }),
  );
}

function isVariable(expr: Expr | undefined): boolean {
  return expr?.k === 'local' || expr?.k === 'parameter';
}

/** Whether the condition above an event tests the result of another one, directly or through a variable. */
function asksFor(skeleton: Skeleton, above: EventId, event: EventId): boolean {
  const { blocks, exprs } = skeleton;
  const isResult = (id: ExprId): boolean => {
    const expr = exprs[id];
    return expr?.k === 'result' && expr.event === event;
  };
  return askedAbove(skeleton, above).some(
    (part) =>
      isResult(part) ||
      (isVariable(exprs[part]) &&
        blocks.some(({ events }) =>
          events.some((one) => one.k === 'assign' && one.target === part && isResult(one.value)),
        )),
  );
}
