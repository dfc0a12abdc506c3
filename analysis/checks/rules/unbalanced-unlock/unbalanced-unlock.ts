import type { Confidence } from '../../../base/confidence.js';
import { hashText } from '../../../base/hash.js';
import type { FunctionSummary, LockUse, Site } from '../../../summaries/state/types.js';
import { isByCall, lockFunctionAt } from '../../../summaries/solver/lock-functions.js';
import { keyOf, wholeClassOf } from '../../../graph/events/collect.js';
import { recursiveClasses } from '../../../graph/events/lock-names.js';
import { isOtherEachRound } from '../../../graph/events/rounds.js';
import { mayBeTakenUnseen } from '../../../graph/paths/lock-events.js';
import type { Check, CheckContext } from '../../engine/check.js';
import { misusedContexts } from '../self-deadlock/acquire-contexts.js';
import { isTakenTwice } from '../missing-unlock/kept-locks.js';
import { releasedAfterFailedCall, releasedAfterFailure } from './failed-acquire.js';
import { earlierRelease } from './earlier-release.js';
import { releasedAfterFailureInRound } from './failed-in-round.js';
import { leadsToRelease } from './leads-to-release.js';
import { releasedInOtherMode } from './other-mode.js';
import { releasedByTable } from './released-by-table.js';
import { isReleasedByOwner, isSaidToRelease, releasedUnheld } from './released-unheld.js';
import { firstWhateverResult } from './given-up.js';
import { isSecondByAnswers, isSecondInRound, isSurelySecond } from './second-release.js';
import { releasedMovedOn } from './moved-on.js';
import { releasedForAnother } from './wrong-lock.js';
import { tellChain } from '../../story/chain.js';
import { locationOf, shown, spoken, witnessId } from '../../story/story.js';
import type { Finding, StoryStep } from '../../types.js';

/** The last earlier release of the lock in the text; empty if there is none. */
function before(summary: FunctionSummary, use: LockUse): readonly Site[] {
  return summary.uses
    .filter(
      (other) =>
        other !== use &&
        other.k === 'release' &&
        other.ended === 'own' &&
        other.lock.term.key === use.lock.term.key &&
        other.site.span.line < use.site.span.line,
    )
    .map(({ site }) => site)
    .slice(-1);
}

/**
 * Confidence of a second release. High only if the text agrees: an earlier release, and no acquisition of the class after
 * it. Otherwise low: a callee may have taken the lock again, or the first release was of another object.
 */
function confidenceOf(context: CheckContext, summary: FunctionSummary, use: LockUse): Confidence {
  const { program, models } = context.around;
  if (summary.fn.item?.calls.some((name) => models.statesAcquisition(name)) === true) return 'low';
  if (summary.gaps.length > 0 || mayBeTakenUnseen(context.around, summary, use)) return 'low';
  const isNext =
    (isSurelySecond(context, summary, use) && !isRetaken(summary, use)) ||
    isSecondByAnswers(context, summary, use);
  // The counterpart of a lock function may have taken what it releases, also through functions that are not visible.
  if (!isNext && isOfCaller(summary, use) && isByCall(summary, use.site)) return 'low';
  if (
    isOwned(context, use) &&
    (isNext ||
      firstWhateverResult(context, summary, use).length > 0 ||
      isSecondInRound(context, summary, use) ||
      leadsToRelease(context, summary, use.lock, use.site.event))
  )
    return 'high';
  if (summary.level > 0) return 'low';
  const isSeen = summary.calls.every(({ callee }) => callee === undefined);
  const [first] = before(summary, use);
  // The previous round released a lock that may belong to another object.
  if (first === undefined && isOtherEachRound(program, use.lock, use.site)) return 'low';
  return use.uniform && isSeen && first !== undefined && !isRetaken(summary, use, first) ? 'high' : 'low';
}

/** Whether the lock has one owner, so that another thread's acquisition cannot be the one released here. */
function isOwned({ around }: CheckContext, { lock, api, site }: LockUse): boolean {
  return isReleasedByOwner(around.models, lock.kind, api) && !isOtherEachRound(around.program, lock, site);
}

