import { ERROR_NUMBERS } from '../../../base/ctype.js';
import { hashText } from '../../../base/hash.js';
import { absolute, type Span } from '../../../base/span.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import {
  levelOf,
  SWITCHED,
  SWITCHED_NAMES,
  switchEventsOf,
  type Switched,
} from '../../../graph/paths/switch-events.js';
import type { FollowedEvents } from '../../../graph/paths/lock-events.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import type { FunctionRef } from '../../../link/types.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import type { BlockId, EventId, Skeleton } from '../../../skeleton/types.js';
import { NEGATIVE, ZERO } from '../../../summaries/facts/fact.js';
import { siteAt } from '../../../summaries/state/site.js';
import type { ExitEffect, FunctionSummary, Site } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import { leavingBehind } from '../missing-unlock/left-behind.js';
import { placeOf } from '../missing-unlock/ends-at.js';
import { canFollow } from '../../../skeleton/lowering/block-paths.js';
import { leadsToEnd, firstIs } from '../unbalanced-unlock/leads-to-release.js';
import { locationOf, witnessId } from '../../story/story.js';
import { isRestoredByCaller, savedState, type SavedState } from './saved-state.js';
import { returnsUnderOneOutcome, unequalExit } from './unequal-exits.js';
import type { Finding, StoryStep } from '../../types.js';

/**
 * Functions that disable interrupts, bottom halves or preemption without a lock: exits that leave them disabled
 * although other exits enable them again, and paths that enable them without having disabled them. Only where the
 * control flow and the interpreted paths agree.
 */
export function leftSwitched(context: CheckContext, summary: FunctionSummary): readonly Finding[] {
  const { around } = context;
  if (summary.fn.macro !== undefined || summary.gaps.length > 0) return [];
  const findings: Finding[] = [];
  for (const what of SWITCHED) {
    const left = summary.rawExits.filter((exit) => isLeftOff(context, exit, what));
    if (left.length === 0 && !isSwitchedOften(summary, what)) continue;
    const skeleton = around.program.skeleton(summary.fn);
    if (skeleton === undefined) continue;
    const events = switchEventsOf(around, summary, what);
    if (events.takes.size === 0) {
      const unequal = events.unsure.size === 0 ? undefined : unequalExit(around, summary, skeleton, what);
      if (unequal !== undefined && !isSwitchedByCaller(context, summary, what))
        findings.push(leftAt(summary, what, unequal.take, unequal.at));
      continue;
    }
    const saved = what === 'irq' ? savedState(context, skeleton, events) : 'none';
    if (saved === 'handed-on') continue;
    const switching: Switching = { context, summary, skeleton, what, events, saved };
    const found =
      events.ends.size === 0
        ? neverRestored(switching, left)
        : (leftOff(switching, left) ?? switchedOnTwice(switching));
    if (found !== undefined) findings.push(found);
  }
  return findings;
}

/**
 * Whether the function's exits leave different states, or one exit has enabled something once too often, so that
 * callers matter.
 */
export function endsDiffer(summary: FunctionSummary): boolean {
  return SWITCHED.some((what) => differ(summary, what));
}

function differ({ rawExits }: FunctionSummary, what: Switched): boolean {
  const [first] = rawExits;
  return (
    first !== undefined &&
    rawExits.some(
      ({ context }) => levelOf(context, what) < 0 || levelOf(context, what) !== levelOf(first.context, what),
    )
  );
}

interface Switching {
  readonly context: CheckContext;
  readonly summary: FunctionSummary;
  readonly skeleton: Skeleton;
  readonly what: Switched;
  readonly events: FollowedEvents;
  readonly saved: SavedState;
}

/** A state that is saved in a local variable, which no exit restores: nobody else can. */
function neverRestored(
  { context, summary, what, events, saved, skeleton }: Switching,
  left: readonly ExitEffect[],
): Finding | undefined {
  if (saved !== 'own' || events.unsure.size > 0 || left.length < summary.rawExits.length) return undefined;
  const at = left.flatMap((exit) => exit.at)[0];
  if (at === undefined || isRestoredByCaller(context, summary)) return undefined;
  const { fn } = summary;
  const name = SWITCHED_NAMES[what];
  return {
    ...plain(['irq-state', fn.file, fn.name, 'never-restored', what]),
    message: `returns with ${name} disabled: no path restores the state that it has saved`,
    at: { file: fn.file, ...at, function: fn.name },
    story: tellLeftOff(sitesOf(summary, skeleton, events.takes)[0], fn, at, name),
    assumes: [{ reason: 'ownership', text: `no caller of ${fn.name}() enables ${name} after this return` }],
  };
}

/** The exits that leave it disabled, which callers cannot distinguish from those that restore it. */
function indistinct({ summary, what, saved }: Switching, left: readonly ExitEffect[]): readonly ExitEffect[] {
  // Callers cannot restore a state that they do not have.
  if (saved === 'own') return left;
  const others = summary.rawExits.filter((exit) => levelOf(exit.context, what) === 0);
  return left.filter((exit) => isNoAnswer(summary, exit, others));
}

