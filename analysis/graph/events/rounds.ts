import { FlowGraph, localSlot } from '../../summaries/state/flow-graph.js';
import { isOfClass, isOfSameRounds } from '../../summaries/state/held.js';
import { eventOf, joinedSlot } from '../../summaries/locks/names.js';
import { isBorn, isOlder, someTerm, type Term } from '../../summaries/locks/terms.js';
import type { FunctionSummary, HeldLock, LockRef, Site } from '../../summaries/state/types.js';
import type { Program } from '../../link/types.js';
import { blockOf, eventAt, eventsOf } from '../../skeleton/lowering/events.js';
import { redirected } from '../../skeleton/lowering/exits.js';
import type { Block, BlockId, Event, EventId, ExprId, Skeleton } from '../../skeleton/types.js';

/** Whether the event is in a loop of its function. */
export function isInLoop(program: Program, { fn, event }: Pick<Site, 'fn' | 'event'>): boolean {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) return false;
  return (FlowGraph.of(skeleton).loop[blockOf(skeleton, event)] ?? -1) >= 0;
}

/**
 * Whether a loop acquires or releases a different lock of this class in each iteration: some exit holds several from
 * one site, or this lock was acquired in an earlier iteration.
 */
export function isOfManyRounds(program: Program, { rawExits }: FunctionSummary, lock: HeldLock): boolean {
  const several = rawExits.some(({ acquired, released }) => {
    const held = acquired.filter((one) => isOfClass(one, lock));
    const given = released.filter((one) => isOfClass(one, lock)).map(({ event }) => event);
    const isRepeated = held.some((one, i) => held.some((other, j) => j > i && isOfSameRounds(one, other)));
    return isRepeated || new Set(given).size < given.length;
  });
  return several || (someTerm(lock.term, isOlder) && isInLoop(program, lock.site));
}

/**
 * Whether each iteration of the loop around `site` may use a different object: the lock is in an array element, or in
 * an object returned by a call in the loop or by the loop itself.
 */
export function isOtherEachRound(program: Program, { term }: LockRef, site: Site): boolean {
  const mayDiffer = (part: Term): boolean =>
    part.k === 'index' ? part.index.k !== 'constant' : isBorn(part);
  if (!someTerm(term, mayDiffer)) return false;
  const skeleton = program.skeleton(site.fn);
  if (skeleton === undefined) return true;
  const { loop } = FlowGraph.of(skeleton);
  const isRepeated = (event: EventId): boolean => (loop[blockOf(skeleton, event)] ?? -1) >= 0;
  if (!isRepeated(site.event)) return false;
  return someTerm(term, (part) => {
    if (part.k === 'index' || !mayDiffer(part)) return mayDiffer(part);
    const event = eventOf(part);
    return event === undefined || isRepeated(event);
  });
}

/** Whether a value is the element of a walk, about whose list nothing is known. */
export function isWalked(skeleton: Skeleton, value: Term): boolean {
  const event = value.k === 'opaque' ? eventOf(value) : undefined;
  const found = event === undefined ? undefined : eventAt(skeleton, event);
  return found !== undefined && isStepOfWalk(skeleton, found);
}

/** Whether an event gives a variable the element of a walk at the beginning of a round. */
export function isStepOfWalk({ exprs, blocks }: Skeleton, event: Event): boolean {
  return (
    event.k === 'assign' &&
    exprs[event.value]?.k === 'unknown' &&
    blocks.some(
      ({ exit }) =>
        exit.k === 'branch' && exit.loop === true && blocks[exit.whenTrue]?.events.includes(event) === true,
    )
  );
}

/** Whether a value is that of a variable which each round of a loop advances to the next element: `o++`. */
export function isAdvanced({ blocks, exprs }: Skeleton, term: Term): boolean {
  const slot = joinedSlot(term);
  if (slot === undefined) return false;
  return blocks.some(({ events }) =>
    events.some((event) => {
      if (event.k !== 'assign') return false;
      const [target, value] = [exprs[event.target], exprs[event.value]];
      return (
        target?.k === 'local' &&
        localSlot(target.index) === slot &&
        value?.k === 'binary' &&
        value.op === '+' &&
        value.left === event.target
      );
    }),
  );
}

/**
 * The blocks, with each edge back to the start of a round that contains `start` redirected to one more block, `next`.
 * Loops within the round stay unchanged.
 */
export function oneRound(
  skeleton: Skeleton,
  start: BlockId,
): { readonly blocks: readonly Block[]; readonly next: BlockId } {
  const { rank } = FlowGraph.of(skeleton);
  const rankOf = (id: BlockId): number => rank[id] ?? 0;
  const next = skeleton.blocks.length;
  const blocks = skeleton.blocks.map((block, id) => {
    const isBack = (to: BlockId): boolean => rankOf(to) <= rankOf(id) && rankOf(to) <= rankOf(start);
    const exit = redirected(block.exit, (to) => (isBack(to) ? next : to));
    return { ...block, exit };
  });
  return { blocks: [...blocks, { events: [], exit: { k: 'stop' } }], next };
}

/**
 * Whether a local variable only counts: it selects nothing, goes to no call, and begins with a constant. What it is compared
 * with then limits the rounds of a loop.
 */
export function onlyCounts(skeleton: Skeleton, variable: ExprId): boolean {
  const { exprs } = skeleton;
  if (exprs[variable]?.k !== 'local') return false;
  const isMade = (id: ExprId): boolean => {
    const expr = exprs[id];
    if (id === variable) return true;
    if (expr?.k === 'unary' || expr?.k === 'cast') return isMade(expr.base);
    return expr?.k === 'binary' && (isMade(expr.left) || isMade(expr.right));
  };
  const selects = exprs.some((expr) => {
    if (expr.k === 'index') return isMade(expr.index) || isMade(expr.base);
    return (expr.k === 'field' || expr.k === 'deref' || expr.k === 'address') && isMade(expr.base);
  });
  return (
    !selects &&
    eventsOf(skeleton).every((event) => {
      if (event.k !== 'assign') return !event.args.some(isMade);
      if (event.target === variable) return isMade(event.value) || exprs[event.value]?.k === 'constant';
      return !isMade(event.value) || exprs[event.target]?.k === 'field';
    })
  );
}
