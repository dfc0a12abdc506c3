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

/**
 * The functions of a file that are given allocation flags as their last parameter, by callers of which some may wait and
 * others may not: without the parameter, allocating with flags that wait.
 */
export function unpassedFlags(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const head = fn.whole.slice(0, fn.whole.indexOf('\n{'));
    const [declared, flags = ''] = /,\s*gfp_t\s+(\w+)\)\s*$/.exec(head) ?? [];
    if (declared === undefined || !/^static\b/.test(head)) return [];
    const call = new RegExp(`\\b${fn.name}(\\([^;{}]*?),\\s*(GFP_\\w+)\\)(?=[;)&|?: ])`, 'g');
    const given = [...text.matchAll(call)].map(([, , own]) => own);
    const named = text.match(new RegExp(`\\b${fn.name}\\b`, 'g'))?.length ?? 0;
    if (given.length + 1 !== named || !given.includes('GFP_ATOMIC')) return [];
    const waiting = given.find((own) => own !== 'GFP_ATOMIC');
    if (waiting === undefined || given.some((own) => own !== 'GFP_ATOMIC' && own !== waiting)) return [];
    const own = (head.replace(declared, ')') + fn.whole.slice(head.length)).replace(
      new RegExp(`\\b${flags}\\b`, 'g'),
      waiting,
    );
    const whole = text.slice(0, fn.index) + own + text.slice(fn.index + fn.whole.length);
    return [{ name: fn.name, start: 0, end: text.length, text: whole.replace(call, `${fn.name}$1)`) }];
  });
}
