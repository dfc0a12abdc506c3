const SLASH = 47;
const STAR = 42;
/** The bit that makes an ASCII letter lower case. */
const SMALL = 32;
const C = 99;
const D = 100;
const E = 101;
const F = 102;
const H = 104;
const I = 105;
const N = 110;
const O = 111;
const R = 114;
const S = 115;
const T = 116;
const Y = 121;
/** A shorter comment cannot state an order of two locks. */
const SHORTEST = 16;

/** The offset after the block comment that starts at `from`; the end of the text if it is not closed. */
export function blockCommentEnd(units: Uint16Array, from: number, to: number): number {
  let at = from + 3;
  while (at < to) {
    if (units[at] === SLASH && units[at - 1] === STAR) return at + 1;
    at++;
  }
  return to;
}

/**
 * Whether units[from..to) contain a part of one of the words that statements about lock order use: o*rde*r, *nes*ts,
 * hierar*chy*, be*fo*re, *aft*er, ins*ide*, u*nde*r. A cheap first filter: most comments fail it, and only those that
 * pass are parsed.
 */
export function mayStateOrder(units: Uint16Array, from: number, to: number): boolean {
  if (to - from < SHORTEST) return false;
  for (let at = from + 3; at < to; at++) {
    switch (units[at]! | SMALL) {
      case D: {
        if ((units[at + 1]! | SMALL) !== E) break;
        const before = units[at - 1]! | SMALL;
        if (before === R || before === N || before === I) return true;
        break;
      }
      case S:
        if (
          (units[at - 1]! | SMALL) === E &&
          (units[at - 2]! | SMALL) === N &&
          (units[at + 1]! | SMALL) === T
        )
          return true;
        break;
      case F:
        if ((units[at - 1]! | SMALL) === E && (units[at + 1]! | SMALL) === O) return true;
        if ((units[at + 1]! | SMALL) === T && (units[at + 2]! | SMALL) === E) return true;
        break;
      case Y:
        if ((units[at - 1]! | SMALL) === H && (units[at - 2]! | SMALL) === C) return true;
        break;
      default:
        break;
    }
  }
  return false;
}