function leftOff(switching: Switching, left: readonly ExitEffect[]): Finding | undefined {
  const { context, summary, skeleton, what, events } = switching;
  const wrong = indistinct(switching, left);
  if (wrong.length === 0 || isSwitchedByCaller(context, summary, what)) return undefined;
  // If no path enables again what this function has disabled, its callers had disabled what the others enable.
  const isEnded = [...events.takes].some((take) =>
    [...events.ends].some((end) => canFollow(skeleton, take, end)),
  );
  if (!isEnded) return undefined;
  // Another entry point of the file may end what this one began, such as the single step of a debugger.
  if (wrong.every(({ signs }) => signs !== NEGATIVE) && isSwitchedByOther(context, summary, what))
    return undefined;
  const arms = leavingBehind(skeleton, events, events.ends, true).filter(
    (arm) => !isOption(skeleton, arm, events.ends),
  );
  const { fn } = summary;
  const wrongAmong = (reached: ReadonlySet<Span>): Span | undefined => {
    const places = new Set([...reached].map((span) => placeOf(absolute(span, fn.line))));
    return wrong.flatMap((exit) => exit.at).find((span) => places.has(placeOf(span)));
  };
  const at =
    wrongAmong(returnsFrom(skeleton, arms, events)) ??
    wrongAmong(returnsUnderOneOutcome(skeleton, fn, events));
  if (at === undefined) return undefined;
  return leftAt(summary, what, sitesOf(summary, skeleton, events.takes)[0], at);
}

function leftAt({ fn }: FunctionSummary, what: Switched, take: Site | undefined, at: Span): Finding {
  const name = SWITCHED_NAMES[what];
  const identity = ['irq-state', fn.file, fn.name, 'left-off', what];
  return {
    ...plain(identity),
    message: `returns with ${name} disabled; other return paths enable ${them(what)} again`,
    at: { file: fn.file, ...at, function: fn.name },
    story: tellLeftOff(take, fn, at, name),
    assumes: [{ reason: 'ownership', text: `no caller of ${fn.name}() enables ${name} after this return` }],
  };
}

function tellLeftOff(take: Site | undefined, fn: FunctionRef, at: Span, name: string): readonly StoryStep[] {
  return [
    ...(take === undefined ? [] : [{ path: 0, ...locationOf(take), text: `disables ${name}`, held: [] }]),
    {
      path: 0,
      file: fn.file,
      ...at,
      function: fn.name,
      text: `returns with ${name} disabled`,
      held: [],
      isReturn: true,
    },
  ];
}

/** Whether the block follows an `if (condition) enable();`: the same condition may have guarded the disabling call. */
function isOption({ blocks }: Skeleton, behind: BlockId, ends: ReadonlySet<EventId>): boolean {
  return blocks.some(
    ({ exit }) =>
      exit.k === 'branch' &&
      successors(exit).includes(behind) &&
      successors(exit).some((id) => {
        const arm = blocks[id];
        return (
          arm?.exit.k === 'goto' &&
          arm.exit.to === behind &&
          arm.events.length > 0 &&
          arm.events.every((event) => ends.has(event.id))
        );
      }),
  );
}

/**
 * Whether an exit enables it once too often. A state saved by other code may be restored on all paths; a nesting count
 * ends up one too low for every caller.
 */
function isSwitchedOften({ rawExits }: FunctionSummary, what: Switched): boolean {
  const isOver = rawExits.some((exit) => levelOf(exit.context, what) < 0);
  return isOver && (what !== 'irq' || rawExits.some((exit) => levelOf(exit.context, what) === 0));
}

/** Paths that enable what they have not disabled: in front of the section, or a second time behind it. */
function switchedOnTwice({ context, summary, skeleton, what, events }: Switching): Finding | undefined {
  if (!isSwitchedOften(summary, what)) return undefined;
  // Callees that do it on only some outcomes nest in ways that the analysis does not track.
  if (events.unsure.size > 0) return undefined;
  const { fn } = summary;
  const begins = [...events.takes].some((take) => firstIs(skeleton.blocks, 0, take, events));
  if (!begins || isEnteredOff(context, summary, what) || isLeftOffByOther(context, summary, what))
    return undefined;
  const site = sitesOf(summary, skeleton, events.ends).find(({ event }) =>
    leadsToEnd(skeleton, events, event, true),
  );
  if (site === undefined) return undefined;
  const name = SWITCHED_NAMES[what];
  const identity = ['irq-state', fn.file, fn.name, 'on-twice', what];
  return {
    ...plain(identity),
    message: `enables ${name} on a path that has not disabled ${them(what)}`,
    at: locationOf(site),
    story: [{ path: 0, ...locationOf(site), text: `enables ${name}`, held: [] }],
    assumes: [{ reason: 'ownership', text: `no caller of ${fn.name}() has disabled ${name} for it` }],
  };
}

function plain(
  identity: readonly string[],
): Pick<Finding, 'id' | 'rule' | 'severity' | 'confidence' | 'locks' | 'witnesses' | 'evidence' | 'fixes'> {
  return {
    id: hashText(identity.join('\n')),
    rule: 'irq-state',
    severity: 'error',
    confidence: 'high',
    locks: [],
    witnesses: [witnessId(identity)],
    evidence: [],
    fixes: [],
  };
}

