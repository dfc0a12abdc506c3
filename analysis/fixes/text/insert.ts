import { isAsWritten, isList, parts, type CodeNode, type FunctionCode } from './code.js';
import { indentAt, lineBreakAt, lineStart, type TextEdit } from './edits.js';
import { endWithComment, linesOf } from './layout.js';

/**
 * Inserts a statement before another one, with braces if that is the only statement of an arm. `instead` replaces the
 * other one.
 */
export function insertBefore(
  code: FunctionCode,
  statement: CodeNode,
  inserted: string,
  instead?: string,
): TextEdit[] | undefined {
  const whole = code.text;
  const lineBreak = lineBreakAt(whole, statement.start);
  const isAlone = whole.slice(lineStart(whole, statement.start), statement.start).trim() === '';
  const { parent } = statement;
  const at = (gap: string): TextEdit => ({
    start: statement.start,
    end: instead === undefined ? statement.start : statement.end,
    text: inserted + gap + (instead ?? ''),
  });
  if (isList(parent) || parent?.kind === 'labeled_statement')
    return [at(isAlone ? lineBreak + indentAt(whole, statement.start) : ' ')];
  const opens =
    parent?.kind === 'else_clause' ? parent.start + 'else'.length : parent && parts(parent)[0]?.end;
  if (!parent || opens === undefined || !/^(if_statement|else_clause)$/.test(parent.kind)) return undefined;
  const outer = indentAt(whole, parent.start);
  const closing = endWithComment(code, statement);
  const close = { start: closing, end: closing, text: `${lineBreak}${outer}}` };
  if (isAlone) {
    const gap = lineBreak + indentAt(whole, statement.start);
    return [{ start: opens, end: opens, text: ' {' }, at(gap), close];
  }
  if (whole.slice(opens, statement.start).trim() !== '' || instead !== undefined) return undefined;
  const gap = `${lineBreak}${outer}\t`;
  return [{ start: opens, end: statement.start, text: ` {${gap}${inserted}${gap}` }, close];
}

/** Inserts a statement on a line of its own behind another one of the same list. */
export function insertBehind(
  code: FunctionCode,
  statement: CodeNode,
  inserted: string,
): TextEdit[] | undefined {
  const whole = code.text;
  const last = statement.kind === 'labeled_statement' ? (parts(statement)[1] ?? statement) : statement;
  const lines = linesOf(code, last, last);
  if (!lines || !isList(statement.parent) || !isAsWritten(code, lines.start, lines.end)) return undefined;
  const written = indentAt(whole, last.start) + inserted + lineBreakAt(whole, last.start);
  return [{ start: lines.end, end: lines.end, text: written }];
}
