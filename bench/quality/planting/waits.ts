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

/** A plain acquisition of a spinlock that the function begins with, and its name. */
const PLAIN_TAKE = /^\tspin_lock\(&[^;()]*?(\w+)\);\n/m;

/** The functions of a file that hold a spinlock, which no code takes with interrupts off, sleeping under it. */
export function napsUnderSpinlock(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const [take, lock = ''] = PLAIN_TAKE.exec(fn.whole) ?? [];
    const isSwitched = new RegExp(`spin_lock_(?:irq|irqsave|bh)\\([^;]*\\b${lock}\\b`).test(text);
    if (take === undefined || isSwitched) return [];
    return [
      planted(
        fn,
        fn.whole.replace(take, () => `${take}\tmight_sleep();\n`),
      ),
    ];
  });
}
