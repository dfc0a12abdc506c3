import { functionsOf, planted, type Planted } from './functions.js';

/** From one lock that switches interrupts off to the release of another one inside of it. */
const NESTED =
  /\bspin_lock_irq(?:save)?\((?:(?!\bspin_unlock)[^])*?\bspin_lock\(([^()]*(?:\([^()]*\)[^()]*)*)\);(?:(?!\bspin_(?:un)?lock_irq)[^])*?\bspin_unlock\(\1\);/;

/** The functions of a file with two locks of which the inner one switches interrupts on when it is released. */
export function switchingInnerLocks(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const lock = NESTED.exec(fn.whole)?.[1];
    if (lock === undefined) return [];
    const changed = fn.whole
      .replaceAll(`spin_lock(${lock})`, () => `spin_lock_irq(${lock})`)
      .replaceAll(`spin_unlock(${lock})`, () => `spin_unlock_irq(${lock})`);
    return [planted(fn, changed)];
  });
}
