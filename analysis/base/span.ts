/**
 * A range in a text.
 *
 * Lines and columns are 1-based, columns count UTF-16 units, the end is exclusive. Inside a {@link Skeleton},
 * lines are relative to the function's first line (0 = that line), so that a function that only moved keeps
 * its skeleton. `columns` are always the file's.
 */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The first character of a file: the place of what has none of its own. */
export const FILE_START: Span = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** A span in a named file; `file` is relative to the root, with `/`. Lines are absolute. */
export interface Location extends Span {
  readonly file: string;
}

/**
 * Converts a span relative to a function to one relative to the file. `firstLine` is the function's 1-based
 * line.
 */
export function absolute(span: Span, firstLine: number): Span {
  return {
    line: span.line + firstLine,
    column: span.column,
    endLine: span.endLine + firstLine,
    endColumn: span.endColumn,
  };
}

/** Offsets of line starts in a text, for turning offsets into lines and columns. */
export class LineTable {
  private readonly starts: number[];

  constructor(text: string) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.starts = starts;
  }

  /** 1-based line of an offset. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** Offset of a line's first character; the line is 1-based. */
  offsetOf(line: number, column = 1): number {
    return (this.starts[line - 1] ?? this.starts[this.starts.length - 1] ?? 0) + column - 1;
  }

  span(start: number, end: number): Span {
    const line = this.lineAt(start);
    const endLine = this.lineAt(end);
    return {
      line,
      column: start - (this.starts[line - 1] ?? 0) + 1,
      endLine,
      endColumn: end - (this.starts[endLine - 1] ?? 0) + 1,
    };
  }
}
