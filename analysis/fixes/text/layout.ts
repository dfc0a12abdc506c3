import { isAsWritten, parts, type CodeNode, type FunctionCode } from './code.js';
import { indentAt, lineBreakAt, lineEnd, lineStart, type TextEdit } from './edits.js';

/** Whole lines of a file: some statements with the comments that belong to them. */
export interface Lines {
  readonly start: number;
  readonly end: number;
}

/**
 * Lines of consecutive list members, with the comments directly above the first and after the last; `undefined` if
 * other code shares a line with them.
 */
export function linesOf(code: FunctionCode, first: CodeNode, last: CodeNode): Lines | undefined {
  const { text } = code;
  let { start } = first;
  for (const comment of [...code.comments].reverse()) {
    if (comment.end > start || comment.start < limitAbove(first)) continue;
    const gap = text.slice(comment.end, start);
    if (gap.trim() !== '' || gap.split('\n').length !== 2) break;
    if (text.slice(lineStart(text, comment.start), comment.start).trim() !== '') break;
    ({ start } = comment);
  }
  let { end } = last;
  for (const comment of code.comments) {
    if (comment.start < end) continue;
    const gap = text.slice(end, comment.start);
    if (gap.includes('\n') || gap.trim() !== '') break;
    ({ end } = comment);
  }
  const lines = { start: lineStart(text, start), end: lineEnd(text, end) };
  const before = text.slice(lines.start, start);
  const behind = text.slice(end, lines.end);
  return before.trim() === '' && behind.trim() === '' ? lines : undefined;
}

/**
 * Removes a statement with its line, and a blank line that would meet another one or an end of the block. `undefined`
 * if other code shares its lines.
 */
export function withoutStatement(code: FunctionCode, statement: CodeNode): TextEdit | undefined {
  const lines = linesOf(code, statement, statement);
  if (!lines || !isAsWritten(code, lines.start, lines.end) || hasDirective(code.text, lines.start, lines.end))
    return undefined;
  const { text } = code;
  const aboveStart = lineStart(text, Math.max(lines.start - 1, 0));
  const above = text.slice(aboveStart, lines.start).trim();
  const next = text.slice(lines.end, lineEnd(text, lines.end));
  const isBelowEdge = above === '' || above.endsWith('{');
  if (isBelowEdge && next.trim() === '')
    return { start: lines.start, end: lines.end + next.length, text: '' };
  const start = above === '' && next.trim().startsWith('}') ? aboveStart : lines.start;
  return { start, end: lines.end, text: '' };
}

/** Leaves the comment above an operation on a lock that goes, unless it is about the lock. */
export function withCommentKept(
  { text: whole, comments }: FunctionCode,
  edit: TextEdit,
  statement: CodeNode,
): TextEdit {
  const lost = comments.filter(({ start }) => edit.start <= start && start < statement.start);
  const isAbout = lost.some(({ start, end }) => /lock|mutex|releas|drop/i.test(whole.slice(start, end)));
  return lost.length === 0 || isAbout ? edit : { ...edit, start: lineStart(whole, statement.start) };
}

/** Moves a statement behind another one of its list; `undefined` if other code shares the lines of one of them. */
export function movedBehind(code: FunctionCode, statement: CodeNode, edge: CodeNode): TextEdit[] | undefined {
  const [own, last] = [linesOf(code, statement, statement), linesOf(code, edge, edge)];
  if (!own || !last || !isAsWritten(code, own.start, last.end)) return undefined;
  const moved = code.text.slice(own.start, own.end);
  return [
    { start: own.start, end: own.end, text: '' },
    { start: last.end, end: last.end, text: moved },
  ];
}

/** Drops the braces of `if (…) { release; return …; }` when the release goes and `left` remains. */
export function withoutBlock(
  code: FunctionCode,
  release: CodeNode,
  left: CodeNode | undefined,
): TextEdit | undefined {
  const block = release.parent;
  const choice = block?.parent;
  const isOnly = block?.children.filter(({ named }) => named).length === 2 && left !== undefined;
  if (!isOnly || choice?.kind !== 'if_statement' || parts(choice).length !== 2) return undefined;
  const isTold = code.comments.some((one) => one.start > block.start && one.end < block.end);
  if (isTold || choice.parent?.kind === 'else_clause') return undefined;
  const start = block.start - (/\s*$/.exec(code.text.slice(0, block.start))?.[0].length ?? 0);
  const lineBreak = lineBreakAt(code.text, block.start);
  return {
    start,
    end: block.end,
    text: `${lineBreak}${indentAt(code.text, left.start)}${code.text.slice(left.start, left.end)}`,
  };
}

/** Whether a stretch of a file contains a preprocessor directive. */
export function hasDirective(text: string, start: number, end: number): boolean {
  return /^[ \t]*#/m.test(text.slice(lineStart(text, start), end));
}

/** End offset of the previous sibling of a list member. */
function limitAbove(member: CodeNode): number {
  return member.parent?.children[member.index - 1]?.end ?? member.start;
}

/** Texts of the comments between two offsets. */
export function commentsIn(code: FunctionCode, start: number, end: number): string[] {
  return code.comments
    .filter((comment) => comment.start >= start && comment.end <= end)
    .map((comment) => code.text.slice(comment.start, comment.end));
}

/** End of a statement, or of the comment after it on the same line. */
export function endWithComment(code: FunctionCode, statement: CodeNode): number {
  const comment = code.comments.find(({ start }) => start >= statement.end);
  const gap = comment && code.text.slice(statement.end, comment.start);
  return comment && gap?.trim() === '' && !gap.includes('\n') ? comment.end : statement.end;
}

/** A comment or a literal, in which a name means nothing. */
const WORDS_ONLY = /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\[^]|[^"\\\n])*"/g;

/** A text in which comments and strings are blank; offsets stay unchanged. */
export function withoutWords(whole: string): string {
  return whole.replaceAll(WORDS_ONLY, (found) => found.replaceAll(/[^\n]/g, ' '));
}
