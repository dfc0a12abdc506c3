/** Longer lines are cut: no report line is as long. */
export const LONGEST_LINE = 8192;

export interface RawLine {
  /** Without line end, carriage returns and NULs. */
  readonly text: string;
  /** 1-based. */
  readonly number: number;
  readonly isCut: boolean;
  /** Whether it contained bytes that are not text. */
  readonly isBinary: boolean;
}

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
// eslint-disable-next-line no-control-regex
const COLOUR = /\u001b\[[\d;]*[A-Za-z]/g;
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]+/g;

/** Splits a stream of text into lines, with bounded memory for any input. */
export class LineSplitter {
  private rest = '';
  private isCut = false;
  private number = 0;

  constructor(private readonly take: (line: RawLine) => void) {}

  get count(): number {
    return this.number;
  }

  push(chunk: string): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf('\n', start);
      if (end < 0) break;
      this.emit(this.rest === '' ? chunk.slice(start, end) : this.rest + chunk.slice(start, end));
      this.rest = '';
      start = end + 1;
    }
    if (start >= chunk.length) return;
    if (this.rest.length < LONGEST_LINE) this.rest += chunk.slice(start, start + LONGEST_LINE);
    if (this.rest.length >= LONGEST_LINE) this.isCut = true;
  }

  finish(): void {
    if (this.rest !== '') this.emit(this.rest);
    this.rest = '';
  }

  private emit(line: string): void {
    this.number += 1;
    let text = line.length > LONGEST_LINE ? line.slice(0, LONGEST_LINE) : line;
    const isCut = this.isCut || line.length > LONGEST_LINE;
    this.isCut = false;
    if (text.charCodeAt(text.length - 1) === 13) text = text.replace(/\r+$/, '');
    let isBinary = false;
    if (CONTROL.test(text)) {
      text = text.replace(COLOUR, '');
      if (CONTROL.test(text)) {
        isBinary = true;
        text = text.replace(CONTROLS, '');
      }
    }
    // Some viewers print carriage returns as two characters.
    text = text.replace(/(?:\^M)+$/, '');
    // Text before a carriage return was overwritten.
    const back = text.lastIndexOf('\r');
    if (back >= 0) text = text.slice(back + 1);
    this.take({ text, number: this.number, isCut, isBinary });
  }
}
