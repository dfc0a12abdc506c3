import type { Range, Position as LspPosition } from 'vscode-languageserver';
import type { Span } from '../../analysis/base/span.js';
import type { Position } from '../../analysis/ide/view.js';

/**
 * LSP counts lines and columns from 0, everything else here from 1. Both use UTF-16 units and exclusive ends.
 */
export function toRange(span: Span): Range {
  return {
    start: { line: span.line - 1, character: span.column - 1 },
    end: { line: span.endLine - 1, character: span.endColumn - 1 },
  };
}

export function fromPosition({ line, character }: LspPosition): Position {
  return { line: line + 1, column: character + 1 };
}
