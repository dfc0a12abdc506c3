import { everyExit } from '../../../summaries/solver/exits.js';
import { BOUNDS } from '../../../base/bounds.js';
import { absolute, type Span } from '../../../base/span.js';
import { canFollow } from '../../../skeleton/lowering/block-paths.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { boundIn } from '../../../summaries/locks/bound.js';
import { deref, inCaller, isBorn, someTerm, type Term } from '../../../summaries/locks/terms.js';
import { contradicts } from '../../../summaries/facts/fact.js';
import { Facts } from '../../../summaries/facts/facts.js';
import type { FunctionSummary, ExitEffect, HeldLock, LockRef } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { FunctionRef } from '../../../link/types.js';
import type { HandOver } from '../../../models/types.js';
import type { Block, BlockId, Event, EventId, Skeleton } from '../../../skeleton/types.js';
import type { CheckContext } from '../../engine/check.js';
import { shown, spoken } from '../../story/story.js';
import { blockOf } from '../../../skeleton/lowering/events.js';
import { keptUnderOneOutcome } from './conditions/opposite-conditions.js';

/** The parts of a program that determine who releases a lock. */
export type World = Pick<CheckContext, 'around' | 'collected' | 'acquiredWithin'>;

/** Whether the result type or the op table slot tells callers that the function keeps this lock. */
export function isContract({ around }: World, { fn }: FunctionSummary, lock: HeldLock): boolean {
  const rule = handOverOf(around, lock);
  if (rule === undefined) return false;
  const returns = fn.item?.returns ?? '';
  if (rule.toldBy?.includes(returns) === true) return true;
  return functionsIn(around, rule.keptIn, fn.file).has(fn);
}

/**
 * Return statements of this exit that some path from the acquisition reaches without an event that may end the lock: a
 * release, a call that ends or receives it, or a skipped conditional release under the condition that may guard the
 * acquisition. With `isAlone`, callers take no part: a condition right after the acquisition then does not count,
 * unless it guards a call through an op table.
 */
export function surelyKeptAt(
  world: World,
  summary: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
  isAlone = false,
): readonly Span[] {
  const skeleton = world.around.program.skeleton(summary.fn);
  if (skeleton === undefined) return exit.at;
  const ends = endsOf(world, summary, skeleton, lock);
  const start = blockOf(skeleton, lock.site.event);
  if (start < 0) return exit.at;
  const reached = new Set<Span>();
  const leave = ({ exit: last }: Block): void => {
    const at = last.k === 'return' ? absolute(last.at, summary.fn.line) : undefined;
    for (const span of exit.at) if (at !== undefined && isSame(span, at)) reached.add(span);
  };
  const isTold = tellsApart(summary, exit, lock);
  const skipped = isTold ? new Set<string>() : conditionalEnds(skeleton, summary, ends, start, isAlone);
  const seen = new Set<BlockId>();
  const open: { readonly id: BlockId; readonly from: EventId | undefined }[] = [
    { id: start, from: lock.site.event },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const block = skeleton.blocks[next.id];
    if (block === undefined) continue;
    const { from } = next;
    const first = from === undefined ? 0 : block.events.findIndex(({ id }) => id === from) + 1;
    if (block.events.slice(first).some(({ id }) => ends.has(id))) continue;
    leave(block);
    for (const to of successors(block.exit)) {
      if (seen.has(to) || skipped.has(`${next.id}>${to}`)) continue;
      seen.add(to);
      open.push({ id: to, from: undefined });
    }
  }
  return exit.at.filter((span) => reached.has(span));
}

/**
 * Whether no return statement of an exit is reached with the lock held if each condition has one outcome throughout, but
 * for those on a member called `changed`.
 */
export function isNeverKept(
  world: World,
  summary: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
  changed?: string,
): boolean {
  const { fn } = summary;
  const skeleton = world.around.program.skeleton(fn);
  const { event } = lock.site;
  const block = skeleton === undefined ? -1 : blockOf(skeleton, event);
  if (skeleton === undefined || block < 0) return false;
  const ends = endsOf(world, summary, skeleton, lock);
  const kept = keptUnderOneOutcome(skeleton, { block, event }, ends, changed);
  if (kept === undefined) return false;
  const returns = [...kept].flatMap((id) => {
    const last = skeleton.blocks[id]?.exit;
    return last?.k === 'return' ? [absolute(last.at, fn.line)] : [];
  });
  return !exit.at.some((span) => returns.some((at) => isSame(span, at)));
}

