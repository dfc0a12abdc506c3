import { isTakenHere } from '../../../../graph/edges/call-steps.js';
import type { FunctionSummary, ExitEffect, HeldLock } from '../../../../summaries/state/types.js';
import { absolute, type Span } from '../../../../base/span.js';
import { OWNED_KINDS } from '../../../../models/records/kinds.js';
import { canFollow } from '../../../../skeleton/lowering/block-paths.js';
import { blockOf } from '../../../../skeleton/lowering/events.js';
import { successors } from '../../../../skeleton/lowering/exits.js';
import { partsOf } from '../../../../skeleton/expressions/parts.js';
import type { BlockId, EventId, ExprId, Skeleton } from '../../../../skeleton/types.js';
import { rootOf, someTerm } from '../../../../summaries/locks/terms.js';
import { FlowGraph } from '../../../../summaries/state/flow-graph.js';
import type { CheckContext } from '../../../engine/check.js';
import { isKeptAlone } from '../kept-alone.js';
import { endsOf } from '../kept-locks.js';

/** A store that clears the flag under which a lock was taken. */
export interface Cleared {
  readonly at: Span;
  /** The return statements behind it. */
  readonly returns: readonly Span[];
}

/**
 * Whether the function clears the flag, a variable or a bit of one, under which it takes and releases the lock: `if (f & A)
 * lock(); … f &= ~(A | B); … if (f & A) unlock();`. The release behind the store is then skipped.
 */
export function clearedFlag(
  context: CheckContext,
  summary: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
): Cleared | undefined {
  const { around } = context;
  const skeleton = around.program.skeleton(summary.fn);
  const take = lock.site.event;
  if (skeleton === undefined || !isTakenHere(around, lock.site) || !lock.certain || summary.gaps.length > 0)
    return undefined;
  const { gates } = FlowGraph.of(skeleton);
  const condition = gates.get(take);
  if (condition === undefined || !OWNED_KINDS.includes(lock.kind)) return undefined;
  const ends = endsOf(context, summary, skeleton, lock);
  if (ends.size === 0 || [...ends].some((end) => gates.get(end) !== condition)) return undefined;
  const before = behind(skeleton, take, ends);
  for (const [id, { events }] of skeleton.blocks.entries())
    for (const event of events) {
      if (event.k !== 'assign' || !clears(skeleton, condition, event.target, event.value)) continue;
      if (!before.has(id) || !canFollow(skeleton, take, event.id)) continue;
      if (mayBeTakenOver(summary, lock, event.id, skeleton)) continue;
      const returns = exit.at.filter((at) =>
        isSkippedBefore(skeleton, event, { condition, ends }, at, summary),
      );
      if (returns.length > 0 && isKeptAlone(context, summary, lock))
        return { at: absolute(event.at, summary.fn.line), returns };
    }
  return undefined;
}

/** Whether a store makes a condition false that is a variable, or a flag in one. */
function clears({ exprs }: Skeleton, condition: ExprId, target: ExprId, value: ExprId): boolean {
  const asked = exprs[condition];
  const [variable, flag] =
    asked?.k === 'binary' && asked.op === '&' ? [asked.left, asked.right] : [condition];
  const { k } = exprs[variable] ?? { k: 'unknown' };
  if (target !== variable || (k !== 'local' && k !== 'parameter')) return false;
  const stored = exprs[value];
  if (stored?.k === 'constant') return stored.value === 0;
  const mask =
    stored?.k === 'binary' && stored.op === '&' && stored.left === variable ? exprs[stored.right] : undefined;
  return (
    flag !== undefined && mask?.k === 'unary' && mask.op === '~' && partsOf(exprs, mask.base).includes(flag)
  );
}

/** Blocks that a path from behind an event enters before it meets one of `ends`. */
function behind(skeleton: Skeleton, event: EventId, ends: ReadonlySet<EventId>): ReadonlySet<BlockId> {
  const start = skeleton.blocks[blockOf(skeleton, event)];
  const rest = start?.events.slice(start.events.findIndex(({ id }) => id === event) + 1) ?? [];
  const isOver = start === undefined || rest.some(({ id }) => ends.has(id));
  return entered(skeleton, isOver ? [] : successors(start.exit), ends);
}

/** Blocks that paths from some blocks enter before they meet one of `ends`. */
function entered(
  { blocks }: Skeleton,
  from: readonly BlockId[],
  ends: ReadonlySet<EventId>,
): ReadonlySet<BlockId> {
  const seen = new Set<BlockId>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const block = blocks[id];
    if (block === undefined || seen.has(id)) continue;
    seen.add(id);
    if (!block.events.some((one) => ends.has(one.id))) open.push(...successors(block.exit));
  }
  return seen;
}

/** Whether a way from a store to a return asks the condition and skips the release. */
function isSkippedBefore(
  skeleton: Skeleton,
  store: { readonly id: EventId; readonly target: ExprId },
  { condition, ends }: { readonly condition: ExprId; readonly ends: ReadonlySet<EventId> },
  at: Span,
  { fn }: FunctionSummary,
): boolean {
  const { blocks } = skeleton;
  const after = behind(skeleton, store.id, ends);
  return [...after].some((id) => {
    const block = blocks[id];
    if (block === undefined) return false;
    const { exit, events } = block;
    if (exit.k !== 'branch' || exit.condition !== condition) return false;
    if (events.some((event) => event.k === 'assign' && event.target === store.target)) return false;
    if (!blocks[exit.whenTrue]?.events.some((event) => ends.has(event.id))) return false;
    return returnsFrom(skeleton, exit.whenFalse, ends).some((span) => {
      const place = absolute(span, fn.line);
      return place.line === at.line && place.column === at.column;
    });
  });
}

/** Places of the returns that a path from a block reaches without one of `ends`. */
function returnsFrom(skeleton: Skeleton, from: BlockId, ends: ReadonlySet<EventId>): readonly Span[] {
  return [...entered(skeleton, [from], ends)].flatMap((id) => {
    const { events = [], exit } = skeleton.blocks[id] ?? {};
    return exit?.k === 'return' && !events.some((event) => ends.has(event.id)) ? [exit.at] : [];
  });
}

/** Whether code out of sight gets the object in front of the store, and may have released its lock. */
function mayBeTakenOver(
  { calls }: FunctionSummary,
  lock: HeldLock,
  store: EventId,
  skeleton: Skeleton,
): boolean {
  const root = rootOf(lock.term).key;
  return calls.some(
    ({ targets, args, site }) =>
      !targets.some(({ item }) => item !== undefined) &&
      args.some((arg) => someTerm(arg, ({ key }) => key === root)) &&
      canFollow(skeleton, site.event, store),
  );
}
