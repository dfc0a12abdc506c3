import type { Scan } from './scan.js';
import { COMMA, OPEN, OPEN_BRACE, OPEN_BRACKET, T_DIRECTIVE } from './tokens.js';

/** The token at which to continue after a directive: within an item, only one arm of a group is followed. */
export function follow(scan: Scan, directive: number): number {
  const what = scan.arms.at(directive);
  if (what === undefined || 'arms' in what) return directive + 1;
  const { group } = what;
  if (what.index > 0) return Math.min(group.endToken + 1, scan.tokens.count);
  const chosen = group.arms[group.chosen];
  return Math.min((chosen?.token ?? group.endToken) + 1, scan.tokens.count);
}

/** The token after the partner of the bracket `open`; `open + 1` if it has no partner before `to`. */
export function behindGroup(scan: Scan, open: number, to: number): number {
  const close = scan.tokens.values[open]!;
  return close > open && close < to ? close + 1 : open + 1;
}

/** Tokens [from, to). */
export interface TokenRange {
  readonly from: number;
  readonly to: number;
}

/** What the commas outside brackets in [from, close) separate: the arguments of a call. */
export function argumentsIn(scan: Scan, from: number, close: number): readonly TokenRange[] {
  const list: TokenRange[] = [];
  for (let at = from; at < close;) {
    const to = nextComma(scan, at, close);
    list.push({ from: at, to });
    at = to + 1;
  }
  return list;
}

/** The next comma outside brackets in [from, to), or `to`. Only looks at followed arms. */
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
