import { isByCall } from '../../../summaries/solver/lock-functions.js';
import { everyExit } from '../../../summaries/solver/exits.js';
import { BOUNDS } from '../../../base/bounds.js';
import { boundIn } from '../../../summaries/locks/bound.js';
import type { FunctionSummary, LockRef, LockUse, Site } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';

/** A release by the function itself or by a function that it calls. */
export interface LeadingRelease {
  readonly lock: LockRef;
  /** The calls that lead to it, and the release. */
  readonly steps: readonly [Site, ...Site[]];
}

/** Releases of locks that this function has not taken on some path. */
export function foreignReleases(context: CheckContext, summary: FunctionSummary): readonly LeadingRelease[] {
  const own = foreign(summary).map(({ lock, site }): LeadingRelease => ({ lock, steps: [site] }));
  // What a lock function releases here, the function's own uses tell.
  const isForeign = ({ event }: Site): boolean =>
    summary.uses.every(({ ended, site }) => site.event !== event || ended === 'foreign');
  return [...own, ...releasesBelow(context, summary).filter(({ steps }) => isForeign(steps[0]))];
}

/** Releases for the caller by the only callee of a call, or by a function a few calls further down. */
export function releasesBelow(
  context: CheckContext,
  summary: FunctionSummary,
  levels: number = BOUNDS.wrapperLevels,
): readonly LeadingRelease[] {
  return summary.calls.flatMap((call): readonly LeadingRelease[] => {
    const [target] = call.targets;
    if (call.targets.length !== 1 || target === undefined || call.site.via !== undefined) return [];
    const below = context.around.summaryOf(target);
    if (below === undefined || !everyExit(below).some(({ released }) => released.length > 0)) return [];
    const own = foreign(below).map(({ lock, site }): LeadingRelease => ({ lock, steps: [site] }));
    const deeper = levels > 1 ? releasesBelow(context, below, levels - 1) : [];
    // If the release ends a section of the callee on other paths, the mistake on this path is the callee's own.
    const forCaller = [...own, ...deeper].filter(({ lock, steps }) => !endsOwnSection(below, lock, steps[0]));
    return forCaller.map(({ lock, steps }) => ({
      lock: boundIn(context.around, summary.fn, lock, call.args),
      steps: [call.site, ...steps],
    }));
  });
}

/** Whether the function itself may hold the lock where it releases it. */
function endsOwnSection({ uses, calls }: FunctionSummary, { term }: LockRef, { event }: Site): boolean {
  return [...uses, ...calls].some(
    ({ site, locksets }) =>
      site.event === event && locksets.some(({ held }) => held.some((one) => one.term.key === term.key)),
  );
}

function foreign(summary: FunctionSummary): readonly LockUse[] {
  return summary.uses.filter(
    ({ k, ended, site }) =>
      k === 'release' && ended === 'foreign' && site.via === undefined && !isByCall(summary, site),
  );
}
