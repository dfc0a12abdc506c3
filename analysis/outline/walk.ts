import type { Scan } from './scan.js';
import { T_DIRECTIVE } from './tokens.js';

/* Punctuators by name; a punctuator's kind is its character code. */
export const AMPERSAND = 38;
export const OPEN = 40;
export const CLOSE = 41;
export const STAR = 42;
export const COMMA = 44;
export const DOT = 46;
export const COLON = 58;
export const SEMICOLON = 59;
export const EQUALS = 61;
export const QUESTION = 63;
export const OPEN_BRACKET = 91;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;

/** The token to go on with behind a directive: only one arm of a group inside an item is followed. */
export function follow(scan: Scan, directive: number): number {
  const what = scan.arms.at(directive);
  if (what === undefined || 'arms' in what) return directive + 1;
  const { group } = what;
  if (what.index > 0) return Math.min(group.endToken + 1, scan.tokens.count);
  const chosen = group.arms[group.chosen];
  return Math.min((chosen?.token ?? group.endToken) + 1, scan.tokens.count);
}

/** Behind the bracket that `open` opens; `open + 1` when it has no partner before `to`. */
export function behindGroup(scan: Scan, open: number, to: number): number {
  const close = scan.tokens.values[open]!;
  return close > open && close < to ? close + 1 : open + 1;
}

/** The next comma outside brackets in [from, to), or `to`. Only followed arms are looked at. */
export function nextComma(scan: Scan, from: number, to: number): number {
  const { kinds } = scan.tokens;
  let at = from;
  while (at < to) {
    const kind = kinds[at]!;
    if (kind === COMMA) return at;
    if (kind === OPEN || kind === OPEN_BRACKET || kind === OPEN_BRACE) at = behindGroup(scan, at, to);
    else if (kind === T_DIRECTIVE) at = follow(scan, at);
    else at++;
  }
  return to;
}
