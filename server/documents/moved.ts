import { LineTable, type Span } from '../../analysis/base/span.js';
import { meansTheSame } from '../../analysis/link/files/same-meaning.js';
import type { FileOutline } from '../../analysis/outline/types.js';
import { hasSuppressions } from '../../analysis/report/suppression.js';
import {
  haveSameSkeletons,
  movesBetween,
  type Moves,
  type SeenFile,
} from '../../analysis/skeleton/likeness.js';
import type { FileUpdate } from '../../analysis/workspace/index.js';
import type { Compiler } from '../../host/compile.js';
import { difference, TextMap, type TextPosition, type PlaceMap } from './text-map.js';

/** A text and its compiled form. */
export interface CompiledDocument {
  readonly text: string;
  readonly update: FileUpdate;
}

/**
 * Compares a newer text with the analysed one. If everything the analysis reads is there in the same order, only moved,
 * its findings hold and are shown at their new places. `undefined` if the result may differ, or if even the places are
 * equal.
 */
export function movedTo(
  before: CompiledDocument,
  now: CompiledDocument,
  compiler: Compiler,
): Moved | undefined {
  const [old, summary] = [before.update.summary, now.update.summary];
  // A comment that suppresses findings is identified by its line only.
  if (!old || !summary || suppresses(before) || suppresses(now)) return undefined;
  // A program accepts such a text without a new analysis.
  if (meansTheSame(old, summary) || !haveSameSkeletons(old, summary)) return undefined;
  const blocks = sameBlocks([before.text, old.outline], [now.text, summary.outline]);
  if (!blocks) return undefined;
  // A function without a skeleton may have been demanded.
  const changed = summary.outline.functions.flatMap(({ hash }, index) => {
    const hashBefore = old.outline.functions[index]?.hash;
    const mayBeAsked = hashBefore !== hash && hashBefore !== undefined && !summary.skeletons.has(index);
    return mayBeAsked ? [{ index, before: hashBefore, now: hash }] : [];
  });
  const asked = (text: string, outline: FileOutline, which: 'before' | 'now'): SeenFile['asked'] => {
    if (changed.length === 0) return [];
    const wanted = changed.map((one) => ({ isMacro: false, index: one.index, functionHash: one[which] }));
    const skeletons = compiler.skeletons(text, wanted, outline);
    return wanted.map(({ isMacro, index }, at) => ({ isMacro, index, skeleton: skeletons[at] }));
  };
  const moves = movesBetween(
    { summary: old, asked: asked(before.text, old.outline, 'before') },
    { summary, asked: asked(now.text, summary.outline, 'now') },
  );
  return moves && new Moved(before.text, now, moves, blocks);
}

function suppresses({ update: { suppressions } }: CompiledDocument): boolean {
  return suppressions !== undefined && hasSuppressions(suppressions);
}

type Outlined = readonly [text: string, outline: FileOutline];

/** A function or macro with unchanged text, by offsets, and its shift. */
interface Block {
  readonly start: number;
  readonly end: number;
  readonly shift: number;
}

/** `undefined` if a macro that may count as a function is written differently. */
function sameBlocks(before: Outlined, now: Outlined): readonly Block[] | undefined {
  const [old, macros] = [macroTexts(before), macroTexts(now)];
  const isSame = old.length === macros.length && old.every(({ text }, at) => text === macros[at]?.text);
  if (!isSame) return undefined;
  const functions = before[1].functions.flatMap(({ start, end, hash }, index) => {
    const item = now[1].functions[index];
    return item?.hash === hash ? [{ start, end, shift: item.start - start }] : [];
  });
  const called = old.map(({ start, text }, at) => ({
    start,
    end: start + text.length,
    shift: (macros[at]?.start ?? start) - start,
  }));
  return [...functions, ...called];
}

function macroTexts([text, { macros }]: Outlined): readonly {
  readonly start: number;
  readonly text: string;
}[] {
  const called = macros.filter(({ parameters }) => parameters !== undefined);
  if (called.length === 0) return [];
  const lines = new LineTable(text);
  return called.map(({ line }) => {
    const start = lines.offsetOf(line);
    let end = start;
    do end = (text.indexOf('\n', end) + 1 || text.length + 1) - 1;
    while (/\\\r?$/u.test(text.slice(Math.max(start, end - 2), end)) && ++end < text.length);
    return { start, text: text.slice(start, end) };
  });
}

/** Another equivalent text. */
export class Moved {
  private readonly texts: TextMap;
  private readonly linesBefore: LineTable;
  private readonly lines: LineTable;

  constructor(
    before: string,
    readonly now: CompiledDocument,
    private readonly moves: Moves,
    private readonly blocks: readonly Block[],
  ) {
    const change = difference(before, now.text);
    this.texts = new TextMap(before, now.text, change ? [change] : []);
    this.linesBefore = new LineTable(before);
    this.lines = new LineTable(now.text);
  }

  /**
   * Positions in the editor, given the difference between its text and the newer one. Exact for everything
   * that the analysis sees.
   */
  map(onward: PlaceMap): PlaceMap {
    const analysed = ({ line, column }: TextPosition): TextPosition =>
      this.texts.fromOffset(this.lines.offsetOf(line, column));
    return {
      isIdentity: false,
      toCurrent: (span) => onward.toCurrent(this.moved(span)),
      toAnalysed: (line, column) => {
        const place = onward.toAnalysed(line, column);
        return place && this.texts.toAnalysed(place.line, place.column);
      },
      fromOffset: (offset) => analysed(onward.fromOffset(offset)),
    };
  }

  private moved(span: Span): Span {
    const start = this.place(span);
    const end = this.place({ line: span.endLine, column: span.endColumn });
    return start && end
      ? { line: start.line, column: start.column, endLine: end.line, endColumn: end.column }
      : this.texts.toCurrent(span);
  }

  /** Seen by the analysis, or inside a function with unchanged text that anyone may have inspected. */
  private place(at: TextPosition): TextPosition | undefined {
    const seen = this.moves.of(at);
    if (seen) return seen;
    const offset = this.linesBefore.offsetOf(at.line, at.column);
    const block = this.blocks.find(({ start, end }) => start <= offset && offset <= end);
    return block && this.lines.span(offset + block.shift, offset + block.shift);
  }
}
