import { blockCommentEnd, mayStateOrder } from './comments.js';
import type { IdentifierTable } from './symbols.js';

/*
 * Kinds of tokens. A single-character punctuator is its own character code; other kinds are above ASCII. Comments,
 * blanks and continuation backslashes are not tokens.
 */
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
export const CLOSE_BRACKET = 93;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;

export const T_IDENTIFIER = 128;
export const T_NUMBER = 129;
export const T_STRING = 130;
export const T_CHARACTER = 131;
/** A whole preprocessor line, continuations included; `values` contains its kind of directive. */
export const T_DIRECTIVE = 132;
export const T_ARROW = 133;
export const T_ELLIPSIS = 134;
/** `==`, `!=`, `<=`, `>=`. */
export const T_COMPARE = 135;
/** `+=` and similar. */
export const T_ASSIGN = 136;
/** `&&`, `||`. */
export const T_LOGIC = 137;
/** `<<`, `>>`. */
export const T_SHIFT = 138;
/** `++`, `--`. */
export const T_STEP = 139;
/** `##`. */
export const T_PASTE = 140;

export const D_OTHER = 0;
export const D_DEFINE = 1;
export const D_INCLUDE = 2;
export const D_IF = 3;
export const D_IFDEF = 4;
export const D_IFNDEF = 5;
export const D_ELIF = 6;
export const D_ELSE = 7;
export const D_ENDIF = 8;

const DIRECTIVES: Readonly<Record<string, number>> = {
  define: D_DEFINE,
  include: D_INCLUDE,
  if: D_IF,
  ifdef: D_IFDEF,
  ifndef: D_IFNDEF,
  elif: D_ELIF,
  elifdef: D_ELIF,
  elifndef: D_ELIF,
  else: D_ELSE,
  endif: D_ENDIF,
};

const C_BLANK = 1;
const C_LETTER = 2;
const C_DIGIT = 4;
/** Brackets, `;` and `,`: always tokens on their own. */
const C_SIMPLE = 8;
const CLASS = new Uint8Array(1 << 16);
for (let unit = 0; unit <= 32; unit++) CLASS[unit] = C_BLANK;
for (let unit = 127; unit < CLASS.length; unit++) CLASS[unit] = C_LETTER;
for (const unit of [0x7f, 0xa0, 0xfeff, 0x2028, 0x2029]) CLASS[unit] = C_BLANK;
for (let unit = 65; unit <= 90; unit++) CLASS[unit] = CLASS[unit + 32] = C_LETTER;
for (const unit of [36, 95]) CLASS[unit] = C_LETTER;
for (let unit = 48; unit <= 57; unit++) CLASS[unit] = C_DIGIT;
for (const unit of [OPEN, CLOSE, COMMA, SEMICOLON, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE])
  CLASS[unit] = C_SIMPLE;

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const SLASH = 47;
const BACKSLASH = 92;

/**
 * Small on purpose: arrays should first grow before the code is compiled. The first growth in compiled code deoptimises
 * it.
 */
const FIRST_SIZE = 32;

/** Tokens of one text, in parallel arrays that are reused from file to file. */
export class TokenBuffer {
  count = 0;
  kinds = new Uint8Array(FIRST_SIZE);
  starts = new Int32Array(FIRST_SIZE);
  ends = new Int32Array(FIRST_SIZE);
  /** Identifier: its symbol. Directive: its kind. Bracket: its partner, -1 for none (see brackets.ts). */
  values = new Int32Array(FIRST_SIZE);
  /** Tokens that structure the text, in order: brackets and directives. */
  marks = new Int32Array(FIRST_SIZE);
  markCount = 0;
  /** Begin and end of each comment that may state a lock order. */
  notes: number[] = [];

  grow(): void {
    const size = this.kinds.length * 2;
    const kinds = new Uint8Array(size);
    kinds.set(this.kinds);
    this.kinds = kinds;
    this.starts = grown(this.starts);
    this.ends = grown(this.ends);
    this.values = grown(this.values);
  }

