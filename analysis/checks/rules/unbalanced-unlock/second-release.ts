import { tellApart } from '../../../summaries/facts/told.js';
import { rootOf, type Term } from '../../../summaries/locks/terms.js';
import { everyExit } from '../../../summaries/solver/exits.js';
import type {
  CallSummary,
  ExitEffect,
  FunctionSummary,
  LockRef,
  LockUse,
} from '../../../summaries/state/types.js';
import { keyOf, wholeClassOf } from '../../../graph/events/collect.js';
import { blockOf } from '../../../skeleton/lowering/events.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import { blockAt, blocksBefore, reachableBlocks } from '../../../skeleton/lowering/block-paths.js';
import { partsOf } from '../../../skeleton/expressions/parts.js';
import type { BlockId, EventId, ExprId, Skeleton } from '../../../skeleton/types.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * Whether the path from an earlier release of the lock to this one is certain: every path from there arrives here, or
 * the conditions in between test only parameters of the function that were not tested before. A condition on an
 * object's field may be the very one that says the lock is still held.
 */
export function isSurelySecond(context: CheckContext, summary: FunctionSummary, use: LockUse): boolean {
  const skeleton = context.around.program.skeleton(summary.fn);
  if (skeleton === undefined || use.site.via !== undefined) return false;
  const second = use.site.event;
  return firstReleases(context, summary, use).some((first) => leadsOn(skeleton, first, second));
}

/**
 * Whether a path from an earlier release of the lock arrives here without another acquisition, and only the results of
 * calls made since the release select that path.
 */
export function isSecondByAnswers(context: CheckContext, summary: FunctionSummary, use: LockUse): boolean {
  const skeleton = context.around.program.skeleton(summary.fn);
  if (skeleton === undefined || use.site.via !== undefined) return false;
  const taking = takersOf(context, summary, use);
  return firstReleases(context, summary, use).some((first) =>
    arrivesByAnswers(skeleton, first, use.site.event, taking),
  );
}

/**
 * Whether control continues from an earlier release of the lock to the next round of a loop, or back to a label, and
 * every path from there releases the lock before it takes it or returns. This event is the last of those releases. At
 * most one condition lies between, and it was not tested before the release.
 */
export function isSecondInRound(context: CheckContext, summary: FunctionSummary, use: LockUse): boolean {
  const skeleton = context.around.program.skeleton(summary.fn);
  if (skeleton === undefined || use.site.via !== undefined) return false;
  const isLock = ({ term }: LockRef): boolean => term.key === use.lock.term.key;
  const holds = ({ lock, locksets }: LockUse): boolean =>
    isLock(lock) && locksets.some(({ held }) => held.some(isLock));
  const taking = takersOf(context, summary, use);
  const releasing = new Set<EventId>(
    summary.uses.filter(({ k, lock }) => k === 'release' && isLock(lock)).map(({ site }) => site.event),
  );
  // The first release is itself the excess one in the next round.
  const firsts = summary.uses
    .filter((other) => other !== use && other.k === 'release' && other.site.via === undefined && holds(other))
    .map(({ site }) => site.event);
  const bound = boundToRelease(skeleton, releasing, taking);
  const second = blockOf(skeleton, use.site.event);
  return firsts.some((first) => {
    const start = blockOf(skeleton, first);
    const asked = askedExactly(skeleton, start);
    for (let at = start, from: EventId | undefined = first; ; from = undefined) {
      const { events, exit } = blockAt(skeleton, at);
      const rest = events.slice(from === undefined ? 0 : events.findIndex(({ id }) => id === from) + 1);
      if (rest.some(({ id }) => taking.has(id) || releasing.has(id))) return false;
      if (exit.k === 'goto' && exit.to !== start) at = exit.to;
      else {
        if (exit.k !== 'branch') return false;
        const { whenTrue, whenFalse, condition } = exit;
        const arms = [whenTrue, whenFalse].filter((to) => bound.has(to));
        // Both arms may lead to the release; then the condition does not matter.
        if (arms.length === 1 && (exit.loop === true || asked.has(condition))) return false;
        return arms.some((arm) => leadsBack(skeleton, arm, start, second, releasing));
      }
      if (bound.has(at) && leadsBack(skeleton, at, start, second, releasing)) return true;
    }
  });
}

/** Events that take a lock of the class, and calls that may keep one. */
function takersOf(context: CheckContext, summary: FunctionSummary, use: LockUse): Set<EventId> {
  const key = wholeClassOf(use.lock);
  const isLock = (lock: LockRef): boolean => wholeClassOf(lock) === key;
  const taking = new Set<EventId>(
    summary.acquires.filter(({ lock }) => isLock(lock)).map(({ site }) => site.event),
  );
  for (const { targets, callee, site } of summary.calls) {
    const mayTake = targets.some((target) => everyExit(context.around.summaryOf(target)).some(isKept));
    if (callee !== undefined || mayTake) taking.add(site.event);
  }
  function isKept({ acquired }: ExitEffect): boolean {
    return acquired.some(isLock);
  }
  return taking;
}

