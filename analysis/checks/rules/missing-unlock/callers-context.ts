import { eventAt } from '../../../skeleton/lowering/events.js';
import type { FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * Whether the lock is acquired in an acquire context that the caller passed. The caller backs off or ends the context,
 * which may release all of its locks, including those of a failed callee.
 */
export function isOfCallersContext(
  { around }: CheckContext,
  { fn }: FunctionSummary,
  { api, kind, site }: HeldLock,
): boolean {
  const at = around.models.lockApi(api)?.nestArg;
  const skeleton = around.program.skeleton(fn);
  if (kind !== 'ww_mutex' || at === undefined || skeleton === undefined) return false;
  const event = eventAt(skeleton, site.event);
  const given = event !== undefined && 'args' in event ? event.args[at] : undefined;
  return given !== undefined && skeleton.exprs[given]?.k === 'parameter';
}
