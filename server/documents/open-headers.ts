import { withoutWords } from '../../analysis/fixes/text/layout.js';

/** Width of a tab in kernel code, in columns. */
const TAB = 8;

/**
 * Counts the headers in a function (`if (x)`, `while (x)`, `for (…)`, `else`) whose statement is still to be typed. C
 * takes the next line for it, which is not indented as that statement would be.
 */
export function openHeaders(text: string): number {
  const code = withoutWords(text);
  let count = 0;
  for (const { index, 0: word } of code.matchAll(/\b(?:if|while|for)\s*\(|\belse(?=[ \t\r]*$)/gm)) {
    const end = word === 'else' ? index + word.length : closing(code, index + word.length);
    if (end !== undefined && isOpen(code, index, end)) count += 1;
  }
  return count;
}

/** Offset behind the parenthesis that closes the one before `from`. */
function closing(code: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < code.length; at += 1) {
    if (code[at] === '(') depth += 1;
    if (code[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

/** Whether nothing follows on the line, and no statement or block of its own on the next one. */
function isOpen(code: string, start: number, end: number): boolean {
  const next = /[ \t\r]*\n(?:[ \t\r]*\n)*([ \t]*)(\S)/y;
  next.lastIndex = end;
  const [, indent = '', first = '{'] = next.exec(code) ?? [];
  // Of `#if`, any arm may be meant.
  if (first === '{' || first === '#') return false;
  const line = code.lastIndexOf('\n', start - 1) + 1;
  const own = /[ \t]*/y;
  own.lastIndex = line;
  return width(indent) <= width(own.exec(code)?.[0] ?? '');
}

function width(indent: string): number {
  let columns = 0;
  for (const sign of indent) columns = sign === '\t' ? (Math.floor(columns / TAB) + 1) * TAB : columns + 1;
  return columns;
}
