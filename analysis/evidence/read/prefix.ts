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
  /^\[\s*(?:\d+\.\d+|\w{3} \w{3} [ \d]\d [\d:.]+ \d{4}|\d{4}-\d\d-\d\d[ T][\d:.,]+(?:Z|[+-][\d:]+)?)\]\s?/;
const CALLER = /^\[\s*([TC]\d+)\]\s?/;
const PRIORITY = /^<\d{1,3}>/;
/** `Nov 20 07:08:59 host kernel:`, `2026-11-20T07:08:59.123456+00:00 host kernel:`. */
const SYSLOG =
  /^(?:\w{3} [ \d]\d [\d:]{8}(?:\.\d+)?|\d{4}-\d\d-\d\d[T ][\d:]{8}(?:[.,]\d+)?(?:Z|[+-][\d:]{4,5})?) \S+ kernel(?:\[\d+\])?: ?/;
/** The date alone: build servers, `dmesg --time-format iso`. */
const ISO_DATE = /^\d{4}-\d\d-\d\d[T ][\d:]{8}(?:[.,]\d+)?(?:Z|[+-][\d:]{4,5})?[: ]\s?/;
const CLOCK = /^\d\d:\d\d:\d\d(?:\.\d+)? /;
/** `kern  :warn  : `, as `dmesg -x` prints. */
const FACILITY = /^\w{3,8}\s*:(?:emerg|alert|crit|err|warn|notice|info|debug)\s*: /;
/** Records of /dev/kmsg and of the extended network console: `4,339,5140900,-,caller=T44;`. */
const RECORD = /^\d+,\d+,\d+,[-c+](?:,caller=([TC]\d+))?[^;]{0,80};/;

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
    if (!match) break;
    text = text.slice(match[0].length);
  }
  return { text, caller };
}
