/** A line of a message, with what the reader knows of it. */
export interface Message {
  readonly text: string;
  readonly number: number;
}

/** Beginnings of lines that are useless without their end, and the pattern of the whole line. */
const LINES: readonly (readonly [RegExp, RegExp])[] = [
  [
    /INFO: task(?: \S|\s*$)/,
    /(?:blocked (?:in I\/O wait )?|can't die )for more than \d+ seconds|(?:task|reader|writer) \S.*:\d+(?: <(?:reader|writer)>)?\.?\s*$|is not found/,
  ],
  [/BUG: workqueue lockup - pool/, /stuck for \d+s!/],
  [/BUG: (?:spin|rw)lock /, /on CPU#\d+, \S.*\/\d+/],
  [/BUG: workqueue leaked/, /: \S.*(?:\/0x[0-9a-f]+\/\d+|\[\d+\])/],
  [/BUG: looking up invalid/, /invalid subclass/],
  [/^\s+(?:pending|in-flight|inactive):\s*$/, /: \S/],
  [/BUG: soft lockup - CPU#/, /stuck for \d+s! \[.*\]/],
  [/detected expedited stalls on\b/, /\{[^}]*\}.*jiffies/],
  [/BUG: sleeping\b/, /invalid context at \S+:\d+/],
  [/^in_atomic\(\): /, /, name: \S/],
  [/WARNING: CPU: \d+ PID: \d+ at \S+:\d+\s*$/, / at \S+:\d+ \S+(?:\+0x|.*\[inline\])/],
  [/^\S.*\/\d+ \[HC\S+\](?: is| trying| to| acquire)*\s*$/, /\] (?:takes|is trying to acquire):/],
  [/^task:\S.*\bstate:\S/, /\bflags:0x[0-9a-f]+/],
  [/BUG: scheduling while atomic:/, /: \S.*\/\d+\/0x[0-9a-f]+/],
  [/WARNING: \S+\/\d+\s*$/, /still has locks held!/],
  [/WARNING: suspicious RCU\s*$/, /usage/],
  [/WARNING: (?:HARD|SOFT)IRQ-safe ->/, /order detected/],
  [/BUG: Invalid wait\s*$/, /context/],
  [/^\d+ locks? held by\s*$/, /held by \S/],
  [/^locks held by(?:\s*$| .*\/\d+: \d)/, / CPU#\d+:?\s*$/],
  [/^(?:PC|pc|EIP) is at\s*$/, /\+0x/],
  [/INFO: rcu\w* (?:self-)?detected(?: stalls?)?(?: on)?\s*$/, / on CPU/],
  [/WARNING: (?:possible|inconsistent|bad|lock|held)\b/, /detected|state|user space|freed/],
  [/^pool \d+: /, /\b(?:workers|hung)=\S.*\bworkers=\d/],
  [/^RIP: [0-9a-f]{4}:\[<[0-9a-f]+>\]\s+\[<[0-9a-f]+>\]\s*$/, /\+0x[0-9a-f]+\/0x/],
  [/^RIP: [0-9a-f]{4}:[A-Za-z_][\w.]*\s*$/, /\.[chS]:\d+ \[inline\]\s*$/],
  [/^\s*\[<[0-9a-f]{8,16}>\](?: \?)?\s*$/, /\] (?:\? )?[A-Za-z_.][\w.]*\+0x[0-9a-f]+\/0x[0-9a-f]+/],
  [/^\s*#\d+:\s+[0-9a-f]{8,16}\s*$/, /\{[-.+?]{3,9}\}.*, at: \S/],
  [/^\s*#\d+: .*, at: [A-Za-z_][\w.]*\s*$/, /, at: \S+ \S+\.[chS]:\d+ \[inline\]\s*$/],
  [/^\S.*\/\d+ is trying to (?:acquire|release|lock|contend)\b/, /(?:acquire|lock|at):\s*$/],
];
const MAY_BEGIN =
  /INFO: |BUG: |WARNING: |^in_atomic|^task:|is trying to | \[HC\d|^\s+(?:pending|in-flight|inactive):|^\s*#\d+: |^RIP: |^(?:PC|pc|EIP) is at|^\d+ locks? held by\s*$|^locks held by\b|^\s*\[<[0-9a-f]+>\](?: \?)?\s*$|^pool \d/;
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
      if (held.whole.test(joined)) {
        const both = { ...held.line, text: joined };
        const rest = unfinished(joined);
        if (!rest) return [both];
        // Broken more than once.
        this.held = { line: both, whole: rest };
        return [];
      }
    }
    const before = held ? [held.line] : [];
    const whole = wholeOf(line.text);
    if (!whole) return [...before, line];
    this.held = { line, whole };
    return before;
  }

  /** The held line, if its end never arrived. */
  finish(): readonly Line[] {
    const { held } = this;
    this.held = undefined;
    return held ? [held.line] : [];
  }
}

/** The pattern that a broken line must complete; `undefined` for a whole line, any other line, or one too long to be broken. */
function wholeOf(text: string): RegExp | undefined {
  return text.length > LONGEST || !MAY_BEGIN.test(text) ? undefined : unfinished(text);
}

function unfinished(text: string): RegExp | undefined {
  const found = LINES.find(([begin]) => begin.test(text));
  return found && !found[1].test(text) ? found[1] : undefined;
}
