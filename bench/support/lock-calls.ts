import type { Models } from '../../analysis/models/types.js';
import type { FunctionItem } from '../../analysis/outline/types.js';

/** A lock call in the text: found by its name, without the product's parsers. */
export interface LockCall {
  readonly name: string;
  readonly start: number;
  /** After the closing parenthesis. */
  readonly end: number;
  readonly line: number;
}

/** Lock calls in the body of a function, outside comments, strings and directives. */
export function callsIn(text: string, fn: FunctionItem, models: Models): LockCall[] {
  const first = fn.bodyStart;
  const code = blanked(text.slice(first, fn.end));
  const calls: LockCall[] = [];
  for (const match of code.matchAll(/\b([A-Za-z_]\w*)\s*\(/g)) {
    const name = match[1] ?? '';
    if (models.lockApi(name)?.isLockSite !== true) continue;
    const end = closing(code, match.index + match[0].length);
    if (end === undefined) continue;
    const line = text.slice(0, first + match.index).split('\n').length;
    calls.push({ name, start: first + match.index, end: first + end, line });
  }
  return calls;
}

/** The text without a call: nothing if it is a statement, else a value in its place. */
export function withoutCall(text: string, { start, end }: LockCall): string {
  const isStatement = /^\s*;/.test(text.slice(end)) && /[;{})]\s*$/.test(text.slice(0, start));
  const blank = text.slice(start, end).replace(/[^\n]/g, ' ');
  return text.slice(0, start) + (isStatement ? blank : `1${blank.slice(1)}`) + text.slice(end);
}

/** Comments, strings, characters and directives as spaces. */
function blanked(code: string): string {
  const other =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|^[ \t]*#(?:\\\n|[^\n])*/gm;
  return code.replace(other, (found) => found.replace(/[^\n]/g, ' '));
}

function closing(code: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < code.length; at += 1) {
    if (code[at] === '(') depth += 1;
    else if (code[at] === ')' && --depth === 0) return at + 1;
  }
  return undefined;
}
