import type { Models } from '../models/types.js';
import { isSite } from './bodies.js';
import type { Outliner } from './outliner.js';
import { Scan } from './scan.js';
import { F_CONTROL, F_KEYWORD, F_LOCK_SITE, F_SCOPE } from './symbols.js';
import { DOT, OPEN, STAR, T_ARROW, T_IDENTIFIER } from './tokens.js';

/**
 * Lock sites of a text by tokens alone: calls of a modelled acquire, try or release outside macro
 * definitions, in all arms (DESIGN §6). Knows nothing of functions.
 */
export function countLockSites(text: string, models: Models): number {
  const scan = new Scan(text, models);
  let count = 0;
  forEachSite(scan, 0, scan.tokens.count, () => count++);
  return count;
}

/** Counts the sites outside all functions; each is a gap, since no skeleton will hold it. */
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
    if (kinds[at + 1] !== OPEN || at + 1 >= to || isDeclared(scan, at)) continue;
    if (isSite(tokens, symbols, at, flag, tokens.count)) visit(at);
  }
}

/** Whether the name at `token` is declared, or a member, and not called. */
function isDeclared(scan: Scan, token: number): boolean {
  if (token === 0) return false;
  const { kinds, values } = scan.tokens;
  const before = kinds[token - 1]!;
  if (before === T_ARROW || before === DOT) return true;
  if (before === STAR) return true;
  if (before !== T_IDENTIFIER) return false;
  const flag = scan.symbols.flags[values[token - 1]!]!;
  return (flag & F_CONTROL) === 0 && !((flag & F_KEYWORD) !== 0 && isStatementWord(scan.nameOf(token - 1)));
}

function isStatementWord(word: string): boolean {
  return word === 'else' || word === 'do';
}
