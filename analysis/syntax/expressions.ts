import {
  F_BUILTIN,
  F_ENUM,
  F_QUALIFIER,
  F_RECORD,
  F_STORAGE,
  F_UNDERSCORES,
  F_UPPER,
} from '../outline/tokens/symbols.js';
import {
  T_ASSIGN,
  T_CHARACTER,
  T_COMPARE,
  T_IDENTIFIER,
  T_LOGIC,
  T_NUMBER,
  T_SHIFT,
  T_STEP,
  T_STRING,
} from '../outline/tokens/tokens.js';
import type { Piece } from './piece.js';

const OPEN = 40;
const CLOSE = 41;
const STAR = 42;
const COMMA = 44;
const COLON = 58;
const SEMICOLON = 59;
const QUESTION = 63;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;

export const F_TYPE = F_RECORD | F_ENUM | F_BUILTIN | F_QUALIFIER | F_STORAGE;

/** Words that take a type in a way the grammar does not know; their value is irrelevant here. */
const CONSTANT_BUILTINS = new Set([
  'offsetof',
  '__builtin_offsetof',
  '__builtin_types_compatible_p',
  '_Alignof',
  '__alignof__',
  '__alignof',
  'alignof',
  '_Generic',
]);

const STATEMENT_WORDS = new Set([
  'return',
  'goto',
  'break',
  'continue',
  'if',
  'for',
  'while',
  'do',
  'switch',
  'case',
]);

/** Rewrites the expression or expression list in tokens [from, to). */
export function rewriteExpression(piece: Piece, from: number, to: number): void {
  for (let token = from; token < to; token++) {
    switch (piece.kind[token]) {
      case T_STRING:
        token = joinStrings(piece, token, from, to) - 1;
        break;
      case T_LOGIC:
        if (
          piece.text.charCodeAt(piece.start[token]!) === 38 &&
          !isOperand(piece, token - 1, from) &&
          piece.isName(token + 1)
        ) {
          piece.blankTokens(token, token + 1);
        }
        break;
      case T_NUMBER:
        // `16 KB`: the name is a macro that multiplies.
        if (token + 1 < to && piece.isName(token + 1)) piece.blankTokens(token + 1, token + 2);
        break;
      case T_IDENTIFIER:
        token = rewriteWord(piece, token, from, to) - 1;
        break;
      case OPEN:
        if (
          piece.kind[token + 1] === STAR &&
          piece.kind[token + 2] === CLOSE &&
          piece.kind[token + 3] === OPEN
        ) {
          // `(*)(…)`: a pointer to function, with its parameter list.
          token = Math.min(piece.behind(token + 3), to) - 1;
        } else if (isOperand(piece, token - 1, from) && !isCast(piece, token, to))
          token = rewriteArguments(piece, token, to) - 1;
        else if (piece.kind[token + 1] === OPEN_BRACE && piece.match[token + 1]! > 0) {
          token = piece.rewriteBlock(token + 1) - 1;
        }
        break;
      case OPEN_BRACKET:
        if (isOldDesignator(piece, token, from, to)) piece.blankTokens(token, piece.behind(token));
        break;
      default:
        break;
    }
  }
}

/** `[index] value` in an initialiser, without `=`. */
function isOldDesignator(piece: Piece, token: number, from: number, to: number): boolean {
  const behind = piece.behind(token);
  if (token === from || behind >= to) return false;
  const before = piece.kind[token - 1];
  if (before !== OPEN_BRACE && before !== COMMA) return false;
  const next = piece.kind[behind];
  return next === T_STRING || next === T_NUMBER || next === OPEN_BRACE || piece.isName(behind);
}

/** Whether a value may end with this token, so that a following `(` opens a call. */
function isOperand(piece: Piece, token: number, from: number): boolean {
  if (token < from) return false;
  const kind = piece.kind[token];
  return (
    piece.isName(token) ||
    kind === CLOSE ||
    kind === CLOSE_BRACKET ||
    kind === T_NUMBER ||
    kind === T_STRING ||
    kind === T_CHARACTER ||
    (kind === T_STEP && isOperand(piece, token - 1, from))
  );
}

