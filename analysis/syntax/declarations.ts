import { F_BUILTIN, F_ENUM, F_QUALIFIER, F_RECORD, F_STORAGE } from '../outline/tokens/symbols.js';
import { T_IDENTIFIER } from '../outline/tokens/tokens.js';
import { F_TYPE, rewriteExpression } from './expressions.js';
import type { Piece } from './piece.js';

const OPEN = 40;
const STAR = 42;
const COMMA = 44;
const COLON = 58;
const SEMICOLON = 59;
const EQUALS = 61;
const OPEN_BRACKET = 91;
const OPEN_BRACE = 123;

/** Whether a declaration begins at a token that starts a statement or a for loop's first clause. */
export function beginsDeclaration(piece: Piece, token: number, to: number): boolean {
  if ((piece.flags(token) & F_TYPE) !== 0) return true;
  if (!piece.isName(token)) return false;
  if (isFunctionPointer(piece, token + 1, to)) return true;
  let at = token + 1;
  while (at < to && (piece.kind[at] === STAR || (piece.flags(at) & F_QUALIFIER) !== 0)) at++;
  if (!piece.isName(at) || at >= to) return false;
  if (at === token + 1) return true;
  const next = at + 1 < to ? piece.kind[at + 1] : SEMICOLON;
  return (
    next === EQUALS || next === SEMICOLON || next === COMMA || next === OPEN_BRACKET || piece.isName(at + 1)
  );
}

/** `(*name)(…)` and `(*name)[…]` after a type. */
function isFunctionPointer(piece: Piece, open: number, to: number): boolean {
  if (piece.kind[open] !== OPEN || piece.kind[open + 1] !== STAR || !piece.isName(open + 2)) return false;
  const behind = piece.behind(open);
  return behind < to && (piece.kind[behind] === OPEN || piece.kind[behind] === OPEN_BRACKET);
}

/** Rewrites the declaration in tokens [from, to); the semicolon is at `to`. */
export function rewriteDeclaration(piece: Piece, from: number, to: number): void {
  let at = from;
  while (at < to && (piece.flags(at) & F_STORAGE) !== 0) at++;
  if (at > from && piece.isName(at) && piece.kind[at + 1] === OPEN && declaresByMacro(piece, at, to)) {
    // `static DEFINE_MUTEX(name);` is a call to the grammar.
    piece.blankTokens(from, at);
    rewriteMacroDeclaration(piece, at, to);
    return;
  }
  at = skipType(piece, at, to);
  at = dropOddNames(piece, at, to);
  while (at < to) {
    const kind = piece.kind[at]!;
    if (kind === EQUALS) {
      const end = endOfInitializer(piece, at + 1, to);
      rewriteExpression(piece, at + 1, end);
      at = end;
    } else if (kind === COMMA) at = dropOddNames(piece, at + 1, to);
    else {
      if (kind === OPEN_BRACKET && piece.match[at]! > 0) rewriteExpression(piece, at + 1, piece.match[at]!);
      else if (piece.isName(at) && at > from) piece.blankTokens(at, at + 1);
      at = piece.behind(at);
    }
  }
}

function declaresByMacro(piece: Piece, name: number, to: number): boolean {
  const behind = piece.behind(name + 1);
  return behind >= to || piece.kind[behind] === EQUALS;
}

/** `DECLARE_BITMAP(a, b) = { 0 }`: drops the initialiser, which an expression cannot contain. */
function rewriteMacroDeclaration(piece: Piece, name: number, to: number): void {
  const behind = piece.behind(name + 1);
  rewriteExpression(piece, name, Math.min(behind, to));
  if (behind < to) piece.blankTokens(behind, to);
}

/** Skips the specifiers. A type name becomes `int`, so that the grammar cannot take it for an operand. */
function skipType(piece: Piece, from: number, to: number): number {
  let at = from;
  let hasType = false;
  while (at < to && piece.kind[at] === T_IDENTIFIER) {
    const flags = piece.flags(at);
    if ((flags & (F_RECORD | F_ENUM)) !== 0) {
      hasType = true;
      at++;
      if (piece.isName(at)) at++;
      if (piece.kind[at] === OPEN_BRACE) {
        // The outline reads records. Here their fields may contain what the grammar does not understand.
        if (piece.match[at]! > at + 1) piece.blankTokens(at + 1, piece.match[at]!);
        at = piece.behind(at);
      }
    } else if ((flags & F_BUILTIN) !== 0) {
      hasType = true;
      at++;
    } else if ((flags & (F_QUALIFIER | F_STORAGE)) !== 0) at++;
    else if (!hasType && piece.isName(at)) {
      hasType = true;
      const isType =
        at + 1 < to &&
        (piece.kind[at + 1] === STAR || piece.kind[at + 1] === T_IDENTIFIER || piece.kind[at + 1] === OPEN);
      if (isType && piece.end[at]! - piece.start[at]! >= 3) piece.replace(at, at + 1, 'int');
      at++;
    } else break;
  }
  return at;
}

/** Of several names before a declarator's end, keeps the last; the others are macros. */
function dropOddNames(piece: Piece, from: number, to: number): number {
  let name = -1;
  let at = from;
  for (; at < to; at++) {
    const kind = piece.kind[at];
    if (piece.isName(at)) {
      if (name >= 0) piece.blankTokens(name, name + 1);
      name = at;
    } else if (kind === EQUALS || kind === COMMA || kind === OPEN || kind === OPEN_BRACKET || kind === COLON)
      break;
  }
  return at;
}

function endOfInitializer(piece: Piece, from: number, to: number): number {
  let at = from;
  while (at < to && piece.kind[at] !== COMMA) at = piece.behind(at);
  return Math.min(at, to);
}