/** Whether exits that released the lock always return values different from this one's. */
function tellsApart(summary: FunctionSummary, exit: ExitEffect, lock: HeldLock): boolean {
  const released = summary.rawExits.filter(({ ended }) => ended.has(lock.term.key));
  return released.length > 0 && released.every(({ signs }) => (signs & exit.signs) === 0);
}

function isSame(a: Span, b: Span): boolean {
  return a.line === b.line && a.column === b.column;
}

/** Events that end the lock or may end it. */
export function endsOf(
  world: World,
  summary: FunctionSummary,
  skeleton: Skeleton,
  lock: HeldLock,
): ReadonlySet<EventId> {
  const key = keyOf(lock);
  const taken = new Set(
    summary.acquires.filter((one) => keyOf(one.lock) === key).map((one) => one.site.event),
  );
  const rule = handOverOf(world.around, lock);
  // A handed-over lock moves from variable to variable, so classes are compared.
  const isAnyOfClass = taken.size <= 1 || rule !== undefined;
  const isLock = (
    other: { readonly term: { readonly key: string } },
    otherKey: string | undefined,
  ): boolean => other.term.key === lock.term.key || (isAnyOfClass && key !== undefined && otherKey === key);
  const ends = new Set<EventId>();
  for (const use of summary.uses)
    if (use.k === 'release' && isLock(use.lock, keyOf(use.lock))) ends.add(use.site.event);
  const under = summary.calls.filter(({ locksets }) =>
    locksets.some(({ held }) => held.some((one) => one.term.key === lock.term.key)),
  );
  for (const { targets, args, site } of under)
    if (targets.some((target) => releases(world, { caller: summary.fn, target, args }, lock, isAnyOfClass)))
      ends.add(site.event);
  const releasing = [...ends];
  const takers = functionsIn(world.around, rule?.givenIn, summary.fn.file);
  for (const call of under) {
    const isTaker = call.targets.some((target) => takers.has(target) || rule?.givenTo?.includes(target.name));
    const isSlot = call.callee?.k === 'field' && isNamed(rule?.givenIn, call.callee.name);
    const isUnseen = !call.targets.some((target) => world.around.summaryOf(target) !== undefined);
    const isGivenIt = isUnseen && call.args.some((arg) => deref(arg).key === lock.term.key);
    // An unknown function behind a pointer gets the object with the lock, and nothing releases the lock behind the call.
    const isInstead =
      isUnseen &&
      call.callee !== undefined &&
      releasing.length > 0 &&
      call.args.some((arg) => isWithin(lock.term, deref(arg))) &&
      !releasing.some((event) => canFollow(skeleton, call.site.event, event));
    if (isTaker || isSlot || isGivenIt || isInstead) ends.add(call.site.event);
  }
  for (const { events } of skeleton.blocks)
    for (const event of events) if (isGiven(rule, event, skeleton)) ends.add(event.id);
  return ends;
}

function isWithin(lock: Term, object: Term): boolean {
  return someTerm(lock, ({ key }) => key === object.key);
}

/** Whether the arguments of a call contradict what an exit needs of its parameters. */
export function isRuledOut({ facts }: ExitEffect, args: readonly Term[]): boolean {
  return facts.some(({ term, fact }) => {
    const given = inCaller(term, args);
    return given.key !== term.key && contradicts(NOTHING.of(given), fact);
  });
}

const NOTHING = Facts.empty();

/** A call to one of its targets. */
interface ResolvedCall {
  readonly caller: FunctionRef;
  readonly target: FunctionRef;
  readonly args: readonly Term[];
}

/**
 * Whether a callee may release a lock of the class that its caller holds. A callee that takes such a lock releases its
 * own, even if it continues after a failure to take it.
 */
function releases(
  { around, acquiredWithin }: World,
  { caller, target, args }: ResolvedCall,
  lock: HeldLock,
  isAnyOfClass: boolean,
): boolean {
  const key = keyOf(lock);
  if (key !== undefined && acquiredWithin.classes(target, BOUNDS.callsToBalancedCallee).has(key))
    return false;
  const isReleasing = ({ released }: ExitEffect): boolean =>
    released.some((one) => {
      if (one.key !== undefined)
        return one.key === key && (isAnyOfClass || mayBe(boundIn(around, caller, one, args), lock));
      if (one.kind !== lock.kind) return false;
      const given = boundIn(around, caller, one, args);
      return given.key === undefined || given.key === key;
    });
  const exits = everyExit(around.summaryOf(target)).filter((exit) => !isRuledOut(exit, args));
  const releasing = exits.filter(isReleasing);
  const keeping = exits.filter((exit) => !isReleasing(exit));
  // If the result distinguishes the cases, so do the caller's paths.
  const isTold =
    keeping.length > 0 && keeping.every((a) => releasing.every((b) => (a.signs & b.signs) === 0));
  return releasing.length > 0 && !isTold;
}

