import { BOUNDS } from '../../../../base/bounds.js';
import { blockOf } from '../../../../skeleton/lowering/events.js';
import { successors } from '../../../../skeleton/lowering/exits.js';
import type { BlockId, EventId, ExprId, Skeleton } from '../../../../skeleton/types.js';
import type { FunctionSummary, LockRef, Site } from '../../../../summaries/state/types.js';
import type { CheckContext } from '../../../engine/check.js';
import { KnownCallers } from '../../../../graph/sight/callers.js';
import type { Collected } from '../../../../graph/events/collect.js';
import type { FunctionRef } from '../../../../link/types.js';
import { conditionsAsked, decidedBy, outcomeOf, walk } from './opposite-conditions.js';

/** Whether a lock is released under a weaker condition than the one under which it is acquired. */
export function isReleasedForMore(
  { collected }: CheckContext,
  { fn, acquires }: FunctionSummary,
  { term }: LockRef,
  release: EventId,
): boolean {
  const takes = acquires.filter(({ lock }) => lock.term.key === term.key);
  return !takes.some(({ nonBlocking }) => nonBlocking) && isWeaker(collected, fn, release, takes, true);
}

/** Whether a lock is acquired under a weaker condition than the one under which the function releases it. */
export function isTakenForMore(
  { collected }: CheckContext,
  { fn, uses }: FunctionSummary,
  { term }: LockRef,
  take: EventId,
): boolean {
  const ends = uses.filter(({ k, lock }) => k === 'release' && lock.term.key === term.key);
  return isWeaker(collected, fn, take, ends, false);
}

/**
 * Whether the condition of an event is weaker than that of others: wherever one of these happens, so does the event,
 * but not the other way round. `if (a && b) lock(); … if (a) unlock();`, with a variable for either (`both = a &&
 * b;`), or `if (a) lock(); … if (a || b) unlock();`. The two must have a condition in common. A flag that invisible
 * callers pass may mean that they hold the lock. With `isEnd`, every path from one of the others must reach the
 * event, since a function that keeps the lock for its caller may also release it on some paths.
 */
function isWeaker(
  collected: Collected,
  fn: FunctionRef,
  event: EventId,
  uses: readonly { readonly site: Site }[],
  isEnd: boolean,
): boolean {
  const skeleton = collected.program.skeleton(fn);
  if (skeleton === undefined) return false;
  const others = uses.map(({ site }) => site.event);
  if (others.length === 0) return false;
  const own = conditionsAbove(skeleton, event);
  const further = new Set(others.flatMap((other) => [...conditionsAbove(skeleton, other)]));
  const asked = [...new Set([...own, ...further])];
  const common = asked.filter((one) => own.has(one) && further.has(one));
  if (asked.length > BOUNDS.conditionsTogether || common.length === 0) return false;
  if (
    asked.some((one) => own.has(one) !== further.has(one) && isFlag(skeleton, one)) &&
    new KnownCallers(collected).of(fn) === undefined
  )
    return false;
  const at = blockOf(skeleton, event);
  const places = others.map((other) => blockOf(skeleton, other));
  let isMore = false;
  let isBoth = false;
  for (let outcomes = 0; outcomes < 1 << asked.length; outcomes++) {
    const { reached, next } = reachedUnder(skeleton, decidedBy(asked, outcomes));
    const isOther = places.some((place) => reached.has(place));
    if (isOther && !reached.has(at)) return false;
    const mayReturn = (place: BlockId): boolean =>
      [...walk(skeleton, place, undefined, new Set([event]), (from, to) => next(from).includes(to))].some(
        (id) => skeleton.blocks[id]?.exit.k === 'return',
      );
    if (isEnd && places.some((place) => reached.has(place) && mayReturn(place))) return false;
    isBoth ||= isOther;
    isMore ||= reached.has(at) && !isOther && isAskedAgain(skeleton, reached, common);
  }
  return isMore && isBoth;
}

/**
 * Whether one of the conditions is tested twice in these blocks. A path that leaves before the second test may be a
 * case of its own.
 */
