import { T_ELLIPSIS, T_IDENTIFIER, T_NUMBER, T_STEP, T_STRING } from '../outline/tokens/tokens.js';
import { beginsDeclaration, rewriteDeclaration } from './declarations.js';
import { rewriteArguments, rewriteExpression } from './expressions.js';
import type { Piece } from './piece.js';

const OPEN = 40;
const STAR = 42;
const COLON = 58;
const SEMICOLON = 59;
const EQUALS = 61;
const QUESTION = 63;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Rewrites the block that begins at `open`. Returns the token after it. */
export function rewriteBlock(piece: Piece, open: number): number {
  const close = piece.match[open]! > open ? piece.match[open]! : piece.count;
  let at = open + 1;
  while (at < close) at = rewriteStatement(piece, at, close);
  return close + 1;
}

/** Rewrites one statement before `limit`. Returns the token after it, always greater than `at`. */
export function rewriteStatement(piece: Piece, at: number, limit: number): number {
  switch (piece.kind[at]) {
    case OPEN_BRACE:
      return Math.min(rewriteBlock(piece, at), limit);
    case SEMICOLON:
      return at + 1;
    case T_IDENTIFIER:
      return piece.isKeyword(at) ? rewriteKeyword(piece, at, limit) : rewriteNamed(piece, at, limit);
    default:
      return rewriteSimple(piece, at, limit);
  }
}

function substatement(piece: Piece, at: number, limit: number): number {
  return at < limit ? rewriteStatement(piece, at, limit) : limit;
}

function rewriteKeyword(piece: Piece, at: number, limit: number): number {
  switch (piece.word(at)) {
    case 'if': {
      const behind = substatement(piece, rewriteHeader(piece, at, limit), limit);
      return piece.word(behind) === 'else' && behind < limit
        ? substatement(piece, behind + 1, limit)
        : behind;
    }
    case 'while':
    case 'switch':
      return substatement(piece, rewriteHeader(piece, at, limit), limit);
    case 'for':
      return substatement(piece, rewriteFor(piece, at, limit), limit);
    case 'else':
      return substatement(piece, at + 1, limit);
    case 'do': {
      const behind = substatement(piece, at + 1, limit);
      if (behind >= limit) return behind;
      if (piece.word(behind) !== 'while' && !standsForWhile(piece, behind)) return behind;
      const end = rewriteHeader(piece, behind, limit);
      if (piece.kind[end] === SEMICOLON && end < limit) return end + 1;
      insertSemicolon(piece, end - 1, end);
      return end;
    }
    case 'case':
    case 'default':
      return rewriteCase(piece, at, limit);
    case 'goto':
      if (piece.kind[at + 1] === STAR) {
        piece.marks.set(piece.start[at + 1]!, { k: 'computed-goto' });
        piece.blankTokens(at, at + 1);
      }
      return rewriteSimple(piece, at + 1, limit);
    case 'return':
    case 'break':
    case 'continue':
      return rewriteSimple(piece, at + 1, limit);
    case 'sizeof':
      return rewriteSimple(piece, at, limit);
    default:
      return rewriteDeclarationStatement(piece, at, limit);
  }
}

/** `do { … } while_each(…);`: the loop's end is a macro. */
function standsForWhile(piece: Piece, at: number): boolean {
  const open = at + 1;
  if (!piece.isName(at) || piece.kind[open] !== OPEN || piece.match[open]! < 0) return false;
  if (piece.end[at]! - piece.start[at]! < 6) return false;
  piece.replace(at, at + 1, 'while');
  if (piece.match[open] === open + 1) {
    piece.put(piece.start[open]! - 1, '(0');
  }
  piece.marks.set(piece.match[open] === open + 1 ? piece.start[open]! - 1 : piece.start[open]!, {
    k: 'head',
    name: piece.word(at),
  });
  return true;
}

/** `if (…)`; also `if macro(…)`, where the macro supplies the parentheses. Returns the token after it. */
function rewriteHeader(piece: Piece, at: number, limit: number): number {
  let open = at + 1;
  // `if likely (…)`; a name on the next line begins the statement behind a half-typed `if`.
  while (open < limit && piece.isName(open) && !piece.isBroken(open)) {
    piece.blankTokens(open, open + 1);
    open++;
  }
  if (piece.kind[open] !== OPEN || piece.match[open]! < 0) return Math.min(open, limit);
  const close = piece.match[open]!;
  if (close === open + 1) {
    const room = piece.gapAfter(open, close);
    if (room >= 0) piece.put(room, '0');
  }
  rewriteExpression(piece, open + 1, close);
  return close + 1;
}

