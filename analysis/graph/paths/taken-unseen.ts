import { BOUNDS } from '../../base/bounds.js';
import { calleeName, eventAt } from '../../skeleton/lowering/events.js';
import { canFollow } from '../../skeleton/lowering/block-paths.js';
import type { CallSummary, FunctionSummary, LockUse } from '../../summaries/state/types.js';
import type { Surroundings } from '../../summaries/surroundings.js';

/**
 * Whether a call behind another release of the lock leads to a function without a visible body that is named for a lock:
 * `fault_and_lock()` may return with the lock that is released here.
 */
export function mayBeTakenUnseen(
  around: Surroundings,
  summary: FunctionSummary,
  { lock, site }: LockUse,
): boolean {
  const skeleton = around.program.skeleton(summary.fn);
  if (skeleton === undefined) return false;
  const others = summary.uses.filter(({ k, lock: one }) => k === 'release' && one.term.key === lock.term.key);
  return summary.calls.some(
    (call) =>
      canFollow(skeleton, call.site.event, site.event) &&
      others.some((other) => canFollow(skeleton, other.site.event, call.site.event)) &&
      mayTakeUnseen(around, summary, call, BOUNDS.wrapperLevels),
  );
}

function mayTakeUnseen(
  around: Surroundings,
  { fn }: FunctionSummary,
  { targets, site, callee }: CallSummary,
  levels: number,
): boolean {
  if (targets.length > BOUNDS.slotTargets) return false;
  const { models, program } = around;
  if (targets.length === 0) {
    const name = callee === undefined ? calleeName(eventAt(program.skeleton(fn), site.event)) : undefined;
    return name !== undefined && models.soundsLikeAcquire(name);
  }
  return targets.some((target) => {
    const below = around.summaryOf(target);
    if (below === undefined) return !program.hasSkeleton(target) && models.soundsLikeAcquire(target.name);
    return levels > 1 && below.calls.some((call) => mayTakeUnseen(around, below, call, levels - 1));
  });
}
