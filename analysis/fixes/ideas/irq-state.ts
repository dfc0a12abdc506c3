import { shortName } from '../../graph/orders/side.js';
import { proposeSwitches } from './irq-safe.js';
import type { FixInput, FixOutcome } from '../types.js';

export const IRQ_STATE = 'irq-state';

/**
 * Proposes the operation that leaves interrupts as the surrounding code needs them: the release that matches the
 * acquisition, a second variable for a second saved state, the plain form if interrupts are already off, or saving the
 * state if it is unknown.
 */
export function proposeIrqState(input: FixInput): FixOutcome {
  const [id = 'the lock'] = input.finding.locks;
  return proposeSwitches(input, IRQ_STATE, (calls) => {
    const names = [...new Set(calls.map(({ fn }) => fn.name))].join('(), ');
    if (calls.some(({ pairedWith }) => pairedWith !== undefined))
      return `Take and release ${shortName(id)} in the same form`;
    if (calls.every(({ form }) => form === 'plain')) return `Keep interrupts disabled in ${names}()`;
    return calls.some(({ needsOwnState }) => needsOwnState === true)
      ? `Save the interrupt state in a variable of its own in ${names}()`
      : `Save and restore the interrupt state in ${names}()`;
  });
}
