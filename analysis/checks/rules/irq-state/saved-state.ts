import { switchEventsOf } from '../../../graph/paths/switch-events.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import type { FollowedEvents } from '../../../graph/paths/lock-events.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import type { ExprId, Skeleton } from '../../../skeleton/types.js';
import type { FunctionSummary } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * What a function does with the interrupt state that it saves: `own` if each is in a local variable that goes nowhere
 * else, `handed-on` if other code receives one, `none` if it only disables and enables.
 */
export type SavedState = 'own' | 'handed-on' | 'none';

export function savedState(
  { around }: CheckContext,
  skeleton: Skeleton,
  { takes, ends }: FollowedEvents,
): SavedState {
  const saved = new Set<ExprId>();
  /** The events that disable interrupts and save their state. */
  let saving = 0;
  const events = eventsOf(skeleton);
  for (const event of events) {
    if (event.k !== 'context' || (!takes.has(event.id) && !ends.has(event.id))) continue;
    const arg = around.models.api(event.api)?.flagsArg;
    const flags = arg === undefined ? undefined : event.args[arg];
    if (flags === undefined) continue;
    if (skeleton.exprs[flags]?.k !== 'local') return 'handed-on';
    saved.add(flags);
    if (takes.has(event.id)) saving++;
  }
  const isSaved = (id: ExprId): boolean => {
    const expr = skeleton.exprs[id];
    return saved.has(id) || (expr?.k === 'address' && saved.has(expr.base));
  };
  const isHandedOn =
    events.some(
      (event) =>
        (event.k === 'assign' && isSaved(event.value)) ||
        (event.k === 'call' && !takes.has(event.id) && !ends.has(event.id) && event.args.some(isSaved)),
    ) || skeleton.blocks.some(({ exit }) => exit.k === 'return' && isSaved(exit.value));
  if (isHandedOn) return 'handed-on';
  return saving > 0 && saving === takes.size ? 'own' : 'none';
}

/** Whether some caller enables interrupts itself behind the call. */
export function isRestoredByCaller({ collected, around }: CheckContext, { fn }: FunctionSummary): boolean {
  const callers = new Set(new KnownCallers(collected).seen(fn).map(({ caller }) => caller));
  return [...callers].some((caller) => {
    const calling = collected.summaries.get(caller);
    return calling !== undefined && switchEventsOf(around, calling, 'irq').ends.size > 0;
  });
}