/** Whether `(type)` after another `)` is a cast of what follows. */
function isCast(piece: Piece, open: number, to: number): boolean {
  const behind = piece.behind(open);
  if (piece.kind[open - 1] !== CLOSE || behind >= to || behind < open + 3) return false;
  const next = piece.kind[behind];
  const hasOperand =
    next === OPEN || next === OPEN_BRACE || next === T_NUMBER || next === T_STRING || piece.isName(behind);
  return hasOperand && isType(piece, open + 1, behind - 1);
}

function rewriteWord(piece: Piece, token: number, from: number, to: number): number {
  const word = piece.word(token);
  if (piece.kind[token + 1] === OPEN && token + 1 < to && CONSTANT_BUILTINS.has(word)) {
    const end = Math.min(piece.behind(token + 1), to);
    piece.replace(token, end, '0');
    return end;
  }
  if (piece.isName(token) && token + 1 < to && piece.isName(token + 1)) {
    // Two consecutive names: one of them is a macro that the grammar can ignore.
    const first = piece.flags(token);
    const second = piece.flags(token + 1);
    const isSecondOdd =
      (first & (F_UPPER | F_UNDERSCORES)) === 0 && (second & (F_UPPER | F_UNDERSCORES)) !== 0;
    if (token > from && (piece.flags(token - 1) & F_RECORD) !== 0) return token + 1;
    if (isSecondOdd) {
      const end = piece.kind[token + 2] === OPEN ? Math.min(piece.behind(token + 2), to) : token + 2;
      piece.blankTokens(token + 1, end);
      return end;
    }
    piece.blankTokens(token, token + 1);
  }
  return token + 1;
}

/** Keeps one of several adjacent strings, string macros and calls such as `STRINGIFY(X)`. */
function joinStrings(piece: Piece, token: number, from: number, to: number): number {
  let at = token - 1;
  while (at >= from) {
    const start = piece.kind[at] === CLOSE && piece.match[at]! - 1 >= from ? piece.match[at]! - 1 : at;
    if (!piece.isName(start) || (start !== at && piece.match[start + 1] !== at)) break;
    piece.blankTokens(start, at + 1);
    at = start - 1;
  }
  at = token + 1;
  while (at < to && (piece.kind[at] === T_STRING || piece.isName(at))) {
    const end = piece.isName(at) && piece.kind[at + 1] === OPEN ? Math.min(piece.behind(at + 1), to) : at + 1;
    piece.blankTokens(at, end);
    at = end;
  }
  return at;
}

/** Rewrites the arguments `(a, b, c)` of a call; `open` is the bracket. Returns the token after the closing one. */
export function rewriteArguments(piece: Piece, open: number, to: number): number {
  const close = piece.match[open]! > 0 ? Math.min(piece.match[open]!, to) : to;
  let start = open + 1;
  let isSingle = true;
  for (let at = open + 1; at <= close; at = at < close ? piece.behind(at) : at + 1) {
    if (at < close && piece.kind[at] !== COMMA) continue;
    if (at < close) isSingle = false;
    if (start < at) rewriteArgument(piece, start, at);
    else if (!isSingle) fillEmpty(piece, start - 1, at);
    start = at + 1;
  }
  return Math.min(close + 1, to);
}

/** `f(a, , b)`: fills the empty argument; if there is no room, drops the comma. */
function fillEmpty(piece: Piece, before: number, after: number): void {
  const room = piece.gapAfter(before, after);
  if (room >= 0) piece.put(room, '0');
  else
    piece.blankTokens(
      piece.kind[before] === COMMA ? before : after,
      piece.kind[before] === COMMA ? after : after + 1,
    );
}

