/** A line of a message, with what the reader knows of it. */
export interface Message {
  readonly text: string;
  readonly number: number;
}

/** Beginnings of lines that say nothing without their end, and what the whole line matches. */
const LINES: readonly (readonly [RegExp, RegExp])[] = [
  [
    /INFO: task(?: \S|\s*$)/,
    /(?:blocked (?:in I\/O wait )?|can't die )for more than \d+ seconds|(?:task|reader|writer) \S.*:\d+(?: <(?:reader|writer)>)?\.?\s*$|is not found/,
  ],
  [/BUG: workqueue lockup - pool/, /stuck for \d+s!/],
  [/BUG: (?:spin|rw)lock /, /on CPU#\d+, \S.*\/\d+/],
  [/BUG: workqueue leaked/, /: \S.*\/0x[0-9a-f]+\/\d+/],
  [/BUG: looking up invalid/, /invalid subclass/],
  [/^\s+(?:pending|in-flight|inactive):\s*$/, /: \S/],
  [/BUG: soft lockup - CPU#/, /stuck for \d+s! \[.*\]/],
  [/detected expedited stalls on CPUs/, /\{[^}]*\}/],
  [/BUG: sleeping function called/, /invalid context at \S+:\d+/],
  [/^in_atomic\(\): /, /, name: \S/],
  [/WARNING: CPU: \d+ PID: \d+ at \S+:\d+\s*$/, / at \S+:\d+ \S+(?:\+0x|.*\[inline\])/],
  [/^\S.*\/\d+ \[HC\S+\](?: is| trying| to| acquire)*\s*$/, /\] (?:takes|is trying to acquire):/],
  [/^task:\S.*\bstate:\S/, /\bflags:0x[0-9a-f]+/],
  [/^\S.*\/\d+ is trying to (?:acquire|release|lock|contend)\b/, /(?:acquire|lock|at):\s*$/],
];
const MAY_BEGIN =
  /INFO: |BUG: |WARNING: |^in_atomic|^task:|is trying to | \[HC\d|^\s+(?:pending|in-flight|inactive):/;
/** Mail programs break lines at about 80 columns; the quotation marks and the time were taken off. */
const LONGEST = 100;

/** Joins lines that a mail program or a terminal broke in two. */
export class Wrapped<Line extends Message> {
  private held: { readonly line: Line; readonly whole: RegExp } | undefined;

  /** The lines to read now: none while the end of one is expected. */
  take(line: Line): readonly Line[] {
    const { held } = this;
    this.held = undefined;
    if (held) {
      const joined = `${held.line.text.trimEnd()} ${line.text.trimStart()}`;
      if (held.whole.test(joined)) return [{ ...held.line, text: joined }];
    }
    const before = held ? [held.line] : [];
    const whole = wholeOf(line.text);
    if (!whole) return [...before, line];
    this.held = { line, whole };
    return before;
  }

  /** The line whose end never came. */
  finish(): readonly Line[] {
    const { held } = this;
    this.held = undefined;
    return held ? [held.line] : [];
  }
}

/** What a line would match if it were whole; `undefined` if it is, or is none of those lines. */
function wholeOf(text: string): RegExp | undefined {
  if (text.length > LONGEST || !MAY_BEGIN.test(text)) return undefined;
  const found = LINES.find(([begin]) => begin.test(text));
  return found && !found[1].test(text) ? found[1] : undefined;
}