/** Whether two locks of one class may be one: the caller can name both, and the names differ, if not. */
function mayBe({ term }: LockRef, lock: LockRef): boolean {
  return term.key === lock.term.key || [term, lock.term].some((one) => someTerm(one, isBorn));
}

/** Whether an event hands the lock over, by a store or by a call without a visible body. */
function isGiven(rule: HandOver | undefined, event: Event, skeleton: Skeleton): boolean {
  if (rule === undefined) return false;
  if (event.k !== 'assign') {
    const name = event.k === 'call' ? event.callee : event.api;
    return typeof name === 'string' && rule.givenTo?.includes(name) === true;
  }
  const target = skeleton.exprs[event.target];
  return target?.k === 'field' && rule.givenBy?.includes(target.name) === true;
}

function handOverOf({ models, classes }: Surroundings, lock: HeldLock): HandOver | undefined {
  const key = keyOf(lock);
  if (key === undefined) return undefined;
  // If another record has the same name, in a tool for instance, the name includes the file.
  return models.handOver(shown(classes, key)) ?? models.handOver(spoken(classes, key));
}

/** Functions in the given op table slots (`record.field`), as resolved from a file. */
function functionsIn(
  { program }: Surroundings,
  slots: readonly string[] | undefined,
  file: string,
): ReadonlySet<FunctionRef> {
  const found = new Set<FunctionRef>();
  for (const slot of slots ?? []) {
    const dot = slot.indexOf('.');
    for (const fn of program.resolveSlot(`struct ${slot.slice(0, dot)}`, slot.slice(dot + 1), file))
      found.add(fn);
  }
  return found;
}

function isNamed(slots: readonly string[] | undefined, field: string): boolean {
  return slots?.some((slot) => slot.endsWith(`.${field}`)) === true;
}

/**
 * Edges (`from>to`) that skip an `if (condition) release(lock);`. The arm contains nothing else, nothing jumps into it,
 * and it continues at the skipped edge's target.
 */
function conditionalEnds(
  skeleton: Skeleton,
  summary: FunctionSummary,
  ends: ReadonlySet<EventId>,
  start: BlockId,
  isAlone: boolean,
): ReadonlySet<string> {
  const optional = new Set(
    summary.calls
      .filter(({ callee, site }) => callee !== undefined && ends.has(site.event))
      .map(({ site }) => site.event),
  );
  const { blocks } = skeleton;
  const before = new Map<BlockId, number>();
  for (const block of blocks)
    for (const to of successors(block.exit)) before.set(to, (before.get(to) ?? 0) + 1);
  const skipped = new Set<string>();
  blocks.forEach(({ exit }, id) => {
    if (exit.k !== 'branch') return;
    // An op table with an operation that acquires the lock also has one that releases it.
    const among = isAlone && id === start ? optional : ends;
    for (const [arm, past] of [
      [exit.whenTrue, exit.whenFalse],
      [exit.whenFalse, exit.whenTrue],
    ] as const)
      if (arm !== past && endsAndGoesOn(arm, past, among)) skipped.add(`${id}>${past}`);
  });
  return skipped;

  function endsAndGoesOn(arm: BlockId, past: BlockId, among: ReadonlySet<EventId>): boolean {
    let isEnding = false;
    let at = arm;
    for (let steps = 0; steps < BOUNDS.cleanupBlocks; steps++) {
      const block = blocks[at];
      if (block === undefined || at === start || (before.get(at) ?? 0) > 1) return false;
      isEnding ||= block.events.some((event) => among.has(event.id));
      const { exit } = block;
      if (exit.k === 'goto') {
        if (exit.to === past) return isEnding;
        at = exit.to;
      } else if (exit.k === 'branch' && block.events.length === 0) {
        // Second operand of `a && b`.
        if (exit.whenFalse === past) at = exit.whenTrue;
        else if (exit.whenTrue === past) at = exit.whenFalse;
        else return false;
      } else return false;
    }
    return false;
  }
}

/** Whether the function takes a lock again without a release in between: that acquisition is the mistake, or a release is not seen. */
export function isTakenTwice({ acquires }: FunctionSummary, { term }: LockRef): boolean {
  return acquires.some(
    ({ lock, locksets }) =>
      lock.term.key === term.key &&
      locksets.some(({ held }) => held.some((one) => one.term.key === term.key)),
  );
}
