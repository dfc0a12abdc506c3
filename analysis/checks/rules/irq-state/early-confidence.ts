import { folderOf } from '../../../base/paths.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import type { KnownCallers } from '../../../graph/sight/callers.js';
import { withoutWrappers } from '../../../graph/edges/call-steps.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isOnlyUnder, isPlainPath } from '../../../graph/feasibility/only-way.js';
import { flatten, type Arrived } from '../../../graph/paths/replay.js';
import type { OutsideEntry } from '../../../graph/contexts/contexts.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import type { CallSummary, HeldLock, Site } from '../../../summaries/state/types.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { CheckContext } from '../../engine/check.js';

/** A path on which interrupts are enabled inside a section that disabled them. */
export interface EarlyEnabling {
  readonly steps: readonly Site[];
  readonly arrived: Arrived;
  /** The lock of the section, or `'section'` if the state was saved without a lock. */
  readonly outer: HeldLock | 'section';
  /** Whether it may happen only in other contexts. */
  readonly isDoubtful: boolean;
  /** Whether the release of a lock enables them. */
  readonly isRelease: boolean;
}

/** How certain it is that interrupts are enabled inside a section that disabled them. */
export function earlyConfidence(
  context: CheckContext,
  callers: KnownCallers,
  { steps: given, arrived: { facts }, outer, isDoubtful, isRelease }: EarlyEnabling,
): Confidence {
  const steps = withoutWrappers(context.around, given);
  // What only switches interrupts on means to, and a callee may be told by its arguments that it may.
  if (outer === 'section') return steps.length === 1 && isRelease ? 'medium' : 'low';
  const isNear =
    steps.length <= 2 ||
    isPlainPath(context.proofs, steps, facts) ||
    isOnlyUnder(callers, steps, keyOf(outer));
  let confidence: Confidence = isNear ? 'high' : 'medium';
  if (isDoubtful || isTakenByOneOfSeveral(context, outer) || isElsewhere(context, steps))
    confidence = lesser(confidence, 'medium');
  return outer.certain ? confidence : 'low';
}

/** How certain it is that the lock is released with interrupts enabled in an interrupt handler. */
export function handlerConfidence(
  context: CheckContext,
  given: readonly Site[],
  { facts }: Arrived,
  entry: OutsideEntry,
): Confidence {
  const steps = withoutWrappers(context.around, given);
  // A handler sets its objects up for use in interrupts: a callee that asks them may never take the lock for it.
  const isNear = steps.length <= 2 || context.proofs.learnedSince(steps, 0, facts) === 0;
  return !isNear || isElsewhere(context, steps) ? lesser(entry.confidence, 'medium') : entry.confidence;
}

/**
 * Whether the lock is taken through a function pointer with several targets, each of which may change a different
 * state.
 */
function isTakenByOneOfSeveral({ around }: CheckContext, { site }: HeldLock): boolean {
  return flatten(site).some((one) => (pointerCallAt(around, one)?.targets.length ?? 0) > 1);
}

/**
 * Whether a function pointer leads to another folder. The object may have other operations, which are invisible or
 * belong to another driver.
 */
function isElsewhere({ around }: CheckContext, steps: readonly Site[]): boolean {
  return steps.some((site, at) => {
    const to = steps[at + 1]?.fn.file;
    if (to === undefined || folderOf(to) === folderOf(site.fn.file)) return false;
    return pointerCallAt(around, site) !== undefined;
  });
}

/** The call through a value at a place. */
function pointerCallAt(around: Surroundings, { fn, event }: Site): CallSummary | undefined {
  const call = ownCallAt(around.summaryOf(fn), event);
  return call?.callee === undefined ? undefined : call;
}
