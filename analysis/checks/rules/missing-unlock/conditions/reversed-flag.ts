import { isTakenHere } from '../../../../graph/edges/call-steps.js';
import type { FunctionSummary, ExitEffect, HeldLock } from '../../../../summaries/state/types.js';
import { absolute, type Span } from '../../../../base/span.js';
import { OWNED_KINDS } from '../../../../models/records/kinds.js';
import { canFollow } from '../../../../skeleton/lowering/block-paths.js';
import { blockOf } from '../../../../skeleton/lowering/events.js';
import { successors } from '../../../../skeleton/lowering/exits.js';
import { partsOf } from '../../../../skeleton/expressions/parts.js';
import type { BlockId, EventId, ExprId, Skeleton } from '../../../../skeleton/types.js';
import { rootOf, type Term } from '../../../../summaries/locks/terms.js';
import { FlowGraph } from '../../../../summaries/state/flow-graph.js';
import type { CheckContext } from '../../../engine/check.js';
import { isKeptAlone } from '../kept-alone.js';
import { endsOf } from '../kept-locks.js';

/** A store that reverses the flag under which a lock was taken. */
export interface ReversedFlag {
  readonly at: Span;
  /** Whether it sets the flag: the lock is taken where the flag is clear. */
  readonly isSet: boolean;
  /** The return statements behind it. */
  readonly returns: readonly Span[];
}

/**
 * Whether the function clears the flag, a variable or a bit of one, under which it takes and releases the lock: `if (f & A)
 * lock(); … f &= ~(A | B); … if (f & A) unlock();`. The release behind the store is then skipped. The same for a flag that
 * it sets, if it takes the lock where the flag is clear.
 */
export function reversedFlag(
  context: CheckContext,
  summary: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
): ReversedFlag | undefined {
  const { around } = context;
  const skeleton = around.program.skeleton(summary.fn);
  const take = lock.site.event;
  if (skeleton === undefined || !isTakenHere(around, lock.site) || !lock.certain || summary.gaps.length > 0)
    return undefined;
  const { gates } = FlowGraph.of(skeleton);
  const condition = gates.get(take);
  if (condition === undefined || !OWNED_KINDS.includes(lock.kind)) return undefined;
  const ends = endsOf(context, summary, skeleton, lock);
  const outcome = outcomeBefore(skeleton, condition, take);
  const isAlike = (end: EventId): boolean =>
    gates.get(end) === condition && outcomeBefore(skeleton, condition, end) === outcome;
  if (outcome === undefined || ends.size === 0 || ![...ends].every(isAlike)) return undefined;
  const before = behind(skeleton, take, ends);
  for (const [id, { events }] of skeleton.blocks.entries())
    for (const event of events) {
      if (event.k !== 'assign' || !reverses(skeleton, condition, outcome, event)) continue;
      if (!before.has(id) || !canFollow(skeleton, take, event.id)) continue;
      if (mayBeTakenOver(summary, lock, event.id, skeleton)) continue;
      const returns = exit.at.filter((at) =>
        isSkippedBefore(skeleton, event, { condition, outcome, ends }, at, summary),
      );
      if (returns.length > 0 && isKeptAlone(context, summary, lock))
        return { at: absolute(event.at, summary.fn.line), isSet: !outcome, returns };
    }
  return undefined;
}

/** The outcome of a condition with which an event alone follows it; `undefined` if it has none such. */
function outcomeBefore(skeleton: Skeleton, condition: ExprId, event: EventId): boolean | undefined {
  const at = blockOf(skeleton, event);
  const exits = skeleton.blocks.flatMap(({ exit }) =>
    exit.k === 'branch' && exit.condition === condition ? exit : [],
  );
  if (exits.some(({ whenTrue }) => whenTrue === at)) return true;
  return exits.some(({ whenFalse }) => whenFalse === at) ? false : undefined;
}

/**
 * Whether a store gives a condition the other outcome than `outcome`: the condition is a variable, or a flag in one.
 */
function reverses(
  { exprs }: Skeleton,
  condition: ExprId,
  outcome: boolean,
  { target, value }: { readonly target: ExprId; readonly value: ExprId },
): boolean {
  const asked = exprs[condition];
  const [variable, flag] =
    asked?.k === 'binary' && asked.op === '&' ? [asked.left, asked.right] : [condition];
  const { k } = exprs[variable] ?? { k: 'unknown' };
  if (target !== variable || (k !== 'local' && k !== 'parameter')) return false;
  const stored = exprs[value];
  if (stored?.k === 'constant') return stored.value === 0 ? outcome : !outcome && flag === undefined;
  if (flag === undefined || stored?.k !== 'binary' || stored.left !== variable) return false;
  if (!outcome) return stored.op === '|' && partsOf(exprs, stored.right).includes(flag);
  const mask = stored.op === '&' ? exprs[stored.right] : undefined;
  return mask?.k === 'unary' && mask.op === '~' && partsOf(exprs, mask.base).includes(flag);
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

/** The condition on releases, and its outcome with which they follow. */
interface Gate {
  readonly condition: ExprId;
  readonly outcome: boolean;
  readonly ends: ReadonlySet<EventId>;
}

/** Whether a way from a store to a return asks the condition and skips the release. */
function isSkippedBefore(
  skeleton: Skeleton,
  store: { readonly id: EventId; readonly target: ExprId },
  { condition, outcome, ends }: Gate,
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
    const [taken, skipped] = outcome ? [exit.whenTrue, exit.whenFalse] : [exit.whenFalse, exit.whenTrue];
    if (!blocks[taken]?.events.some((event) => ends.has(event.id))) return false;
    return returnsFrom(skeleton, skipped, ends).some((span) => {
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

/** Whether an argument points to an object or into it; what it has loaded from the object is another one. */
function isOf(arg: Term, root: string): boolean {
  if (arg.key === root) return true;
  let at = arg.k === 'address' ? arg.base : arg;
  while (at.k === 'field' || (at.k === 'index' && at.base.type.endsWith('[]'))) at = at.base;
  return at.key === root || (arg.k === 'address' && at.k === 'deref' && at.base.key === root);
}

/** Whether invisible code receives the object before the store, and may have released its lock. */
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
      args.some((arg) => isOf(arg, root)) &&
      canFollow(skeleton, site.event, store),
  );
}
