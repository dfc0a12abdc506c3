import { BOUNDS } from '../../base/bounds.js';
import type { FunctionRef } from '../../link/types.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { Contexts } from '../contexts/contexts.js';

/**
 * Whether interrupts may be off when a function is entered, whatever it calls: functions that sleep are called, too, before the
 * kernel has switched interrupts on.
 */
export function isEnteredOff(
  { program, models }: Surroundings,
  contexts: Contexts,
  fn: FunctionRef,
): boolean {
  const isOff = (one: FunctionRef): boolean =>
    models.entersOff(one.name) || contexts.of(one).some((entry) => entry.isOff === true);
  const visit = (one: FunctionRef, left: number): boolean => {
    if (isOff(one)) return true;
    // Code of the kernel's boot is called by nobody else.
    if ((one.item?.section ?? '') === '' || left === 0) return false;
    return program.callers(one).some((caller) => caller !== one && visit(caller, left - 1));
  };
  return visit(fn, BOUNDS.callersForUse);
}
