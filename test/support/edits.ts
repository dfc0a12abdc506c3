import { LineTable } from '../../analysis/base/span.js';
import type { FileEdit } from '../../analysis/checks/types.js';

/** The text of one file after the edits that are meant for it. */
export function applyFileEdits(file: string, text: string, edits: readonly FileEdit[]): string {
  const lines = new LineTable(text);
  return edits
    .filter((edit) => edit.file === file)
    .map(({ range, newText }) => ({
      start: lines.offsetOf(range.startLine, range.startColumn),
      end: lines.offsetOf(range.endLine, range.endColumn),
      newText,
    }))
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text);
}
