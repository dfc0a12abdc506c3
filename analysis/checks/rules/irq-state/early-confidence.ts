import { lesser, type Confidence } from '../../../base/confidence.js';
import type { KnownCallers } from '../../../graph/events/callers.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isOnlyUnder, isPlainPath } from '../../../graph/feasibility/only-way.js';
import { flatten, type Arrived } from '../../../graph/paths/replay.js';
import type { HeldLock, Site } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * How certain it is that interrupts come on inside of a section that disabled them. `outer` is the lock of the section.
 */
export function earlyConfidence(
  context: CheckContext,
  callers: KnownCallers,
  steps: readonly Site[],
  { facts }: Arrived,
  outer: HeldLock | 'section',
  isDoubtful: boolean,
): Confidence {
  if (outer === 'section') return 'medium';
  const isNear =
    steps.length <= 2 ||
    isPlainPath(context.proofs, steps, facts) ||
    isOnlyUnder(callers, steps, keyOf(outer));
  let confidence: Confidence = isNear ? 'high' : 'medium';
  if (isDoubtful || isTakenByOneOfSeveral(context, outer)) confidence = lesser(confidence, 'medium');
  return outer.certain ? confidence : 'low';
}

/** Whether the lock is taken through a function pointer with several targets, which may change different states. */
function isTakenByOneOfSeveral({ around }: CheckContext, { site }: HeldLock): boolean {
  return flatten(site).some(({ fn, event }) => {
    const call = around
      .summaryOf(fn)
      ?.calls.find((one) => one.site.via === undefined && one.site.event === event);
    return call?.callee !== undefined && call.targets.length > 1;
  });
}
