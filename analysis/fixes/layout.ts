import type { CodeNode, FunctionCode } from './code.js';
import { lineEnd, lineStart } from './edits.js';

/** Whole lines of a file: the statements asked for with the comments that belong to them. */
export interface Lines {
  readonly start: number;
  readonly end: number;
}

/**
 * The lines of consecutive members of a list, with comments that stand directly above the first and behind
 * the last; `undefined` when other code shares a line with them.
 */
export function linesOf(code: FunctionCode, first: CodeNode, last: CodeNode): Lines | undefined {
  const { text } = code;
  const siblings = first.parent?.children ?? [];
  let start = first.start;
  for (let index = first.index - 1; index >= 0; index--) {
    const comment = siblings[index];
    if (comment?.kind !== 'comment') break;
    const gap = text.slice(comment.end, start);
    if (gap.trim() !== '' || gap.split('\n').length !== 2) break;
    if (text.slice(lineStart(text, comment.start), comment.start).trim() !== '') break;
    start = comment.start;
  }
  let { end } = last;
  for (let index = last.index + 1; index < siblings.length; index++) {
    const comment = siblings[index];
    if (comment?.kind !== 'comment') break;
    const gap = text.slice(end, comment.start);
    if (gap.includes('\n') || gap.trim() !== '') break;
    end = comment.end;
  }
  const lines = { start: lineStart(text, start), end: lineEnd(text, end) };
  const before = text.slice(lines.start, start);
  const behind = text.slice(end, lines.end);
  return before.trim() === '' && behind.trim() === '' ? lines : undefined;
}

/** Whether a preprocessor line stands in a stretch of a file. */
export function hasDirective(text: string, start: number, end: number): boolean {
  return /^[ \t]*#/m.test(text.slice(lineStart(text, start), end));
}

/** Text of the comments that stand between two offsets of a list. */
export function commentsIn(code: FunctionCode, list: CodeNode, start: number, end: number): string[] {
  return list.children
    .filter((child) => child.kind === 'comment' && child.start >= start && child.end <= end)
    .map((child) => code.text.slice(child.start, child.end));
}
