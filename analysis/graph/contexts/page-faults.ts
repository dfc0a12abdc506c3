import { BOUNDS } from '../../base/bounds.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { FunctionRef } from '../../link/types.js';

/**
 * Whether page faults are disabled whenever a function is called: its name says so, or all visible callers disable
 * them.
 */
export function faultsAreOff(around: Surroundings, fn: FunctionRef, up = 0): boolean {
  const { models, program } = around;
  if (models.runsWithoutFaults(fn.name)) return true;
  const callers = up < BOUNDS.callersForPageFault ? program.callers(fn) : [];
  return callers.length > 0 && callers.every((caller) => caller !== fn && callsSo(around, caller, fn, up));
}

function callsSo(around: Surroundings, caller: FunctionRef, fn: FunctionRef, up: number): boolean {
  const summary = around.summaryOf(caller);
  if (summary === undefined) {
    around.program.demand(caller, 'path');
    return false;
  }
  const calls = summary.calls.filter(({ targets }) => targets.includes(fn));
  if (calls.length === 0) return false;
  const isOff = calls.every(({ locksets }) => locksets.every(({ context }) => context.faults > 0));
  return isOff || faultsAreOff(around, caller, up + 1);
}
