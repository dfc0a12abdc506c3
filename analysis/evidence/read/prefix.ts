/** A line without what loggers put before it, and who printed it. */
export interface LogLine {
  readonly text: string;
  /** `T12` or `C0` where the kernel says which thread or processor printed the line, else `''`. */
  readonly caller: string;
}

const BRACKET = 91;
const LESS = 60;
const GREATER = 62;

/** `[    8.391750]`, and the date that `dmesg -T` and recorders of consoles put there. */
const STAMP =
  /^\[\s*(?:[+-]?\d+\.\d+(?:\s*<\s*[\d.]+>)?|<\s*\d+\.\d+>|\w{3} \w{3} [ \d]\d [\d:.]+ \d{4}|\w{3}\s?[ \d]\d [\d:]{5,8}|\d{4}-\d\d-\d\d[ T][\d:.,]+(?:Z|[+-][\d:]+)?|\d\d:\d\d:\d\d(?:\.\d+)?)\] ?/;
const CALLER = /^\[\s*([TC]\d+)\] ?/;
const PRIORITY = /^<\d{1,3}>/;
/** `Nov 20 07:08:59 host kernel:`, `2026-11-20T07:08:59.123456+00:00 host kernel:`. */
const SYSLOG =
  /^(?:(?:\w{3} )?\w{3} [ \d]\d [\d:]{8}(?:\.\d+)?|(?:\w{3} )?\d{4}-\d\d-\d\d[T ][\d:]{8}(?:[.,]\d+)?(?:Z|[+-][\d:]{4,5}| \w{3,5})?|\d{9,10}\.\d+) \S+ kernel(?:\[\d+\])?: ?/;
/** The date alone: build servers, `dmesg --time-format iso`. */
const ISO_DATE = /^\d{4}-\d\d-\d\d[T ][\d:]{8}(?:[.,]\d+)?(?:Z|[+-][\d:]{4,5})?[: ]\s?/;
const CLOCK = /^\d\d:\d\d:\d\d(?:\.\d+)? /;
/** `kern  :warn  : `, as `dmesg -x` prints. */
const FACILITY = /^\w{3,8}\s*:(?:emerg|alert|crit|err|warn|notice|info|debug)\s*: /;
/** Records of /dev/kmsg and of the extended network console: `4,339,5140900,-,caller=T44;`. */
const RECORD = /^\d+,\d+,\d+,[-c+](?:,caller=([TC]\d+))?[^;]{0,80};/;

/** What journals put between the time since boot and the message: `host kernel: `. */
const HOST = /^[\w.-]+ kernel(?:\[\d+\])?: ?/;
/** RFC 5424: `1 2026-11-20T07:08:59.1Z host kernel - - - `. */
const RFC5424 = /^1 \d{4}-\d\d-\d\dT\S+ \S+ kernel \S+ \S+ (?:-|\[.*?\]) ?(?:\ufeff)?/;
/** `grep -H` and `grep -n` over files whose lines have times. */
const GREPPED = /^[\w./+@-]+[:-](?:\d+[:-])?(?=(?:<\d+>)?\[\s*\d+\.\d+\])/;

const MOST_PREFIXES = 6;

/**
 * Takes prefixes off a line until none is left: times, priorities, host names, callers, marks of quoted mail.
 * Blanks that belong to the message stay.
 */
export function stripPrefix(line: string): LogLine {
  let text = line;
  let caller = '';
  for (let count = 0; count < MOST_PREFIXES; count++) {
    const first = text.charCodeAt(0);
    let match: RegExpExecArray | null = null;
    if (first === BRACKET) {
      match = STAMP.exec(text);
      if (!match) {
        match = CALLER.exec(text);
        if (match) caller = match[1] ?? '';
      }
    } else if (first === LESS) match = PRIORITY.exec(text);
    else if (first >= 48 && first <= 57) {
      match = SYSLOG.exec(text) ?? RECORD.exec(text);
      if (match?.[1] !== undefined) caller = match[1];
      match ??= ISO_DATE.exec(text) ?? CLOCK.exec(text);
    } else if (first === GREATER) match = /^(?:> ?)+/.exec(text);
    else if (first >= 65 && first <= 90) match = SYSLOG.exec(text);
    else if (first >= 97 && first <= 122) match = FACILITY.exec(text);
    if (!match && first === 49) match = RFC5424.exec(text);
    if (!match && text.includes(' kernel') && count > 0) match = HOST.exec(text);
    if (!match && count === 0 && text.includes('[')) match = GREPPED.exec(text);
    if (!match) break;
    text = text.slice(match[0].length);
  }
  return { text, caller };
}

/** A headline or another line of a report that begins where the message begins. */
const ANCHOR =
  /INFO: task |WARNING: |BUG: |INFO: |\[ (?:INFO|BUG): |={20,}|-+\[ cut here |Showing all locks held|\d+ locks? held by |Call [Tt]race:|CPU: \d+ PID: |NMI backtrace for cpu|(?:NMI )?watchdog: |rcu: INFO/;
/** What the kernel itself puts before a headline. */
const INNER = /^\W*$|^(?:[\w-]+: ?){1,2}$/;
const MOST_LEARNED = 4;

/**
 * Takes off prefixes, those of loggers nobody has listed too: whatever stands before the first headline, with other
 * digits and words, is the prefix of every line.
 */
export class Prefixes {
  private readonly learned: RegExp[] = [];

  strip(line: string): LogLine {
    const plain = stripPrefix(line);
    for (const pattern of this.learned) {
      const match = pattern.exec(plain.text);
      if (match) {
        const inner = stripPrefix(plain.text.slice(match[0].length));
        return { text: inner.text, caller: inner.caller === '' ? plain.caller : inner.caller };
      }
    }
    if (this.learned.length >= MOST_LEARNED) return plain;
    const anchor = ANCHOR.exec(plain.text);
    if (!anchor || anchor.index === 0) return plain;
    const prefix = plain.text.slice(0, anchor.index);
    if (prefix.length > 120 || INNER.test(prefix) || !/\d/.test(prefix) || /[(){}+]0x/.test(prefix))
      return plain;
    // A sentence is no prefix.
    if ((prefix.match(/[A-Za-z]{2,}/g) ?? []).length > 6) return plain;
    this.learned.push(shapeOf(prefix));
    return { text: plain.text.slice(prefix.length), caller: plain.caller };
  }
}

/** Matches prefixes that differ in their digits, words and padding. */
function shapeOf(prefix: string): RegExp {
  const parts = prefix.match(/\d+|[A-Za-z_]+|\s+|./gs) ?? [];
  const source = parts.map((part, index) => {
    if (/^\d/.test(part)) return '\\d+';
    if (/^[A-Za-z_]/.test(part)) return '\\w+';
    // The blanks that a message begins with are its own.
    if (/^\s/.test(part)) return index === parts.length - 1 ? part : '\\s*';
    return part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}`);
}