function them(what: Switched): string {
  return what === 'preempt' ? 'it' : 'them';
}

/** Whether an exit leaves it disabled, other than by a lock still held. */
function isLeftOff(context: CheckContext, exit: ExitEffect, what: Switched): boolean {
  return levelOf(exit.context, what) > 0 && !isOfLock(context, exit, what);
}

/** Whether a lock still held at the exit disabled it: then the release of that lock is the question. */
function isOfLock({ around }: CheckContext, { acquired }: ExitEffect, what: Switched): boolean {
  return acquired.some(({ api }) => {
    const model = around.models.lockApi(api);
    return what === 'irq' ? model?.irq !== undefined : what === 'bh' && model?.bh === true;
  });
}

/**
 * Whether callers cannot distinguish this exit from those that restore the state: it reports a failure, or it returns
 * the same value as those.
 */
function isNoAnswer({ fn }: FunctionSummary, exit: ExitEffect, others: readonly ExitEffect[]): boolean {
  const returns = fn.item?.returns ?? '';
  if (exit.signs === NEGATIVE) return true;
  if ((returns === 'bool' || returns.endsWith('*')) && exit.signs === ZERO)
    return others.some(({ signs }) => (signs & ~ZERO) !== 0);
  // Only NULL tells that the state is restored; the object comes with it disabled.
  if (returns.endsWith('*') && others.every(({ signs }) => signs === ZERO)) return false;
  if (isYes(exit) && others.every(({ signs }) => signs === ZERO)) return false;
  // A function that returns zero on success and something else on failure.
  if (ERROR_NUMBERS.has(returns) && (exit.signs & ZERO) === 0 && others.some(({ signs }) => signs === ZERO))
    return true;
  return others.some(({ signs }) => (signs & exit.signs) !== 0);
}

/**
 * Whether an exit returns one. Together with zero, that means yes and no, as in a hand-written trylock. Errors have
 * codes.
 */
function isYes({ value }: ExitEffect): boolean {
  return value?.k === 'constant' && value.value === 1;
}

/**
 * Whether some caller enables what it has not itself disabled, or calls something else that may: then the function
 * disables on behalf of its callers.
 */
function isSwitchedByCaller(
  { collected, around }: CheckContext,
  { fn }: FunctionSummary,
  what: Switched,
): boolean {
  const enables = (caller: FunctionRef): boolean => {
    const calling = collected.summaries.get(caller);
    if (calling === undefined) return false;
    const { takes, ends, unsure } = switchEventsOf(around, calling, what);
    if (takes.size > 0) return false;
    if (ends.size > 0) return true;
    return calling.calls.some(({ site, targets }) => unsure.has(site.event) && !targets.includes(fn));
  };
  // All callers are looked at, so that everything missing is demanded at once: a function may have thousands of them.
  const callers = new Set(new KnownCallers(collected).seen(fn).map(({ caller }) => caller));
  return [...callers].map(enables).includes(true);
}

/** Whether a function of the file without callers in it enables what it has not disabled. */
function isSwitchedByOther({ collected }: CheckContext, { fn }: FunctionSummary, what: Switched): boolean {
  for (const other of collected.inFile(fn.file)) {
    if (other.fn === fn || other.fn.macro !== undefined) continue;
    if (!other.rawExits.some(({ context }) => levelOf(context, what) < 0)) continue;
    if (collected.program.callers(other.fn).length === 0) return true;
  }
  return false;
}

/** Whether another function of the file leaves it disabled on some path, for this one to end. */
function isLeftOffByOther(context: CheckContext, { fn }: FunctionSummary, what: Switched): boolean {
  return [...context.collected.inFile(fn.file)].some(
    (other) =>
      other.fn !== fn &&
      other.fn.macro === undefined &&
      other.rawExits.some((exit) => isLeftOff(context, exit, what)),
  );
}

/** Whether some caller calls the function with it disabled. */
function isEnteredOff({ collected }: CheckContext, { fn }: FunctionSummary, what: Switched): boolean {
  return new KnownCallers(collected)
    .seen(fn)
    .some(({ locksets }) => locksets.some((one) => levelOf(one.context, what) > 0));
}

function sitesOf({ fn }: FunctionSummary, skeleton: Skeleton, ids: ReadonlySet<EventId>): readonly Site[] {
  return eventsOf(skeleton)
    .filter(({ id }) => ids.has(id))
    .map((event) => siteAt(fn, event));
}

/** The return statements reached from these blocks before the state changes. */
function returnsFrom(
  { blocks }: Skeleton,
  from: readonly BlockId[],
  { takes, ends, unsure }: FollowedEvents,
): ReadonlySet<Span> {
  const out = new Set<Span>();
  const seen = new Set<BlockId>(from);
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const block = blocks[id];
    if (block === undefined) continue;
    if (block.events.some((event) => takes.has(event.id) || ends.has(event.id) || unsure.has(event.id)))
      continue;
    if (block.exit.k === 'return') out.add(block.exit.at);
    for (const to of successors(block.exit)) {
      if (seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return out;
}
