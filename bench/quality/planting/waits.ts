import { functionsOf, planted, type Planted } from './functions.js';

/** Calls that do not sleep, with those that do. */
const SLEEPING = new Map([
  ['disable_irq_nosync', 'disable_irq'],
  ['disable_hardirq', 'disable_irq'],
  ['synchronize_hardirq', 'synchronize_irq'],
  ['tasklet_disable_in_atomic', 'tasklet_disable'],
]);
const CALLS = new RegExp(`\\b(?:${[...SLEEPING.keys()].join('|')})(?=\\()`, 'g');

/** The functions of a file that wait for a handler without sleeping, waiting so that they sleep; no handlers. */
export function sleepingWaits(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const changed = fn.whole.replaceAll(CALLS, (name) => SLEEPING.get(name) ?? name);
    return changed === fn.whole || /^[^{]*\birqreturn_t\b/.test(fn.whole) ? [] : [planted(fn, changed)];
  });
}
