import type { RecordItem } from '../../../../outline/types.js';
import { lineBreakAt, lineEnd, type TextEdit } from '../../../text/edits.js';
import type { FixInput } from '../../../types.js';

/** The member that points from a driver's data back to the object, or contains the pointer. */
export interface BackPointer {
  /** Where the member is declared. */
  readonly file: string;
  readonly line: number;
  /** The members that lead to the pointer, joined by `.`. */
  readonly back: string;
  /** The type that the pointer points to. */
  readonly object: string;
}

/** The declaration of the work item behind the member that leads back to the object. */
export function declaredBehind(
  input: FixInput,
  { file, line, back, object }: BackPointer,
  declaration: string,
): TextEdit | undefined {
  const whole = input.textOf(file) ?? '';
  const start = input.opened.linesOf(whole).offsetOf(line, 1);
  const end = lineEnd(whole, start);
  const [outer = '', ...inner] = back.split('.');
  const pointer = inner.length > 0 ? `struct \\w+[ \\t]+${outer}` : `${object}[ \\t]*\\*[ \\t]*${outer}`;
  const [, indent] = new RegExp(`^([ \\t]+)${pointer};`).exec(whole.slice(start, end)) ?? [];
  return indent === undefined
    ? undefined
    : { start: end, end, text: `${indent}${declaration}${lineBreakAt(whole, start)}` };
}

/** The same behind the last member of a structure, which is no array. */
export function declaredLast(
  input: FixInput,
  file: string,
  { fields }: RecordItem,
  declaration: string,
): TextEdit | undefined {
  const whole = input.textOf(file) ?? '';
  const start = input.opened.linesOf(whole).offsetOf(fields.at(-1)?.line ?? 1, 1);
  const end = lineEnd(whole, start);
  const [, indent] = /^([ \t]+)[\w \t*,]+;\s*(?:\/\*.*\*\/\s*)?$/.exec(whole.slice(start, end)) ?? [];
  const isLast = /^\s*\}/.test(whole.slice(end));
  return indent === undefined || !isLast
    ? undefined
    : { start: end, end, text: `${indent}${declaration}${lineBreakAt(whole, start)}` };
}
