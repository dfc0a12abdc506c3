import { partsBeside } from '../../../link/files/one-driver.js';
import { switchesOff } from '../../../models/records/kinds.js';
import { target } from '../../../graph/events/bounded.js';
import { isStrictlyAtomic, type OutsideEntry } from '../../../graph/contexts/contexts.js';
import type { FunctionRef } from '../../../link/types.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import type { Models, OtherApi } from '../../../models/types.js';
import type { ExitEffect, HeldLock, Site } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';

/** Whether a function may be called with locks held, but not with interrupts off. */
export function needsInterrupts(models: Models, api: string): boolean {
  return models.api(api)?.irqsMustBeOn === true;
}

/** Whether a function that does not sleep waits for what a hardware interrupt may have interrupted on its processor. */
export function waitsForInterrupted(models: Models, api: string): boolean {
  const found = models.api(api);
  return found?.notInHardirq === true && found.sleeps !== true;
}

/**
 * Whether the driver of a file sets up timers whose function runs with interrupts off: an interrupt cannot stop them, so its
 * handler may wait for them.
 */
export function timersRunOff({ program, models }: Surroundings, file: string): boolean {
  const setsUp = (at: string): boolean =>
    program
      .outline(at)
      ?.functions.some(({ references }) => references.some((name) => models.entersOff(name))) === true;
  return setsUp(file) || partsBeside(program, file).some(setsUp);
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
  around: Surroundings,
  steps: readonly Site[],
  { held, context }: Arrived,
  own: readonly HeldLock[],
  entry: OutsideEntry | undefined,
): boolean {
  const { models } = around;
  if (context.irq !== 'off')
    return context.irq === 'entry' && entry !== undefined && isStrictlyAtomic(entry.context);
  const switches = ({ api }: HeldLock): boolean => models.lockApi(api)?.irq !== undefined;
  return own.some(switches) || (!held.some(switches) && steps.some(({ fn }) => leavesOff(around, fn)));
}

/**
 * Whether a function switches interrupts off, itself or with a callee that always leaves them off. One that sometimes
 * does has a counterpart that knows when.
 */
function leavesOff(around: Surroundings, fn: FunctionRef): boolean {
  const { apis = [], calls = [] } = around.summaryOf(fn) ?? {};
  const isOff = ({ context }: ExitEffect): boolean => context.irq === 'off';
  return (
    apis.some(({ api }) => switchesInterruptsOff(around.models.api(api))) ||
    calls.some((call) => {
      const callee = target(call);
      const exits = callee && around.summaryOf(callee)?.exits;
      return exits !== undefined && exits.length > 0 && exits.every(isOff);
    })
  );
}

/** Whether a function calls other code, in an interrupt, with the call that makes it such code: it knows when not to. */
export function isOwnRegistration({ at, by }: OutsideEntry, { fn, span }: Site): boolean {
  return by === fn.name && at.file === fn.file && at.line === span.line;
}

function switchesInterruptsOff(api: OtherApi | undefined): boolean {
  return api?.context === 'irq' && switchesOff(api.change);
}
