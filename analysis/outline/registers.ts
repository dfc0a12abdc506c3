import { emptyOutline } from './tokens/empty.js';
import { loadText } from './tokens/scan.js';
import type { FileOutline } from './types.js';

/** Shorter texts are outlined quickly, and their constants may be modes or subclasses. */
const SHORTEST = 64 * 1024;

/**
 * The outline of a text that is only a long list of numbers, as generated register headers are: comments, conditionals
 * and `#define NAME number`. It cannot contain locks or names of locks. Its constants are omitted: a kernel tree has as
 * many bytes of such headers as of headers with declarations. `undefined` for any other text.
 */
export function outlineOfRegisters(text: string): FileOutline | undefined {
  const { length } = text;
  if (length < SHORTEST) return undefined;
  const { units, lines, bytes } = loadText(text);
  if (!isListOfNumbers(units, length)) return undefined;
  return emptyOutline({ bytes, lines });
}

const NEWLINE = 10;
const HASH = 35;
const STAR = 42;
const SLASH = 47;
const BACKSLASH = 92;

const BLANK = 1;
const LETTER = 2;
const DIGIT = 4;
const OPERATOR = 8;
const CLASS = new Uint8Array(128);
for (let unit = 0; unit <= 32; unit++) CLASS[unit] = BLANK;
CLASS[NEWLINE] = 0;
for (let unit = 48; unit <= 57; unit++) CLASS[unit] = DIGIT;
for (let unit = 65; unit <= 90; unit++) CLASS[unit] = CLASS[unit + 32] = LETTER;
CLASS[95] = LETTER;
for (const operator of '()<>|&~+-*') CLASS[operator.charCodeAt(0)] = OPERATOR;

/** Directives besides `define` that only make text conditional. */
const CONDITIONALS = new Set(['if', 'ifdef', 'ifndef', 'elif', 'else', 'endif', 'undef']);

function isListOfNumbers(units: Uint16Array, length: number): boolean {
  let at = 0;
  while (at < length) {
    const unit = units[at]!;
    if (unit === NEWLINE || is(unit, BLANK)) at++;
    else if (unit === SLASH) at = behindComment(units, at, length);
    else if (unit === HASH) at = behindDirective(units, at + 1, length);
    else return false;
    if (at < 0) return false;
  }
  return true;
}

function is(unit: number, wanted: number): boolean {
  return unit < 128 && (CLASS[unit]! & wanted) !== 0;
}

/** -1 if no comment begins here, or it does not end. */
function behindComment(units: Uint16Array, from: number, length: number): number {
  if (units[from + 1] === SLASH) return behindLine(units, from, length);
  if (units[from + 1] !== STAR) return -1;
  for (let at = from + 3; at < length; at++) if (units[at] === SLASH && units[at - 1] === STAR) return at + 1;
  return -1;
}

/** -1 if the line continues on the next one, or a comment begins in it. */
function behindLine(units: Uint16Array, from: number, length: number): number {
  let at = from;
  while (at < length && units[at] !== NEWLINE) {
    if (units[at] === BACKSLASH || (at > from && units[at] === STAR && units[at - 1] === SLASH)) return -1;
    at++;
  }
  return at;
}

function behindDirective(units: Uint16Array, from: number, length: number): number {
  let at = from;
  while (at < length && is(units[at]!, BLANK)) at++;
  const start = at;
  while (at < length && is(units[at]!, LETTER)) at++;
  const isDefine = at - start === 6 && units[start] === 100 && units[start + 2] === 102;
  if (!isDefine) {
    return CONDITIONALS.has(String.fromCharCode(...units.subarray(start, Math.min(at, start + 8))))
      ? behindLine(units, at, length)
      : -1;
  }
  while (at < length && is(units[at]!, BLANK)) at++;
  while (at < length && is(units[at]!, LETTER | DIGIT)) at++;
  // A parenthesis directly after the name begins parameters.
  return units[at] === 40 ? -1 : behindNumber(units, at, length);
}

/** The offset after a body of numbers and operators; -1 if it contains a name or continues on the next line. */
function behindNumber(units: Uint16Array, from: number, length: number): number {
  let at = from;
  while (at < length) {
    const unit = units[at]!;
    if (unit === NEWLINE) return at;
    if (unit === SLASH) {
      at = behindComment(units, at, length);
      if (at < 0) return -1;
    } else if (is(unit, DIGIT)) {
      while (at < length && is(units[at]!, DIGIT | LETTER)) at++;
    } else if (is(unit, BLANK | OPERATOR)) at++;
    else return -1;
  }
  return at;
}
