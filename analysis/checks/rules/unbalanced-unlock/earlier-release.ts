import { keyOf } from '../../../graph/events/collect.js';
import { lockEventsOf } from '../../../graph/paths/lock-events.js';
import { canFollow } from '../../../skeleton/lowering/block-paths.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { FunctionSummary, LockUse, Site } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * The last release of the lock that a second one may follow: by the function itself, or the call of a function that releases
 * it, always or as its result says, and its release. Empty if there is none.
 */
export function earlierRelease(
  { around }: CheckContext,
  summary: FunctionSummary,
  use: LockUse,
): readonly Site[] {
  const skeleton = around.program.skeleton(summary.fn);
  if (skeleton === undefined) return [];
  const { ends, mayEnd } = lockEventsOf(around, summary, use.lock);
  const found: (readonly [Site, ...Site[]])[] = [];
  for (const event of [...ends, ...mayEnd]) {
    if (event === use.site.event || !canFollow(skeleton, event, use.site.event)) continue;
    const own = summary.uses.find(({ k, site }) => k === 'release' && site.event === event);
    const call = ownCallAt(summary, event);
    if (own !== undefined && own.site.via === undefined) found.push([own.site]);
    else if (call !== undefined) {
      const [target] = call.targets;
      const below = target && around.summaryOf(target);
      const release = below?.uses.find(({ k, lock }) => k === 'release' && keyOf(lock) === keyOf(use.lock));
      found.push(release === undefined ? [call.site] : [call.site, release.site]);
    }
  }
  const [last = []] = found.sort(([a], [b]) => b.span.line - a.span.line);
  return last;
}
