import { FOREIGN } from './tokens/conditions.js';
import { scanBody, sortedNames } from './declarations/bodies.js';
import { evaluate, parseNumber } from './declarations/constants.js';
import type { Outliner } from './outliner.js';
import { textOf } from './tokens/symbols.js';
import {
  D_DEFINE,
  D_INCLUDE,
  OPEN,
  T_DIRECTIVE,
  TokenBuffer,
  tokenize,
  wordEnd,
  wordStart,
} from './tokens/tokens.js';

const NO_NAMES: readonly string[] = [];
const buffer = new TokenBuffer();

/** Notes every `#define` and `#include` of the text, wherever it is, except in arms for other systems. */
export function readDirectives(out: Outliner): void {
  const { marks, markCount, kinds, values } = out.scan.tokens;
  for (let mark = 0; mark < markCount; mark++) {
    const token = marks[mark]!;
    if (kinds[token] !== T_DIRECTIVE) continue;
    const kind = values[token];
    if (kind !== D_DEFINE && kind !== D_INCLUDE) continue;
    if (out.scan.arms.conditionAt(token) === FOREIGN) continue;
    if (kind === D_DEFINE) readMacro(out, token);
    else readInclude(out, token);
  }
}

function readInclude(out: Outliner, token: number): void {
  const { units, tokens } = out.scan;
  const end = tokens.ends[token]!;
  const open = wordStart(units, wordEnd(units, wordStart(units, tokens.starts[token]! + 1, end), end), end);
  const close = units[open] === 60 ? 62 : units[open] === 34 ? 34 : 0;
  if (close === 0) return;
  let at = open + 1;
  while (at < end && units[at] !== close) at++;
  const condition = out.scan.arms.conditionAt(token);
  out.includes.push({ path: textOf(units, open + 1, at), system: close === 62, condition });
}

function readMacro(out: Outliner, token: number): void {
  const { scan } = out;
  const { units, tokens, symbols } = scan;
  const end = tokens.ends[token]!;
  const keyword = wordStart(units, tokens.starts[token]! + 1, end);
  const start = wordStart(units, wordEnd(units, keyword, end), end);
  const nameEnd = wordEnd(units, start, end);
  if (nameEnd === start) return;
  const name = copied(out.text, units, start, nameEnd);
  let body = nameEnd;
  let parameters: string[] | undefined;
  if (nameEnd < end && units[nameEnd] === OPEN) {
    parameters = [];
    body = readMacroParameters(units, nameEnd + 1, end, parameters);
  }
  const text = replacementText(out.text, units, body, end);
  let calls = NO_NAMES;
  let lockSites = 0;
  if (text.includes('(')) {
    tokenize(units, body, end, symbols, buffer, false);
    const facts = scanBody(buffer, symbols, 0, buffer.count, [], true);
    calls = sortedNames(symbols, facts.calls);
    if (parameters !== undefined && calls.length > 0) {
      const own = parameters;
      calls = calls.filter((call) => !own.includes(call));
    }
    ({ lockSites } = facts);
    const { models } = out.scan;
    if (parameters === undefined && calls.every((call) => models.bits(call) !== undefined))
      noteConstant(out, name, body, end, true);
  } else if (parameters === undefined && text !== '') noteConstant(out, name, body, end, false);
  out.macros.push({
    name,
    nameSpan: scan.span(start, nameEnd),
    parameters,
    body: text,
    line: scan.lineAt(start),
    condition: scan.arms.conditionAt(token),
    calls,
    lockSites,
  });
}

/** Reads `(a, b, args...)`; returns the offset after `)`. */
function readMacroParameters(units: Uint16Array, from: number, end: number, into: string[]): number {
  let at = from;
  let word = '';
  while (at < end && units[at] !== 41) {
    const start = wordStart(units, at, end);
    const stop = wordEnd(units, start, end);
    if (stop > start) {
      word += textOf(units, start, stop);
      at = stop;
    } else if (start >= end) return end;
    else {
      if (units[start] === 41) {
        at = start;
        break;
      }
      if (units[start] === 44) {
        into.push(word);
        word = '';
      } else if (units[start] === 46) word += '.';
      at = start + 1;
    }
  }
  if (word !== '') into.push(word);
  return Math.min(at + 1, end);
}

function noteConstant(out: Outliner, name: string, from: number, to: number, isTokenized: boolean): void {
  const { scan } = out;
  const { units } = scan;
  const start = wordStart(units, from, to);
  if (!isTokenized) {
    // The common `#define REGISTER 0x10`, without tokenizing it.
    let end = to;
    while (end > start && units[end - 1]! <= 32) end--;
    const unit = units[start]!;
    if (unit >= 48 && unit <= 57) {
      const value = parseNumber(units, start, end);
      if (value !== undefined) {
        out.addConstant(name, value);
        return;
      }
    }
    tokenize(units, from, to, scan.symbols, buffer, false);
  }
  const value = evaluate(scan, buffer, 0, buffer.count, out.known);
  if (value !== undefined) out.addConstant(name, value);
}

/** A piece of the text that does not keep the text alive: engines copy short slices and share long ones. */
function copied(text: string, units: Uint16Array, from: number, to: number): string {
  return to - from < 13 ? text.slice(from, to) : textOf(units, from, to);
}

let scratch = new Uint16Array(1 << 10);

/** The replacement text without comments; a run of blanks with a line break or comment becomes one blank. */
function replacementText(text: string, units: Uint16Array, from: number, to: number): string {
  let start = from;
  while (start < to && units[start]! <= 32) start++;
  let end = to;
  while (end > start && units[end - 1]! <= 32) end--;
  if (end === start) return '';
  if (isPlain(units, start, end)) return copied(text, units, start, end);
  if (end - start > scratch.length) scratch = new Uint16Array((end - start) * 2);
  let length = 0;
  let at = start;
  while (at < end) {
    const unit = units[at]!;
    const next = units[at + 1]!;
    if (unit === 34 || unit === 39) {
      const from2 = at++;
      while (at < end && units[at] !== unit && units[at] !== 10) at += units[at] === 92 ? 2 : 1;
      at = Math.min(at + 1, end);
      for (let copy = from2; copy < at; copy++) scratch[length++] = units[copy]!;
    } else if (unit === 47 && next === 42) {
      at += 3;
      while (at < end && !(units[at] === 47 && units[at - 1] === 42)) at++;
      at++;
      length = blank(length);
    } else if (unit === 47 && next === 47) {
      while (at < end && units[at] !== 10) at++;
      length = blank(length);
    } else if (unit <= 32 || (unit === 92 && (next === 10 || next === 13))) {
      at++;
      length = blank(length);
    } else {
      scratch[length++] = unit;
      at++;
    }
  }
  while (length > 0 && scratch[length - 1] === 32) length--;
  return textOf(scratch, 0, length);
}

/** Appends a blank unless there is one. */
function blank(length: number): number {
  if (length === 0 || scratch[length - 1] === 32) return length;
  scratch[length] = 32;
  return length + 1;
}

function isPlain(units: Uint16Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const unit = units[at]!;
    if (unit === 10 || unit === 92) return false;
    if (unit === 47 && (units[at + 1] === 42 || units[at + 1] === 47)) return false;
  }
  return true;
}
