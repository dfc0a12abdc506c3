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

/** The arguments of a call, from its opening bracket on, with the place behind the closing one. */
function argumentsAt(
  text: string,
  open: number,
): { readonly given: readonly string[]; readonly end: number } {
  const given: string[] = [];
  let [depth, from] = [0, open + 1];
  for (let at = open; at < text.length; at++) {
    const sign = text[at];
    if (sign === '(') depth++;
    if (sign === ')') depth--;
    if ((sign === ',' && depth === 1) || depth === 0) {
      given.push(text.slice(from, at));
      from = at + 1;
    }
    if (depth === 0) return { given, end: at + 1 };
  }
  return { given, end: text.length };
}

/**
 * The functions of a file that are given allocation flags, by callers of which some may wait and others may not: without the
 * parameter, allocating with flags that wait.
 */
export function unpassedFlags(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const head = fn.whole.slice(0, fn.whole.indexOf('\n{'));
    if (!/^static\b/.test(head) || !head.includes(`${fn.name}(`)) return [];
    const declared = argumentsAt(head, head.indexOf(`${fn.name}(`) + fn.name.length);
    const place = declared.given.findIndex((one) => /^\s*gfp_t\s+\w+$/.test(one));
    const flags = /\w+$/.exec(declared.given[place] ?? '')?.[0];
    if (flags === undefined || declared.given.length < 2) return [];
    const uses = [...text.matchAll(new RegExp(`\\b${fn.name}\\b`, 'g'))].map(({ index }) => {
      const open = index + fn.name.length;
      const isHead = fn.index <= index && index < fn.index + head.length;
      return text[open] === '(' ? { open, isHead, ...argumentsAt(text, open) } : undefined;
    });
    const words = uses.flatMap((use) => (use?.isHead === false ? [use.given[place]?.trim()] : []));
    const waiting = words.find((own) => own !== 'GFP_ATOMIC');
    if (uses.includes(undefined) || !words.includes('GFP_ATOMIC') || !/^GFP_\w+$/.test(waiting ?? ''))
      return [];
    if (waiting === undefined || words.some((own) => own !== 'GFP_ATOMIC' && own !== waiting)) return [];
    let changed = text;
    for (const use of [...uses].reverse()) {
      if (use === undefined) continue;
      const left = use.given.filter((_, at) => at !== place).join(',');
      changed = `${changed.slice(0, use.open)}(${left.trimStart()})${changed.slice(use.end)}`;
      if (!use.isHead) continue;
      const body = use.open + left.trimStart().length + 2;
      const end = body + fn.index + fn.whole.length - use.end;
      const own = changed.slice(body, end).replace(new RegExp(`\\b${flags}\\b`, 'g'), waiting);
      changed = changed.slice(0, body) + own + changed.slice(end);
    }
    return [{ name: fn.name, start: 0, end: text.length, text: changed }];
  });
}

/** The functions of a file that allocate with flags that do not wait, of several callers: with flags that wait. */
export function waitingCallees(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const head = fn.whole.slice(0, fn.whole.indexOf('\n{'));
    const called = [...text.matchAll(new RegExp(`\\b${fn.name}\\(`, 'g'))].length - 1;
    const isAlone = fn.whole.match(/\bGFP_ATOMIC\b/g)?.length === 1;
    const named = text.match(new RegExp(`\\b${fn.name}\\b`, 'g'))?.length ?? 0;
    if (!/^static\b/.test(head) || !isAlone || called < 2 || called > 6 || named !== called + 1) return [];
    if (/\b(?:spin_lock|rcu_read_lock|read_lock|write_lock|local_irq|gfp_t)/.test(fn.whole)) return [];
    const callers = functionsOf(text).filter((one) => one !== fn && one.whole.includes(`${fn.name}(`));
    const held = new RegExp(`\\bspin_lock(?:(?!\\bspin_unlock)[^])*?\\b${fn.name}\\(`);
    const atomic = callers.filter(({ whole }) => held.test(whole));
    if (atomic.length === 0 || atomic.length === callers.length) return [];
    return [planted(fn, fn.whole.replace('GFP_ATOMIC', 'GFP_KERNEL'))];
  });
}