function rewriteArgument(piece: Piece, from: number, to: number): void {
  if (
    piece.kind[from] === OPEN_BRACE &&
    piece.match[from] === to - 1 &&
    holdsStatements(piece, from, to - 1)
  ) {
    piece.rewriteBlock(from);
    return;
  }
  if (isStatement(piece, from, to) || isFragment(piece, from, to)) {
    const start = piece.start[from]!;
    const end = piece.end[to - 1]!;
    if (piece.replace(from, to, '0')) piece.marks.set(start, { k: 'raw', start, end });
    return;
  }
  if (isType(piece, from, to)) {
    const start = piece.start[from]!;
    const text = piece.text.slice(start, piece.end[to - 1]);
    const known = piece.marks.get(start);
    if (piece.replace(from, to, '0') && known === undefined) piece.marks.set(start, { k: 'type', text });
    return;
  }
  rewriteExpression(piece, from, to);
}

/** Whether braces in an argument contain statements, not a list of values. */
function holdsStatements(piece: Piece, open: number, close: number): boolean {
  return close === open + 1 || hasTopLevel(piece, open + 1, close, SEMICOLON);
}

function isStatement(piece: Piece, from: number, to: number): boolean {
  if (STATEMENT_WORDS.has(piece.word(from)) || piece.kind[from] === OPEN_BRACE) return true;
  if (
    piece.kind[from + 1] === OPEN &&
    piece.isName(from) &&
    piece.kind[piece.behind(from + 1)] === OPEN_BRACE
  ) {
    return piece.behind(from + 1) < to;
  }
  for (let at = from; at < to; at = piece.behind(at)) if (piece.kind[at] === SEMICOLON) return true;
  return (piece.flags(from) & F_TYPE) !== 0 && hasTopLevel(piece, from, to, 61);
}

function hasTopLevel(piece: Piece, from: number, to: number, kind: number): boolean {
  for (let at = from; at < to; at = piece.behind(at)) if (piece.kind[at] === kind) return true;
  return false;
}

/** `struct foo *`, `unsigned int`, `foo_t *`, `struct foo *name`. */
function isType(piece: Piece, from: number, to: number): boolean {
  if ((piece.flags(from) & F_TYPE) !== 0) return true;
  if (!piece.isName(from) || to - from < 2) return false;
  let at = from + 1;
  while (at < to && (piece.kind[at] === STAR || (piece.flags(at) & F_QUALIFIER) !== 0)) at++;
  return (
    at === to || (at === to - 2 && piece.kind[at] === OPEN_BRACKET && piece.kind[at + 1] === CLOSE_BRACKET)
  );
}

/** `==`, `> 5`, `.field = x`, operands of inline assembler: not an expression on its own. */
function isFragment(piece: Piece, from: number, to: number): boolean {
  if (piece.kind[from] === OPEN_BRACKET || (piece.kind[from] === T_STRING && piece.kind[from + 1] === OPEN))
    return true;
  if (hasTopLevel(piece, from, to, COLON) && !hasTopLevel(piece, from, to, QUESTION)) return true;
  return isBinaryOperator(piece, from) || isOperatorAtEnd(piece, to - 1);
}

function isBinaryOperator(piece: Piece, token: number): boolean {
  switch (piece.kind[token]) {
    case T_LOGIC:
      return piece.text.charCodeAt(piece.start[token]!) === 124 || !piece.isName(token + 1);
    case T_COMPARE:
    case T_ASSIGN:
    case T_SHIFT:
    case 37:
    case 46:
    case 47:
    case 58:
    case 60:
    case 61:
    case 62:
    case 63:
    case 94:
    case 124:
    case 35:
      return true;
    default:
      return false;
  }
}

function isOperatorAtEnd(piece: Piece, token: number): boolean {
  const kind = piece.kind[token]!;
  if (isBinaryOperator(piece, token)) return true;
  return kind === 38 || kind === STAR || kind === 43 || kind === 45 || kind === 33 || kind === 126;
}
