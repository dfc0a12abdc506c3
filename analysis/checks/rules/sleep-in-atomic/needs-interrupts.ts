import { isStrictlyAtomic, type OutsideEntry } from '../../../graph/contexts/contexts.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import type { Models } from '../../../models/types.js';
import type { HeldLock } from '../../../summaries/state/types.js';

/** Whether a function may be called with locks held, but not with interrupts off. */
export function needsInterrupts(models: Models, api: string): boolean {
  return models.api(api)?.irqsMustBeOn === true;
}

/** Whether a function that does not sleep waits for what a hardware interrupt may have interrupted on its processor. */
export function waitsForInterrupted(models: Models, api: string): boolean {
  const found = models.api(api);
  return found?.notInHardirq === true && found.sleeps !== true;
}

/** Whether the code surely runs as the handler of a hardware interrupt. */
export function isInHardirq(entry: OutsideEntry | undefined): boolean {
  return entry?.context === 'hardirq';
}

/**
 * Whether interrupts are surely off, and not only since a callee took a lock that switches them off: that one is reported
 * for the callee. `own`: the locks that the callee did not take.
 */
export function areInterruptsOff(
  models: Models,
  { held, context }: Arrived,
  own: readonly HeldLock[],
  entry: OutsideEntry | undefined,
): boolean {
  if (context.irq !== 'off')
    return context.irq === 'entry' && entry !== undefined && isStrictlyAtomic(entry.context);
  const switches = ({ api }: HeldLock): boolean => models.lockApi(api)?.irq !== undefined;
  return own.some(switches) || !held.some(switches);
}
