import type { FunctionSummary, HeldLock, LockRef } from '../../../summaries/state/types.js';
import { oneRound } from '../../../graph/events/rounds.js';
import { lockEventsOf, type FollowedEvents } from '../../../graph/paths/lock-events.js';
import { boundTo, firstOf, LockFlow } from '../../../graph/paths/lock-flow.js';
import { blocksBefore, reachableBlocks } from '../../../skeleton/lowering/block-paths.js';
import { blockOf, eventAt } from '../../../skeleton/lowering/events.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import type { Block, BlockId, EventId, ExprId, Skeleton } from '../../../skeleton/types.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * Whether code that has released a lock is certain to reach this event, which releases it again: on every path from
 * some other release, without another acquisition; after a callee's result says that it has released the lock; or from
 * a branch that is always reached with the lock free and that has an arm leading only here (`goto unlock` before the
 * acquisition). With `isFreeFirst`, no caller holds the lock.
 */
export function leadsToRelease(
  context: CheckContext,
  summary: FunctionSummary,
  lock: LockRef,
  event: EventId,
  isFreeFirst = false,
): boolean {
  const skeleton = context.around.program.skeleton(summary.fn);
  if (skeleton === undefined) return false;
  const events = lockEventsOf(context.around, summary, lock);
  if (!events.ends.has(event)) return false;
  const isOfCaller =
    !isFreeFirst &&
    summary.uses.some(
      ({ k, ended, lock: used }) => k === 'release' && ended === 'foreign' && used.term.key === lock.term.key,
    );
  return leadsToEnd(skeleton, events, event, !isOfCaller);
}

/** The same for the given events of a lock, or of something switched on and off like one. */
export function leadsToEnd(
  skeleton: Skeleton,
  events: FollowedEvents,
  event: EventId,
  isFreeFirst: boolean,
): boolean {
  const { blocks } = skeleton;
  const flow = new LockFlow(blocks, events, isFreeFirst);
  const bound = boundTo(blocks, events, 'ends');
  const leads = (to: BlockId): boolean => bound.has(to) && firstIs(blocks, to, event, events);
  const mayEnd = (block: BlockId): boolean =>
    blocks[block]?.events.some(({ id }) => events.mayEnd.has(id)) === true;
  return (
    [...events.arms].some(([block, { free }]) => mayEnd(block) && leads(free)) ||
    blocks.some((block) =>
      followsRelease(block, event, events, (to) => to.every((id) => bound.has(id)) && to.some(leads)),
    ) ||
    blocks.some(
      ({ exit }, id) =>
        exit.k === 'branch' &&
        skeleton.exprs[exit.condition]?.k !== 'config' &&
        flow.isFreeBehind(id) &&
        [exit.whenTrue, exit.whenFalse].some(leads),
    )
  );
}

/** Whether some release in a block is certain to be followed by `event`; `leads` judges the code after the block. */
function followsRelease(
  { events: all, exit }: Block,
  event: EventId,
  events: FollowedEvents,
  leads: (to: readonly BlockId[]) => boolean,
): boolean {
  const { takes, ends, unsure, mayEnd } = events;
  const own = all.filter(({ id }) => takes.has(id) || ends.has(id) || unsure.has(id));
  return own.some(({ id }, i) => {
    if (!ends.has(id) && !mayEnd.has(id)) return false;
    const next = own[i + 1];
    if (next !== undefined) return next.id === event && ends.has(event);
    const to = successors(exit);
    return to.length > 0 && leads(to);
  });
}

/** Whether some path from a block reaches an event before any other operation on the lock. */
export function firstIs(
  blocks: readonly Block[],
  from: BlockId,
  event: EventId,
  events: FollowedEvents,
): boolean {
  const seen = new Set<BlockId>([from]);
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const block = blocks[id];
    if (block === undefined) continue;
    const first = firstOf(block, events);
    if (first === event) return true;
    if (first !== undefined) continue;
    for (const to of successors(block.exit)) {
      if (seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return false;
}

/** A lock, and the releases that end its section. */
interface Ended {
  readonly lock: LockRef & Pick<HeldLock, 'site'>;
  readonly ends: ReadonlySet<EventId>;
}

/**
 * Whether the arm of a failed acquisition leads only to releases of the section that the other arm begins, first to this
 * one, and within the round if it is in a loop.
 */
export function leadsOnlyTo(
  { around }: CheckContext,
  summary: FunctionSummary,
  skeleton: Skeleton,
  { lock, ends }: Ended,
  release: EventId,
): boolean {
  const { event } = lock.site;
  const at = blockOf(skeleton, event);
  const known = lockEventsOf(around, summary, lock, lock.site.via === undefined ? undefined : event);
  const arm = known.arms.get(at);
  if (arm === undefined) return false;
  const unsure = new Set([...known.unsure, ...known.ends, ...known.takes].filter((one) => !ends.has(one)));
  const events: FollowedEvents = { ...known, takes: new Set(), ends, unsure };
  const round = oneRound(skeleton, at);
  // A round that goes on without a release is not bound to one.
  const blocks = round.blocks.map((block, id): Block =>
    id === round.next ? { ...block, exit: { k: 'return', value: -1, at: NOWHERE } } : block,
  );
  return (
    boundTo(blocks, events, 'ends').has(arm.free) &&
    firstIs(blocks, arm.free, release, events) &&
    !isRenamed(skeleton, blocks, at, event, release)
  );
}

const NOWHERE = { line: 0, column: 0, endLine: 0, endColumn: 0 };

/** Whether a variable that names the lock is assigned on the way from the acquisition to the release. */
function isRenamed(
  skeleton: Skeleton,
  blocks: readonly Block[],
  at: BlockId,
  event: EventId,
  release: EventId,
): boolean {
  const released = eventAt(skeleton, release);
  if (released === undefined || !('args' in released)) return true;
  const spelled = 'lock' in released ? [released.lock] : released.args;
  const names = new Set(spelled.flatMap((id) => [...variablesOf(skeleton, id)]));
  const end = blockOf(skeleton, release);
  const before = blocksBefore(blocks, [end]);
  const between = [...reachableBlocks({ blocks }, at, -1)].filter((id) => id === end || before.has(id));
  return between.some((id) =>
    blocks[id]?.events.some(
      (one) =>
        one.k === 'assign' &&
        names.has(one.target) &&
        (id !== at || one.id > event) &&
        (id !== end || one.id < release),
    ),
  );
}

/** The variables in an expression. */
function variablesOf({ exprs }: Skeleton, id: ExprId): ReadonlySet<ExprId> {
  const found = new Set<ExprId>();
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const expr = exprs[at];
    if (expr === undefined) continue;
    if (expr.k === 'local' || expr.k === 'parameter' || expr.k === 'global') found.add(at);
    if ('base' in expr) open.push(expr.base);
    if (expr.k === 'index') open.push(expr.index);
    if (expr.k === 'binary') open.push(expr.left, expr.right);
  }
  return found;
}