  mark(token: number): void {
    if (this.markCount === this.marks.length) this.marks = grown(this.marks);
    this.marks[this.markCount++] = token;
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/**
 * Splits units[from..to) into tokens. There must be a unit after `to` (a sentinel, or the rest of the text). With
 * `directives`, a `#` at the start of a line makes the whole line one token; without, as in the replacement text of a
 * macro, it is a punctuator. Linear in the length for any text.
 */
export function tokenize(
  units: Uint16Array,
  from: number,
  to: number,
  symbols: IdentifierTable,
  buffer: TokenBuffer,
  directives: boolean,
): void {
  let { kinds, starts, ends, values } = buffer;
  let capacity = kinds.length;
  let count = 0;
  let at = from;
  buffer.markCount = 0;
  if (directives) buffer.notes = [];
  while (at < to) {
    const unit = units[at]!;
    const unitClass = CLASS[unit]!;
    if (unitClass === C_BLANK) {
      do at++;
      while (CLASS[units[at]!] === C_BLANK && at < to);
      continue;
    }
    if (count === capacity) {
      buffer.grow();
      ({ kinds, starts, ends, values } = buffer);
      capacity = kinds.length;
    }
    const start = at;
    if (unitClass === C_LETTER) {
      let hash = unit;
      at++;
      for (let next = units[at]!; (CLASS[next]! & (C_LETTER | C_DIGIT)) !== 0; next = units[++at]!) {
        hash = Math.imul(hash, 0x01000193) ^ next;
      }
      kinds[count] = T_IDENTIFIER;
      starts[count] = start;
      ends[count] = at;
      values[count++] = symbols.intern(units, start, at, hash);
      continue;
    }
    if (unitClass === C_SIMPLE) {
      kinds[count] = unit;
      starts[count] = start;
      ends[count] = ++at;
      if (unit !== SEMICOLON && unit !== COMMA) buffer.mark(count);
      values[count++] = -1;
      continue;
    }
    const next = units[at + 1]!;
    if (unitClass === C_DIGIT || (unit === DOT && CLASS[next] === C_DIGIT)) {
      at = numberEnd(units, at, to);
      kinds[count] = T_NUMBER;
      starts[count] = start;
      ends[count] = at;
      values[count++] = 0;
      continue;
    }
    let kind = unit;
    at++;
    switch (unit) {
      case SLASH:
        if (next === STAR) {
          at = blockCommentEnd(units, start, to);
          if (directives && mayStateOrder(units, start, at)) buffer.notes.push(start, at);
          continue;
        }
        if (next === SLASH) {
          at = lineEnd(units, start, to);
          if (directives && mayStateOrder(units, start, at)) buffer.notes.push(start, at);
          continue;
        }
        break;
      case BACKSLASH:
        if (next === NEWLINE || next === RETURN) continue;
        break;
      case QUOTE:
      case APOSTROPHE:
        at = quoteEnd(units, start, to);
        kind = unit === QUOTE ? T_STRING : T_CHARACTER;
        break;
      case HASH:
        if (next === HASH) {
          at++;
          kind = T_PASTE;
        } else if (
          directives &&
          beginsLine(units, count === 0 ? from : ends[count - 1]!, start, count === 0)
        ) {
          at = directiveEnd(units, start, to);
          kind = T_DIRECTIVE;
          buffer.mark(count);
        }
        break;
      case 45: // -
        if (next === 62) kind = T_ARROW;
        else if (next === 45) kind = T_STEP;
        break;
      case 43: // +
        if (next === 43) kind = T_STEP;
        break;
      case 38: // &
      case 124: // |
        if (next === unit) kind = T_LOGIC;
        break;
      case 60: // <
      case 62: // >
        if (next === unit) kind = T_SHIFT;
        else if (next === 61) kind = T_COMPARE;
        break;
      case 61: // =
      case 33: // !
        if (next === 61) kind = T_COMPARE;
        break;
      case DOT:
        if (next === DOT && units[at + 1] === DOT) {
          kind = T_ELLIPSIS;
          at++;
        }
        break;
      default:
        break;
    }
    if (kind >= T_ARROW && kind !== T_PASTE) at++;
    if (at < to && units[at] === 61 && (kind === T_SHIFT || isArithmetic(kind))) {
      kind = T_ASSIGN;
      at++;
    }
    kinds[count] = kind;
    starts[count] = start;
    ends[count] = at > to ? to : at;
    values[count++] = kind === T_DIRECTIVE ? directiveKind(units, start, at) : -1;
  }
  buffer.count = count;
}

/** `+ - * / % & | ^`, which an `=` may follow. */
function isArithmetic(kind: number): boolean {
  switch (kind) {
    case 37:
    case 38:
    case 42:
    case 43:
    case 45:
    case 47:
    case 94:
    case 124:
      return true;
    default:
      return false;
  }
}

function numberEnd(units: Uint16Array, from: number, to: number): number {
  let at = from + 1;
  while (at < to) {
    const unit = units[at]!;
    if ((CLASS[unit]! & (C_LETTER | C_DIGIT)) !== 0 || unit === DOT) {
      at++;
      continue;
    }
    // The sign of an exponent. In a hexadecimal number, `e` is a digit and `p` the exponent.
    if (unit !== 43 && unit !== 45) break;
    const before = units[at - 1]! | 32;
    const hexadecimal = (units[from + 1]! | 32) === 120;
    if (before !== (hexadecimal ? 112 : 101)) break;
    at++;
  }
  return at;
}

/** The line break that ends the line at `from`; a backslash before a line break continues the line. */
function lineEnd(units: Uint16Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    if (units[at] === NEWLINE && !isContinued(units, at, from)) return at;
    at++;
  }
  return to;
}

function isContinued(units: Uint16Array, newline: number, from: number): boolean {
  let before = newline - 1;
  if (before > from && units[before] === RETURN) before--;
  return before > from && units[before] === BACKSLASH;
}

/** The offset after a string or character literal; an unterminated one ends with its line. */
function quoteEnd(units: Uint16Array, from: number, to: number): number {
  const quote = units[from]!;
  let at = from + 1;
  while (at < to) {
    const unit = units[at]!;
    if (unit === quote) return at + 1;
    if (unit === NEWLINE) return at;
    if (unit === BACKSLASH) {
      at++;
      if (units[at] === RETURN && units[at + 1] === NEWLINE) at++;
    }
    at++;
  }
  return to;
}

function beginsLine(units: Uint16Array, from: number, hash: number, first: boolean): boolean {
  for (let at = hash - 1; at >= from; at--) if (units[at] === NEWLINE) return true;
  return first;
}

/** The line break after a directive. Comments in it may contain line breaks, and strings comment markers. */
function directiveEnd(units: Uint16Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const unit = units[at]!;
    if (unit === NEWLINE) {
      if (!isContinued(units, at, from)) return at;
      at++;
    } else if (unit === SLASH && units[at + 1] === STAR) at = blockCommentEnd(units, at, to);
    else if (unit === SLASH && units[at + 1] === SLASH) return lineEnd(units, at, to);
    else if (unit === QUOTE || unit === APOSTROPHE) at = quoteEnd(units, at, to);
    else at++;
  }
  return to;
}

function directiveKind(units: Uint16Array, from: number, to: number): number {
  const start = wordStart(units, from + 1, to);
  let end = start;
  let word = '';
  while (end < to && end - start < 9 && CLASS[units[end]!] === C_LETTER) {
    word += String.fromCharCode(units[end]!);
    end++;
  }
  return Object.hasOwn(DIRECTIVES, word) ? DIRECTIVES[word]! : D_OTHER;
}

/** First non-blank unit at or after `from` on the same (continued) line. */
export function wordStart(units: Uint16Array, from: number, to: number): number {
  let at = from;
  while (at < to && (CLASS[units[at]!] === C_BLANK || units[at] === BACKSLASH)) at++;
  return at;
}

/** The offset after the identifier at `from`; `from` itself if there is none. */
export function wordEnd(units: Uint16Array, from: number, to: number): number {
  let at = from;
  if (at < to && CLASS[units[at]!] === C_LETTER) {
    while (at < to && (CLASS[units[at]!]! & (C_LETTER | C_DIGIT)) !== 0) at++;
  }
  return at;
}
