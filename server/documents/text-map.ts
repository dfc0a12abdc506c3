import { diffArrays } from 'diff';
import { LineTable, type Span } from '../../analysis/base/span.js';

/** A range of the analysed text that differs in the editor; offsets, ends exclusive. */
export interface Stretch {
  readonly analysed: readonly [start: number, end: number];
  readonly current: readonly [start: number, end: number];
}

/** A line and a column in a text. */
export type TextPosition = Readonly<Pick<Span, 'line' | 'column'>>;

/** Maps the analysed text to the text in the editor. */
export interface PlaceMap {
  /** Whether they are equal. */
  readonly isIdentity: boolean;
  /** Current position of a span of the analysed text. */
  toCurrent(span: Span): Span;
  /** Line and column in the analysed text for a place in the editor; `undefined` inside a changed range. */
  toAnalysed(line: number, column: number): TextPosition | undefined;
  /** The same for an offset in the editor's text; inside a changed range, its start. */
  fromOffset(offset: number): TextPosition;
}

/** Two texts that differ in some ranges, as when half-typed code is left out of the analysis. */
export class TextMap implements PlaceMap {
  private linesBefore: LineTable | undefined;
  private linesNow: LineTable | undefined;

  constructor(
    private readonly analysed: string,
    private readonly current: string,
    /** Sorted, disjoint. */
    private readonly stretches: readonly Stretch[],
  ) {}

  /** Most maps are never asked for a line. */
  private get analysedLines(): LineTable {
    return (this.linesBefore ??= new LineTable(this.analysed));
  }

  private get currentLines(): LineTable {
    if (this.isIdentity) return this.analysedLines;
    return (this.linesNow ??= new LineTable(this.current));
  }

  get isIdentity(): boolean {
    return this.stretches.length === 0;
  }

  /**
   * A position inside a changed range maps to what is left of it, or to its line if the range has as many lines as before:
   * line endings or the indentation of a whole file have changed.
   */
  toCurrent(span: Span): Span {
    if (this.isIdentity) return span;
    const start = this.forward(this.analysedLines.offsetOf(span.line, span.column), 'start');
    const end = this.forward(this.analysedLines.offsetOf(span.endLine, span.endColumn), 'end');
    return this.currentLines.span(start, Math.max(start, end));
  }

  toAnalysed(line: number, column: number): TextPosition | undefined {
    if (this.isIdentity) return { line, column };
    const offset = this.currentLines.offsetOf(line, column);
    const isInside = this.stretches.some(({ current: [start, end] }) => start < offset && offset < end);
    return isInside ? undefined : this.fromOffset(offset);
  }

  fromOffset(offset: number): TextPosition {
    let shift = 0;
    for (const { analysed, current } of this.stretches) {
      if (offset <= current[0]) break;
      if (offset < current[1]) return this.placeOf(analysed[0]);
      shift = analysed[1] - current[1];
    }
    return this.placeOf(offset + shift);
  }

  private placeOf(offset: number): TextPosition {
    const { line, column } = this.analysedLines.span(offset, offset);
    return { line, column };
  }

  /** The place in the same line of a changed range with equally many lines, more than one; `undefined` in another range. */
  private inSameLine(
    offset: number,
    [start, end]: Stretch['analysed'],
    [currentStart, currentEnd]: Stretch['current'],
  ): number | undefined {
    const breaks = breaksIn(this.analysed, start, end);
    if (breaks === 0 || breaks !== breaksIn(this.current, currentStart, currentEnd)) return undefined;
    const { line, column } = this.analysedLines.span(offset, offset);
    const shift =
      this.currentLines.span(currentStart, currentStart).line - this.analysedLines.span(start, start).line;
    const from = this.currentLines.offsetOf(line + shift);
    const next = this.current.indexOf('\n', from);
    return Math.min(from + column - 1, next < 0 ? this.current.length : next);
  }

  private forward(offset: number, which: 'start' | 'end'): number {
    let shift = 0;
    for (const { analysed, current } of this.stretches) {
      if (offset < analysed[0] || (which === 'end' && offset === analysed[0])) break;
      if (offset < analysed[1])
        return this.inSameLine(offset, analysed, current) ?? (which === 'start' ? current[0] : current[1]);
      shift = current[1] - analysed[1];
    }
    return offset + shift;
  }
}

/** The line breaks in a part of a text. */
function breaksIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** More pairs of lines are not compared: the two texts have little in common then. */
const MAX_PAIRS = 250_000;

/**
 * The ranges in which two texts differ, both starting at the given offsets: what was typed at two places leaves the lines
 * between them alone.
 */
export function differences(
  analysed: string,
  current: string,
  analysedAt = 0,
  currentAt = 0,
): readonly Stretch[] {
  const whole = difference(analysed, current);
  if (!whole) return [];
  // Whole lines, from the beginning of the line in which the texts start to differ.
  const from = analysed.lastIndexOf('\n', whole.analysed[0] - 1) + 1;
  const tail = analysed.indexOf('\n', whole.analysed[1]);
  const after = tail < 0 ? 0 : analysed.length - tail - 1;
  const before = linesOf(analysed.slice(from, analysed.length - after));
  const now = linesOf(current.slice(from, current.length - after));
  const changes =
    before.length * now.length > MAX_PAIRS
      ? [
          { removed: true, added: false, value: before },
          { removed: false, added: true, value: now },
        ]
      : diffArrays(before, now);
  const stretches: Stretch[] = [];
  let [a, c] = [from, from];
  let [old, next] = ['', ''];
  const end = (): void => {
    const stretch = difference(old, next, analysedAt + a, currentAt + c);
    if (stretch) stretches.push(stretch);
    [a, c] = [a + old.length, c + next.length];
    [old, next] = ['', ''];
  };
  for (const { added, removed, value } of changes) {
    const lines = value.join('');
    if (removed) old += lines;
    else if (added) next += lines;
    else {
      end();
      [a, c] = [a + lines.length, c + lines.length];
    }
  }
  end();
  return stretches;
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Compares eagerly, in UTF-16 units: texts are long and usually differ in one small place. */
const PIECES = [16_384, 1024, 64] as const;

/** The one range in which two texts differ, both starting at the given offsets; `undefined` if equal. */
export function difference(
  analysed: string,
  current: string,
  analysedAt = 0,
  currentAt = 0,
): Stretch | undefined {
  if (analysed === current) return undefined;
  const shorter = Math.min(analysed.length, current.length);
  let prefix = 0;
  for (const piece of PIECES) {
    while (
      prefix + piece <= shorter &&
      analysed.slice(prefix, prefix + piece) === current.slice(prefix, prefix + piece)
    )
      prefix += piece;
  }
  while (prefix < shorter && analysed.charCodeAt(prefix) === current.charCodeAt(prefix)) prefix += 1;
  const most = shorter - prefix;
  let suffix = 0;
  for (const piece of PIECES) {
    for (let end = current.length - suffix; suffix + piece <= most; end -= piece) {
      const at = analysed.length - suffix;
      if (analysed.slice(at - piece, at) !== current.slice(end - piece, end)) break;
      suffix += piece;
    }
  }
  while (
    suffix < most &&
    analysed.charCodeAt(analysed.length - 1 - suffix) === current.charCodeAt(current.length - 1 - suffix)
  ) {
    suffix += 1;
  }
  return {
    analysed: [analysedAt + prefix, analysedAt + analysed.length - suffix],
    current: [currentAt + prefix, currentAt + current.length - suffix],
  };
}