function rewriteFor(piece: Piece, at: number, limit: number): number {
  const open = at + 1;
  if (piece.kind[open] !== OPEN || piece.match[open]! < 0) return Math.min(open, limit);
  const close = piece.match[open]!;
  const clauses: number[] = [];
  for (let token = open + 1; token < close; token = piece.behind(token)) {
    if (piece.kind[token] === SEMICOLON) clauses.push(token);
  }
  if (clauses.length < 2) {
    // A macro supplies the clauses.
    piece.marks.set(piece.start[at]!, { k: 'head', name: 'for' });
    piece.put(piece.start[at]!, 'if ');
    rewriteArguments(piece, open, close + 1);
    return close + 1;
  }
  const first = clauses[0]!;
  if (open + 1 < first) {
    if (beginsDeclaration(piece, open + 1, first)) rewriteDeclaration(piece, open + 1, first);
    else rewriteExpression(piece, open + 1, first);
  }
  rewriteExpression(piece, first + 1, close);
  return close + 1;
}

/** `case A:`, `case A ... B:`, `default:`. What follows is a separate statement. */
function rewriteCase(piece: Piece, at: number, limit: number): number {
  let depth = 0;
  let token = at + 1;
  for (; token < limit; token = piece.behind(token)) {
    const kind = piece.kind[token];
    if (kind === QUESTION) depth++;
    else if (kind === COLON && depth-- === 0) break;
    else if (kind === T_ELLIPSIS) {
      piece.marks.set(piece.start[token]!, { k: 'range' });
      piece.put(piece.start[token]!, '|| ');
    } else if (kind === SEMICOLON || kind === OPEN_BRACE) return token;
  }
  rewriteExpression(piece, at + 1, Math.min(token, limit));
  return Math.min(token + 1, limit);
}

/**
 * Rewrites a statement that begins with a name: a label, a call, a macro of some kind, a declaration, an expression.
 */
function rewriteNamed(piece: Piece, at: number, limit: number): number {
  const next = at + 1 < limit ? piece.kind[at + 1] : CLOSE_BRACE;
  if (next === COLON) return rewriteLabel(piece, at, limit);
  if (next === OPEN && beginsDeclaration(piece, at, limit))
    return rewriteDeclarationStatement(piece, at, limit);
  if (next === OPEN && piece.match[at + 1]! > 0) return rewriteCallLike(piece, at, limit);
  if (piece.word(at) === '__label__') {
    const end = endOfStatement(piece, at, limit);
    piece.blankTokens(at, end);
    return Math.min(end + 1, limit);
  }
  if (next === CLOSE_BRACE || (at + 1 < limit && beginsStatement(piece, at + 1))) {
    // A macro that is a statement on its own.
    piece.marks.set(piece.start[at]!, { k: 'call' });
    if (!insertSemicolon(piece, at, at + 1)) piece.put(piece.end[at]! - 1, ';');
    return at + 1;
  }
  if (beginsDeclaration(piece, at, limit)) return rewriteDeclarationStatement(piece, at, limit);
  return rewriteSimple(piece, at, limit);
}

function rewriteLabel(piece: Piece, at: number, limit: number): number {
  if (at + 2 < limit) return at + 2;
  // The grammar requires a statement after a label.
  piece.marks.set(piece.start[at]!, { k: 'label', name: piece.word(at) });
  piece.replace(at, at + 2, ';');
  return at + 2;
}

const STATEMENT_KEYWORDS = new Set([
  'if',
  'for',
  'while',
  'do',
  'switch',
  'return',
  'goto',
  'break',
  'continue',
  'case',
  'default',
]);

/** Whether a word can only begin a statement. */
function beginsStatement(piece: Piece, at: number): boolean {
  return STATEMENT_KEYWORDS.has(piece.word(at));
}