/** Whether the text takes a lock of the class after the earlier release. */
function isRetaken(summary: FunctionSummary, use: LockUse, first = before(summary, use)[0]): boolean {
  const key = wholeClassOf(use.lock);
  const from = first?.span.line ?? 0;
  return summary.acquires.some(({ lock, site }) => {
    if (wholeClassOf(lock) !== key) return false;
    return first === undefined ? site.via !== undefined : site.span.line >= from;
  });
}

/** Whether the function has released the lock for its caller, rather than one that it has taken. */
function isOfCaller({ acquires }: FunctionSummary, use: LockUse): boolean {
  return isReleasedBefore(use) && !acquires.some(({ lock }) => lock.term.key === use.lock.term.key);
}

/** Whether some path has released the lock without having taken it. */
function isReleasedBefore({ lock, locksets }: LockUse): boolean {
  return locksets.some(({ released }) => released.some(({ term }) => term.key === lock.term.key));
}

/** What the function does that releases the lock: it releases it, or calls a function that does nothing else. */
function releasing(summary: FunctionSummary, { site }: LockUse): string {
  const callee = lockFunctionAt(summary, site);
  return callee === undefined ? 'releases' : `calls ${callee.name}(), which releases`;
}

/** The story of the first release: an earlier one in the text, or the one in a callee that returns without the lock. */
function tellFirst(
  context: CheckContext,
  summary: FunctionSummary,
  use: LockUse,
  name: string,
): readonly StoryStep[] {
  const known = [before(summary, use), firstWhateverResult(context, summary, use)];
  const steps = known.find(({ length }) => length > 0) ?? earlierRelease(context, summary, use);
  return steps.length === 0 ? [] : tellChain(context.around.classes, steps, `releases ${name}`, 0);
}

export const unbalancedUnlock: Check = {
  id: 'unbalanced-unlock',
  title: 'A lock is released that is not held',
  severity: 'warning',
  *run(context) {
    const findings: Finding[] = [];
    const { classes } = context.around;
    const recursive = recursiveClasses(context.collected.program, classes);
    let done = 0;
    for (const summary of context.focused()) {
      /** Excess releases so far, keyed by class; the count distinguishes them. */
      const ordinals = new Map<string, number>();
      for (const use of summary.uses) {
        if (
          use.k !== 'release' ||
          use.ended !== 'again' ||
          use.lock.kind === 'semaphore' ||
          use.lock.kind === 'rcu'
        )
          continue;
        const key = keyOf(use.lock);
        if (key === undefined || recursive.has(key) || isTakenTwice(summary, use.lock)) continue;
        // A function that is said to release its caller's lock may drop it, retake it under another name, and release it.
        if (isReleasedBefore(use) && isSaidToRelease(context, summary)) continue;
        const confidence = confidenceOf(context, summary, use);
        // Of the caller's locks, each round may release another one.
        if (
          isOfCaller(summary, use) &&
          (confidence === 'low' || earlierRelease(context, summary, use).length === 0)
        )
          continue;
        const name = spoken(classes, key);
        const { fn } = summary;
        const ordinal = ordinals.get(key) ?? 0;
        ordinals.set(key, ordinal + 1);
        const identity = ['unbalanced-unlock', fn.file, fn.name, key, ...(ordinal > 0 ? [`${ordinal}`] : [])];
        findings.push({
          id: hashText(identity.join('\n')),
          rule: 'unbalanced-unlock',
          severity: 'warning',
          confidence,
          message: `${releasing(summary, use)} ${name}, which this function has already released`,
          at: locationOf(use.site),
          locks: [shown(classes, key)],
          story: [
            ...tellFirst(context, summary, use, name),
            { path: 0, ...locationOf(use.site), text: `releases ${name} again`, held: [] },
          ],
          assumes: [{ reason: 'ownership', text: `nothing between the two releases takes ${name} again` }],
          witnesses: [witnessId(identity)],
          evidence: [],
          fixes: [],
        });
      }
      findings.push(
        ...releasedAfterFailure(context, summary),
        ...releasedAfterFailedCall(context, summary),
        ...releasedAfterFailureInRound(context, summary),
        ...releasedUnheld(context, summary, recursive),
        ...releasedByTable(context, summary),
        ...releasedInOtherMode(context, summary),
        ...releasedForAnother(context, summary),
        ...releasedMovedOn(context, summary),
      );
      yield { stage: 'check', done: ++done, total: context.collected.summaries.size };
    }
    findings.push(...misusedContexts(context, 'unbalanced-unlock'));
    return findings;
  },
};
