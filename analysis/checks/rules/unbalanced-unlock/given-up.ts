import { NEGATIVE, ZERO } from '../../../summaries/facts/fact.js';
import { inCaller } from '../../../summaries/locks/terms.js';
import { everyExit } from '../../../summaries/solver/exits.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { ExitEffect, FunctionSummary, LockRef, LockUse, Site } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import { failingArm } from '../../../graph/paths/lock-events.js';
import { blockOf } from '../../../skeleton/lowering/events.js';
import type { EventId, Skeleton } from '../../../skeleton/types.js';
import type { CheckContext } from '../../engine/check.js';
import { leadsBehind, leadsOn, releasingCalls } from './second-release.js';

/**
 * The call of a function that gives the lock up on some of its ways, itself or by a helper that always does, and reports
 * that by its result; and its release. The second release follows whatever the result is, or every error, where an error
 * says that the lock is gone. Empty if there is none. Ways of equal or unknown results, and what other functions below
 * release, may depend on what the caller knows of the object.
 */
export function firstWhateverResult(
  context: CheckContext,
  summary: FunctionSummary,
  use: LockUse,
): readonly Site[] {
  const skeleton = context.around.program.skeleton(summary.fn);
  if (skeleton === undefined || use.site.via !== undefined) return [];
  for (const { site, args, below, releases } of releasingCalls(context, summary, use)) {
    const isLock = ({ term }: LockRef): boolean => inCaller(term, args).key === use.lock.term.key;
    const givingUp = exitsThatGiveUp(below, releases, ({ released }) =>
      released.some(
        (one) => isLock(one) && (one.depth === 0 || isGivenUpBelow(context, below, one.event, use.lock)),
      ),
    );
    const exit = leadsOn(skeleton, site.event, use.site.event)
      ? givingUp[0]
      : isReleasedOnError(skeleton, site.event, use.site.event)
        ? givingUp.find(({ signs }) => signs === NEGATIVE)
        : undefined;
    if (exit === undefined) continue;
    const events = new Set(exit.released.map(({ event }) => event));
    const release = below.uses.find((one) => one.k === 'release' && events.has(one.site.event));
    return release === undefined ? [site] : [site, release.site];
  }
  return [];
}

/** Whether every error of a call leads to the release. */
function isReleasedOnError(skeleton: Skeleton, call: EventId, release: EventId): boolean {
  const failing = failingArm(skeleton, call);
  const end = blockOf(skeleton, release);
  return failing !== undefined && (failing === end || leadsBehind(skeleton, failing, end));
}

/** The exits that give the lock up and report another result than one that keeps it. */
function exitsThatGiveUp(
  { rawExits }: FunctionSummary,
  releases: (exit: ExitEffect) => boolean,
  givesUp: (exit: ExitEffect) => boolean,
): readonly ExitEffect[] {
  const keeping = rawExits.filter((exit) => !releases(exit));
  return rawExits.filter(
    (one) => givesUp(one) && keeping.some((other) => isKnownAlike(one, other) && reportsAnother(one, other)),
  );
}

/**
 * Whether a function calls one there that itself releases the lock on each of its ways, or that gives it up on some and
 * reports that by its result.
 */
function isGivenUpBelow(
  context: CheckContext,
  caller: FunctionSummary,
  event: EventId,
  lock: LockRef,
): boolean {
  const summary = calledAt(context, caller, event);
  if (summary === undefined) return false;
  const isItself = ({ released }: ExitEffect): boolean =>
    released.some((one) => one.depth === 0 && keyOf(one) === keyOf(lock));
  const releases = ({ released }: ExitEffect): boolean => released.some((one) => keyOf(one) === keyOf(lock));
  const exits = everyExit(summary);
  const isAlways = exits.length > 0 && exits.every(isItself);
  return isAlways || exitsThatGiveUp(summary, releases, isItself).length > 0;
}

/** The function called there if it is one, and nothing of it is unknown. */
function calledAt(
  { collected }: CheckContext,
  caller: FunctionSummary,
  event: EventId,
): FunctionSummary | undefined {
  const [target, ...others] = ownCallAt(caller, event)?.targets ?? [];
  const summary = target && collected.summaries.get(target);
  return others.length > 0 || (summary?.gaps.length ?? 0) > 0 ? undefined : summary;
}

/** Whether an exit returns a number which is not known to be that of the other, or an error where the other may not. */
function reportsAnother(one: ExitEffect, other: ExitEffect): boolean {
  const isNumber = one.value?.k === 'constant' && one.value.key !== other.value?.key;
  return isNumber || ((one.signs & ZERO) === 0 && (other.signs & ZERO) !== 0);
}

/** Whether all that is known of parameters and globals at one exit is known at the other. */
function isKnownAlike({ facts }: ExitEffect, other: ExitEffect): boolean {
  return facts.every(({ term, fact }) =>
    other.facts.some((one) => one.term.key === term.key && one.fact.signs === fact.signs),
  );
}
