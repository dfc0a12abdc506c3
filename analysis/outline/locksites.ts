import type { Models } from '../models/types.js';
import { isSite } from './declarations/bodies.js';
import type { Outliner } from './outliner.js';
import { Scan } from './tokens/scan.js';
import { F_LOCK_SITE, F_SCOPE } from './tokens/symbols.js';
import { OPEN, T_IDENTIFIER } from './tokens/tokens.js';

/**
 * Number of lock sites of a text by tokens alone: calls of a modelled acquire, try or release outside macro
 * definitions, in all arms. Does not depend on functions.
 */
export function countLockSites(text: string, models: Models): number {
  const scan = new Scan(text, models);
  let count = 0;
  forEachSite(scan, 0, scan.tokens.count, () => count++);
  return count;
}

/** Counts the sites outside all functions and records each as a gap, since no skeleton contains it. */
export function noteOutside(out: Outliner): void {
  const { scan, bodies } = out;
  const note = (token: number): void => {
    out.lockSites++;
    out.gap('lock-outside-tree', token, scan.nameOf(token));
  };
  let from = 0;
  for (let at = 0; at < bodies.length; at += 2) {
    forEachSite(scan, from, bodies[at]!, note);
    from = bodies[at + 1]!;
  }
  forEachSite(scan, from, scan.tokens.count, note);
}

function forEachSite(scan: Scan, from: number, to: number, visit: (token: number) => void): void {
  const { tokens, symbols } = scan;
  const { kinds, values } = tokens;
  const { flags } = symbols;
  for (let at = from; at < to; at++) {
    if (kinds[at] !== T_IDENTIFIER) continue;
    const flag = flags[values[at]!]!;
    if ((flag & (F_LOCK_SITE | F_SCOPE)) === 0) continue;
    if (at + 1 < tokens.count && kinds[at + 1] === OPEN && isSite(tokens, symbols, at, flag, tokens.count))
      visit(at);
  }
}
