import type { FunctionRef } from '../../../link/types.js';
import type { SourceWorld } from '../world.js';

/** Bound of the characters searched in one call. */
const MOST_TEXT = 2000;

/** The text of a function without comments; `''` if the file cannot be read. */
export function textOf(world: SourceWorld, fn: FunctionRef): string {
  const { item } = fn;
  const lines = item && world.linesOf(fn.file)?.slice(item.nameSpan.line - 1, item.endLine);
  return lines ? lines.join('\n').replace(/\/\*[^]*?\*\/|\/\/.*/g, ' ') : '';
}

/** The arguments, as written, of all calls of a name in C text without comments. */
export function callsIn(text: string, name: string): readonly (readonly string[])[] {
  return [...text.matchAll(new RegExp(`\\b${name}\\s*\\(`, 'g'))].map((match) =>
    argumentsFrom(text.slice(match.index + match[0].length, match.index + match[0].length + MOST_TEXT)),
  );
}

/** The arguments up to the closing parenthesis of a call. */
function argumentsFrom(text: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let current = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^]/g)) {
    if (token === ')' && depth === 0) break;
    if (/[([{]/.test(token) && token.length === 1) depth += 1;
    if (/[)\]}]/.test(token) && token.length === 1) depth -= 1;
    if (token === ',' && depth === 0) {
      found.push(current.trim());
      current = '';
    } else current += token;
  }
  return [...found, current.trim()];
}