function isAskedAgain(
  skeleton: Skeleton,
  reached: ReadonlySet<BlockId>,
  conditions: readonly string[],
): boolean {
  const asked = conditionsAsked(skeleton);
  return conditions.some((one) => (asked.get(one) ?? []).filter((id) => reached.has(id)).length > 1);
}

/** Whether a condition is a parameter. */
function isFlag({ exprs }: Skeleton, condition: string): boolean {
  return exprs[Number(condition)]?.k === 'parameter';
}

/**
 * The conditions that decide whether an event happens, up to the nearest join of paths above it, if their values do
 * not change. A tested variable stands for the conditions under which it gets its constants.
 */
function conditionsAbove(skeleton: Skeleton, event: EventId): ReadonlySet<string> {
  const { blocks } = skeleton;
  const found = new Set<string>();
  const seen = new Set<BlockId>();
  const visit = (to: BlockId): void => {
    if (seen.has(to)) return;
    seen.add(to);
    const above = blocks.flatMap(({ exit }, id) => (successors(exit).includes(to) ? [id] : []));
    const isJoin = above.some((id) => blocks[id]?.exit.k !== 'branch');
    if (isJoin && above.length > 1) return;
    for (const id of above) {
      const outcome = outcomeOf(skeleton, id, to);
      if (outcome !== undefined) found.add(outcome.condition);
      for (const store of storesOf(skeleton, variableAsked(skeleton, id))) visit(store);
      visit(id);
    }
  };
  visit(blockOf(skeleton, event));
  return found;
}

/** The local variable that a branch tests, itself or negated. */
function variableAsked({ blocks, exprs }: Skeleton, id: BlockId): ExprId | undefined {
  const exit = blocks[id]?.exit;
  if (exit?.k !== 'branch') return undefined;
  const asked = exprs[exit.condition];
  const variable = asked?.k === 'unary' && asked.op === '!' ? asked.base : exit.condition;
  return exprs[variable]?.k === 'local' ? variable : undefined;
}

/** Blocks in which a variable gets a value. */
function storesOf({ blocks }: Skeleton, variable: ExprId | undefined): readonly BlockId[] {
  return blocks.flatMap(({ events }, id) =>
    events.some((event) => event.k === 'assign' && event.target === variable) ? [id] : [],
  );
}

/** The blocks that can be reached if the conditions have these outcomes, and the successors of a block then. */
function reachedUnder(
  skeleton: Skeleton,
  decided: (condition: string) => boolean | undefined,
): { readonly reached: ReadonlySet<BlockId>; readonly next: (id: BlockId) => readonly BlockId[] } {
  const { blocks, exprs } = skeleton;
  const reached = new Set<BlockId>([0]);
  /** Whether the blocks reached so far may give a variable a value other than zero. */
  const mayBeSet = (variable: ExprId): boolean => {
    const stores = storesOf(skeleton, variable);
    return (
      stores.length === 0 ||
      stores.some(
        (id) =>
          reached.has(id) &&
          blocks[id]?.events.some((event) => {
            const value = event.k === 'assign' && event.target === variable ? exprs[event.value] : undefined;
            return value !== undefined && (value.k !== 'constant' || value.value !== 0);
          }) === true,
      )
    );
  };
  const next = (id: BlockId): readonly BlockId[] => {
    const exit = blocks[id]?.exit;
    if (exit === undefined) return [];
    if (exit.k !== 'branch' || exit.whenTrue === exit.whenFalse) return successors(exit);
    const outcome = outcomeOf(skeleton, id, exit.whenTrue);
    const known = outcome && decided(outcome.condition);
    if (known !== undefined) return [known === outcome?.holds ? exit.whenTrue : exit.whenFalse];
    const variable = variableAsked(skeleton, id);
    if (variable === undefined || mayBeSet(variable)) return successors(exit);
    return [variable === exit.condition ? exit.whenFalse : exit.whenTrue];
  };
  for (let before = 0; before < reached.size;) {
    before = reached.size;
    for (const id of reached) for (const to of next(id)) reached.add(to);
  }
  return { reached, next };
}