/**
 * Blocks from whose beginning every path reaches a release before it takes the lock or returns. Unlike in `boundTo()`,
 * an endless loop counts as reaching it.
 */
function boundToRelease(
  skeleton: Skeleton,
  releasing: ReadonlySet<EventId>,
  taking: ReadonlySet<EventId>,
): ReadonlySet<BlockId> {
  const { blocks } = skeleton;
  const bound = new Set<BlockId>();
  const passing: BlockId[] = [];
  blocks.forEach(({ events, exit }, block) => {
    const decisive = events.find(({ id }) => releasing.has(id) || taking.has(id));
    if (decisive !== undefined ? !releasing.has(decisive.id) : exit.k === 'return') return;
    bound.add(block);
    if (decisive === undefined && exit.k !== 'stop') passing.push(block);
  });
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const block of passing) {
      if (!bound.has(block) || successors(blockAt(skeleton, block).exit).every((to) => bound.has(to)))
        continue;
      bound.delete(block);
      isChanged = true;
    }
  }
  return bound;
}

/**
 * Whether the path from a block enters, without a release, a loop or label that contains the first release, and ends at
 * `second`.
 */
function leadsBack(
  skeleton: Skeleton,
  from: BlockId,
  start: BlockId,
  second: BlockId,
  releasing: ReadonlySet<EventId>,
): boolean {
  const round = blocksBefore(skeleton.blocks, [start]);
  const seen = new Set<BlockId>([from]);
  const open = [from];
  let isBack = false;
  let isEnd = false;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { events, exit } = blockAt(skeleton, at);
    isBack ||= at === start || round.has(at);
    isEnd ||= at === second;
    if (events.some(({ id }) => releasing.has(id))) continue;
    for (const to of successors(exit)) {
      if (seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return isBack && isEnd;
}

/** Conditions on paths that reach a block for the first time. */
function askedExactly(skeleton: Skeleton, start: BlockId): ReadonlySet<ExprId> {
  const asked = new Set<ExprId>();
  for (const at of reachableBlocks(skeleton, 0, start)) {
    const { exit } = blockAt(skeleton, at);
    if (exit.k === 'branch') asked.add(exit.condition);
    if (exit.k === 'switch') asked.add(exit.on);
  }
  return asked;
}

/**
 * Whether a path leads from `first` to `second` without any of the events `without`, selected only by the results of
 * calls on it.
 */
function arrivesByAnswers(
  skeleton: Skeleton,
  first: EventId,
  second: EventId,
  without: ReadonlySet<EventId>,
): boolean {
  const seen = new Set<BlockId>();
  const walk = (
    block: BlockId,
    from: EventId | undefined,
    before: ReadonlySet<EventId | string>,
  ): boolean => {
    const { events, exit } = blockAt(skeleton, block);
    const known = new Set(before);
    const at = from === undefined ? -1 : events.findIndex(({ id }) => id === from);
    for (const event of events.slice(at + 1)) {
      if (event.id === second) return true;
      if (without.has(event.id)) return false;
      if (event.k === 'call') known.add(event.id);
      if (event.k !== 'assign') continue;
      const value = skeleton.exprs[event.value];
      const name = `${event.target}`;
      if (value?.k === 'result' && known.has(value.event)) known.add(name);
      else known.delete(name);
    }
    if (exit.k !== 'goto' && (exit.k !== 'branch' || !isAnswer(skeleton, exit.condition, known)))
      return false;
    return successors(exit).some((to) => {
      if (seen.has(to)) return false;
      seen.add(to);
      return walk(to, undefined, known);
    });
  };
  return walk(blockOf(skeleton, first), first, new Set());
}

/** Whether a condition tests only results and locals in `known`. */
function isAnswer(skeleton: Skeleton, condition: ExprId, known: ReadonlySet<EventId | string>): boolean {
  return variablesOf(skeleton, condition).every((id) => {
    const expr = skeleton.exprs[id];
    return expr?.k === 'result' ? known.has(expr.event) : known.has(`${id}`);
  });
}

/** Releases of the lock, and calls that release it on every exit, or say through a pointer whether they have released it. */
function firstReleases(context: CheckContext, summary: FunctionSummary, use: LockUse): readonly EventId[] {
  const isLock = ({ term }: LockUse['lock']): boolean => term.key === use.lock.term.key;
  const own = summary.uses.filter(
    (other) => other !== use && other.k === 'release' && other.ended === 'own' && isLock(other.lock),
  );
  const calls = releasingCalls(context, summary, use).filter(
    ({ args, below: { rawExits }, releases }) =>
      rawExits.every(releases) || isToldByPointer(rawExits, releases, args),
  );
  return [...own, ...calls].filter(({ site }) => site.via === undefined).map(({ site }) => site.event);
}

/** A call with the lock held of a function that releases it on some of its exits. */
interface ReleasingCall extends CallSummary {
  readonly below: FunctionSummary;
  readonly releases: (exit: ExitEffect) => boolean;
}

/** The calls of functions that release the lock on some of their exits. */
export function releasingCalls(
  { collected }: CheckContext,
  { calls }: FunctionSummary,
  { lock }: LockUse,
): readonly ReleasingCall[] {
  const key = keyOf(lock);
  const releases = ({ released }: ExitEffect): boolean => released.some((one) => keyOf(one) === key);
  return calls.flatMap((call) => {
    const [target, ...others] = call.targets;
    const below = target && collected.summaries.get(target);
    if (below === undefined || others.length > 0 || call.site.via !== undefined || below.gaps.length > 0)
      return [];
    const isHeld = call.locksets.every(({ held }) => held.some(({ term }) => term.key === lock.term.key));
    return isHeld && below.rawExits.some(releases) ? [{ ...call, below, releases }] : [];
  });
}

/** Whether what exits store in variables of the caller says of each whether it is one of `those`. */
function isToldByPointer(
  exits: readonly ExitEffect[],
  those: (exit: ExitEffect) => boolean,
  args: readonly Term[],
): boolean {
  const isOfCaller = (place: Term): boolean => {
    const root = rootOf(place);
    const arg = root.k === 'parameter' ? args[root.index] : undefined;
    return place.k === 'deref' || (arg?.k === 'address' && arg.base.k === 'local');
  };
  const others = exits.filter((exit) => !those(exit));
  return exits
    .filter(those)
    .every(({ told }) => others.every((other) => tellApart(told, other.told, isOfCaller)));
}

/**
 * Whether every path from `first` reaches `second`, or leaves only through conditions on parameters that were not
 * tested before.
 */
export function leadsOn(skeleton: Skeleton, first: EventId, second: EventId): boolean {
  const start = blockOf(skeleton, first);
  const end = blockOf(skeleton, second);
  if (start < 0 || end < 0) return false;
  const { blocks } = skeleton;
  const place = (event: EventId, block: BlockId): number =>
    blocks[block]?.events.findIndex(({ id }) => id === event) ?? -1;
  if (start === end && place(first, start) < place(second, end)) return true;
  return leadsBehind(skeleton, start, end);
}

/** The same from the end of one block to another block. */
export function leadsBehind(skeleton: Skeleton, start: BlockId, end: BlockId): boolean {
  const { blocks } = skeleton;
  const reaching = blocksBefore(skeleton.blocks, [end]);
  const asked = askedBefore(skeleton, start);
  const seen = new Set<BlockId>();
  const open = [start];
  let arrives = false;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const exit = blocks[at]?.exit;
    if (exit === undefined) return false;
    const next = successors(exit);
    const away = next.filter((to) => to !== end && !reaching.has(to) && !endsThere(skeleton, to));
    const condition = exit.k === 'branch' ? exit.condition : exit.k === 'switch' ? exit.on : -1;
    if (away.length > 0 && (condition < 0 || !isPlain(skeleton, condition, asked))) return false;
    for (const to of next) {
      if (to === end) arrives = true;
      else if (reaching.has(to) && !seen.has(to)) {
        // The next round of a loop may take the lock again.
        if (to === start) return false;
        seen.add(to);
        open.push(to);
      }
    }
  }
  return arrives;
}

/** Whether control never continues after the block. */
function endsThere({ blocks }: Skeleton, block: BlockId): boolean {
  return blocks[block]?.exit.k === 'stop';
}

/** Values that the conditions on paths to a block test. */
function askedBefore(skeleton: Skeleton, start: BlockId): ReadonlySet<ExprId> {
  const asked = new Set<ExprId>();
  for (const id of blocksBefore(skeleton.blocks, [start])) {
    const exit = skeleton.blocks[id]?.exit;
    const condition = exit?.k === 'branch' ? exit.condition : exit?.k === 'switch' ? exit.on : undefined;
    if (condition !== undefined) for (const part of variablesOf(skeleton, condition)) asked.add(part);
  }
  return asked;
}

/** Whether a condition tests only parameters that were not tested before. */
function isPlain(skeleton: Skeleton, condition: ExprId, asked: ReadonlySet<ExprId>): boolean {
  return variablesOf(skeleton, condition).every((id) => {
    const { k } = skeleton.exprs[id] ?? { k: 'unknown' };
    return k === 'parameter' && !asked.has(id);
  });
}

/** The values from which an expression is computed, without constants. */
function variablesOf({ exprs }: Skeleton, id: ExprId): readonly ExprId[] {
  return partsOf(exprs, id).filter((part) => exprs[part]?.k !== 'constant');
}
