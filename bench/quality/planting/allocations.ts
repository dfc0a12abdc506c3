import { functionsOf, planted, type Planted } from './functions.js';

/** From a spinning lock to flags that do not wait, with no release in between. */
const HELD = /\bspin_lock(?:_irqsave|_irq|_bh)?\((?:(?!\bspin_unlock)[^])*?\bGFP_ATOMIC\b/g;

/** The functions of a file that allocate under a spinlock, with flags that may wait at one of these places. */
export function waitingAllocations(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const found = [...fn.whole.matchAll(HELD)].at(0);
    if (found === undefined) return [];
    const end = found.index + found[0].length;
    const changed = `${fn.whole.slice(0, end).replace(/GFP_ATOMIC$/, 'GFP_KERNEL')}${fn.whole.slice(end)}`;
    return [planted(fn, changed)];
  });
}