/** Rewrites `name(…)` and what follows it. */
function rewriteCallLike(piece: Piece, at: number, limit: number): number {
  const close = piece.match[at + 1]!;
  const behind = close + 1;
  let next = behind < limit ? piece.kind[behind]! : CLOSE_BRACE;
  // `name(…)++;` is one statement, `name(…) ++x;` are two.
  if (next === T_STEP && piece.isName(behind + 1)) next = T_IDENTIFIER;
  if (piece.isHead(piece.word(at), next === SEMICOLON)) return rewriteHead(piece, at, limit);
  if (next === SEMICOLON) {
    rewriteExpression(piece, at, behind);
    return behind + 1;
  }
  if (next === OPEN_BRACE) return rewriteHead(piece, at, limit);
  if (next === COLON) {
    piece.marks.set(piece.start[at]!, { k: 'case-macro' });
    piece.replace(at, behind, 'case 0');
    return behind + 1;
  }
  if (next === EQUALS && piece.kind[behind + 1] === OPEN_BRACE) {
    const end = endOfStatement(piece, at, limit);
    rewriteExpression(piece, at, behind);
    piece.blankTokens(behind, end);
    return Math.min(end + 1, limit);
  }
  if (next === CLOSE_BRACE || next === T_IDENTIFIER || next === T_STRING || next === T_NUMBER) {
    if (next === T_IDENTIFIER && headsStatement(piece, at, behind, limit))
      return rewriteHead(piece, at, limit);
    rewriteArguments(piece, at + 1, behind);
    if (!insertSemicolon(piece, close, behind)) turnIntoCommas(piece, at);
    return behind;
  }
  return rewriteSimple(piece, at, limit);
}

/** Whether `name(…)` heads the statement after it, like a loop. */
function headsStatement(piece: Piece, at: number, behind: number, limit: number): boolean {
  const name = piece.word(at);
  const known = piece.headsStatement(name);
  if (known !== undefined) return known;
  if (piece.word(behind) === 'else') return false;
  const next = endOfStatement(piece, behind, limit) + 1;
  if (next < limit && piece.word(next) === 'else' && piece.word(behind) !== 'if') return true;
  const line = piece.text.lastIndexOf('\n', piece.start[behind]);
  return (
    line > piece.start[at]! &&
    columnOf(piece.text, piece.start[behind]!) > columnOf(piece.text, piece.start[at]!)
  );
}

function columnOf(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  let column = 0;
  for (let at = start; at < offset; at++) column = text.charCodeAt(at) === 9 ? (column | 7) + 1 : column + 1;
  return column;
}

/** `list_for_each(…) statement`: becomes a while loop; with an else, an if. */
function rewriteHead(piece: Piece, at: number, limit: number): number {
  const open = at + 1;
  const close = piece.match[open]!;
  const start = piece.start[at]!;
  rewriteArguments(piece, open, close + 1);
  const behind = substatement(piece, close + 1, limit);
  const isIf = piece.word(behind) === 'else' && behind < limit;
  const word = isIf || piece.end[at]! - start < 5 ? 'if' : 'while';
  piece.marks.set(start, { k: 'head', name: piece.word(at) });
  if (close === open + 1) {
    piece.blankTokens(at, close);
    piece.put(start, word);
    if (piece.start[close]! - start >= word.length + 2) piece.put(start + word.length, '(0');
  } else piece.replace(at, at + 1, word);
  return isIf ? substatement(piece, behind + 1, limit) : behind;
}

/** Turns `name(a, b)` into `name, a, b;` if there is no room for a semicolon. */
function turnIntoCommas(piece: Piece, at: number): void {
  const open = at + 1;
  const close = piece.match[open]!;
  piece.marks.set(piece.start[at]!, { k: 'call' });
  piece.put(piece.start[open]!, close === open + 1 ? ' ' : ',');
  piece.put(piece.start[close]!, ';');
}

function insertSemicolon(piece: Piece, token: number, before: number): boolean {
  const room = piece.gapAfter(token, before);
  if (room >= 0) piece.put(room, ';');
  return room >= 0;
}

function endOfStatement(piece: Piece, at: number, limit: number): number {
  let token = at;
  while (token < limit && piece.kind[token] !== SEMICOLON) token = piece.behind(token);
  return Math.min(token, limit);
}

function rewriteDeclarationStatement(piece: Piece, at: number, limit: number): number {
  const end = endOfStatement(piece, at, limit);
  rewriteDeclaration(piece, at, end);
  return Math.min(end + 1, limit);
}

function rewriteSimple(piece: Piece, at: number, limit: number): number {
  const end = endOfStatement(piece, at, limit);
  rewriteExpression(piece, at, end);
  if (end === limit && end > at) insertSemicolon(piece, end - 1, end);
  return Math.min(Math.max(end + 1, at + 1), limit);
}
