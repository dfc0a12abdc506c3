import type { Span } from '../../base/span.js';
import type { Models } from '../../models/types.js';
import { ArmTable, type Tokenized } from './arms.js';
import { matchBrackets } from './brackets.js';
import { IdentifierTable } from './symbols.js';
import { TokenBuffer, tokenize } from './tokens.js';

const buffer = new TokenBuffer();
let units = new Uint16Array(64);
let lineStarts = new Int32Array(16);
/** UTF-8 bytes beyond one per unit, for the text loaded last. */
let extraBytes = 0;
let symbolTable: IdentifierTable | undefined;

/**
 * A text ready for reading: its units, lines, tokens, matched brackets and arms. All scans share the arrays: one text
 * is processed at a time, and a scan is invalid once another text is loaded.
 */
export class Scan implements Tokenized {
  readonly units: Uint16Array;
  readonly tokens: TokenBuffer;
  readonly symbols: IdentifierTable;
  readonly length: number;
  readonly lineCount: number;
  /** Length in UTF-8 bytes. */
  readonly bytes: number;
  readonly arms: ArmTable;
  /** Token at which a bracket mismatch was found; -1 if there is none. */
  readonly brokenAt: number;
  private readonly lines: Int32Array;
  private lineHint = 0;

  constructor(
    text: string,
    readonly models: Models,
  ) {
    if (symbolTable?.models !== models) symbolTable = new IdentifierTable(models);
    symbolTable.trim();
    this.symbols = symbolTable;
    this.length = text.length;
    this.lineCount = load(text);
    this.bytes = text.length + extraBytes;
    this.units = units;
    this.lines = lineStarts;
    this.tokens = buffer;
    tokenize(units, 0, text.length, symbolTable, buffer, true);
    this.arms = new ArmTable(this);
    this.brokenAt = matchBrackets(this);
  }

  /** 1-based line of an offset. Cheapest in ascending order. */
  lineAt(offset: number): number {
    const { lines } = this;
    let line = this.lineHint;
    if (lines[line]! > offset) {
      let low = 0;
      while (low < line) {
        const middle = (low + line + 1) >> 1;
        if (lines[middle]! > offset) line = middle - 1;
        else low = middle;
      }
    } else {
      // Galloping search: the next item is near, but not always on the next line.
      let step = 1;
      while (line + step < this.lineCount && lines[line + step]! <= offset) {
        line += step;
        step *= 2;
      }
      while (step > 0) {
        if (line + step < this.lineCount && lines[line + step]! <= offset) line += step;
        step >>= 1;
      }
    }
    this.lineHint = line;
    return line + 1;
  }

  /** Offset of the start of a 1-based line. */
  lineStart(line: number): number {
    return this.lines[line - 1] ?? this.length;
  }

  span(start: number, end: number): Span {
    const line = this.lineAt(start);
    const column = start - this.lines[line - 1]! + 1;
    const endLine = this.lineAt(end);
    return { line, column, endLine, endColumn: end - this.lines[endLine - 1]! + 1 };
  }

  tokenSpan(token: number): Span {
    return this.span(this.tokens.starts[token]!, this.tokens.ends[token]!);
  }

  /** Name of an identifier token. */
  nameOf(token: number): string {
    return this.symbols.names[this.tokens.values[token]!]!;
  }
}

/** The units of a text, without tokens. Shared, too. */
export function loadText(text: string): {
  readonly units: Uint16Array;
  readonly lines: number;
  readonly bytes: number;
} {
  const lines = load(text);
  return { units, lines, bytes: text.length + extraBytes };
}

/** Copies a text into the shared units and appends a sentinel; returns its number of lines. */
function load(text: string): number {
  const { length } = text;
  if (length + 2 > units.length) units = new Uint16Array((length + 2) * 2);
  units[length] = 0;
  units[length + 1] = 0;
  extraBytes = 0;
  return copy(text, units);
}

function copy(text: string, into: Uint16Array): number {
  const { length } = text;
  let lines = 1;
  lineStarts[0] = 0;
  for (let at = 0; at < length; at++) {
    const unit = text.charCodeAt(at);
    into[at] = unit;
    if (unit >= 128) {
      // A surrogate pair is four bytes for two units.
      extraBytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
      continue;
    }
    if (unit !== 10) continue;
    if (lines === lineStarts.length) growLines();
    lineStarts[lines++] = at + 1;
  }
  return lines;
}

function growLines(): void {
  const larger = new Int32Array(lineStarts.length * 2);
  larger.set(lineStarts);
  lineStarts = larger;
}
