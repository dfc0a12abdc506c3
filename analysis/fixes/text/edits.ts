import { LineTable } from '../../base/span.js';
import type { FileEdit } from '../../checks/types.js';

/** A replacement in one text, by offsets; `start === end` inserts. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits in text order; insertions at one place keep their order. */
export function sortEdits(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** True if two edits touch the same text, so that their order would matter. */
export function overlap(edits: readonly TextEdit[]): boolean {
  const sorted = sortEdits(edits);
  return sorted.some((edit, at) => {
    const next = sorted[at + 1];
    return (
      next !== undefined && (next.start < edit.end || (next.start === edit.start && edit.end === edit.start))
    );
  });
}

export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let from = 0;
  for (const edit of sortEdits(edits)) {
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from);
}

export function toFileEdits(file: string, text: string, edits: readonly TextEdit[]): FileEdit[] {
  const lines = new LineTable(text);
  return sortEdits(edits).map((edit) => {
    const span = lines.span(edit.start, edit.end);
    return {
      file,
      range: {
        startLine: span.line,
        startColumn: span.column,
        endLine: span.endLine,
        endColumn: span.endColumn,
      },
      newText: edit.text,
    };
  });
}

/** The edits of several files, by path; `textOf` gives their texts. */
export function toFilesEdits(
  byFile: Iterable<readonly [file: string, edits: readonly TextEdit[]]>,
  textOf: (file: string) => string | undefined,
): FileEdit[] {
  return [...byFile]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, edits]) => toFileEdits(file, textOf(file) ?? '', edits));
}

export function toTextEdits(text: string, edits: readonly FileEdit[]): TextEdit[] {
  const lines = new LineTable(text);
  return edits.map(({ range, newText }) => ({
    start: lines.offsetOf(range.startLine, range.startColumn),
    end: lines.offsetOf(range.endLine, range.endColumn),
    text: newText,
  }));
}

/** The text of a file after applying `edits`. */
export function applyFileEdits(text: string, edits: readonly FileEdit[]): string {
  return applyTextEdits(text, toTextEdits(text, edits));
}

/**
 * Where an offset of the old text is after the edits; `undefined` inside a replaced stretch. An insertion at the offset
 * moves it back.
 */
export function mapOffset(edits: readonly TextEdit[], offset: number): number | undefined {
  let shift = 0;
  for (const edit of sortEdits(edits)) {
    if (edit.start > offset) break;
    if (edit.end > offset) return undefined;
    shift += edit.text.length - (edit.end - edit.start);
  }
  return offset + shift;
}

/** Offset of the first character of the line that contains `offset`. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset after the line break of the line that contains `offset`. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

/** The line break used around an offset. */
export function lineBreakAt(text: string, offset: number): string {
  const at = text.indexOf('\n', offset);
  const near = at < 0 ? text.lastIndexOf('\n', offset) : at;
  return near > 0 && text[near - 1] === '\r' ? '\r\n' : '\n';
}

/** Leading blanks and tabs of the line that contains `offset`. */
export function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  let end = start;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return text.slice(start, end);
}
