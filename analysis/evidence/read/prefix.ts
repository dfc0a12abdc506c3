import { quoted } from '../../base/words.js';

/** A line without logger prefixes, and who printed it. */
export interface LogLine {
  readonly text: string;
  /** `T12` or `C0` if the kernel says which thread or CPU printed the line, otherwise `''`. */
  readonly caller: string;
}

const BRACKET = 91;
const CLOSE = 93;
const LESS = 60;
const GREATER = 62;

/** `[    8.391750]`, or the date that `dmesg -T` and console recorders put there. */
const STAMP =
  /^\[\s*(?:[+-]?\d+\.\d+(?:\s*<\s*[\d.]+>| \/ [\d-]+ [\d:.]+)?|<\s*\d+\.\d+>|\w{3} \w{3} [ \d]\d [\d:.]+ \d{4}|\w{3}\s?[ \d]\d [\d:]{5,8}|\d{4}[-/]\d\d[-/]\d\d,?[ T][\d:.,]+(?:Z|[+-][\d:]+)?|\d\d:\d\d:\d\d(?:\.\d+)?)\] ?/;
const CALLER = /^\[\s*([TC]\d+)\] ?/;
const PRIORITY = /^<\d{1,3}>/;
/** `Nov 20 07:08:59 host kernel:`, `2026-11-20T07:08:59.123456+00:00 host kernel:`. */
const SYSLOG =
  /^(?:(?:\w{3} )?\w{3} [ \d]\d [\d:]{8}(?:\.\d+)?|(?:\w{3} )?\d{4}-\d\d-\d\d[T ][\d:]{8}(?:[.,]\d+)?(?:Z|[+-][\d:]{4,5}| \w{3,5})?|\d{9,10}\.\d+) \S+ kernel(?:\[\d+\])?: ?/;
/** A date only: build servers, `dmesg --time-format iso`. */
const ISO_DATE = /^\d{4}-\d\d-\d\d[T ][\d:]{8}(?:[.,]\d+)?(?:Z|[+-][\d:]{4,5})?[: ]\s?/;
const CLOCK = /^\d\d:\d\d:\d\d(?:\.\d+)? /;
/** `kern  :warn  : `, as `dmesg -x` prints. */
const FACILITY = /^\w{3,8}\s*:(?:emerg|alert|crit|err|warn|notice|info|debug)\s*: /;
/** Records of /dev/kmsg and of the extended network console: `4,339,5140900,-,caller=T44;`. */
const RECORD = /^\d+,\d+,\d+,[-c+](?:,caller=([TC]\d+))?[^;]{0,80};/;

/** The text that journals put between the boot time and the message: `host kernel: `. */
const HOST = /^[\w.-]+ kernel(?:\[\d+\])?: ?/;
/** RFC 5424: `1 2026-11-20T07:08:59.1Z host kernel - - - `. */
const RFC5424 = /^1 \d{4}-\d\d-\d\dT\S+ \S+ kernel \S+ \S+ (?:-|\[.*?\]) ?(?:\ufeff)?/;
/** Output of `grep -H` and `grep -n` on files with timestamps. */
const GREPPED = /^[\w./+@-]+[:-](?:\d+[:-])?(?=(?:<\d+>)?\[\s*\d+\.\d+\])/;

const MOST_PREFIXES = 6;

/**
 * Strips all prefixes from a line: times, priorities, host names, callers, quote marks of mail. Leading blanks of the
 * message stay.
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

/** A headline or another report line that begins where the message begins. */
const ANCHOR =
  /INFO: task |WARNING: |BUG: |INFO: |\[ (?:INFO|BUG): |={20,}|-+\[ cut here |Showing all locks held|(?:\d+ locks?|locks) held by |Call [Tt]race:|CPU: \d+ PID: |NMI backtrace for cpu|(?:NMI )?watchdog: |rcu: INFO/;
/** The text that the kernel itself puts before a headline. */
const INNER = /^\W*$|^(?:[\w-]+: ?){1,2}$/;
/** Vendors' marks of who prints a line: `c3   1202 `, `[2:  moat: 3141] `, `(3)[4021:moat]`. */
const VENDOR = /^\s*(?:c\d+\s+\d+\s|(?:-?\(\d+\)|<\d+>|\.)*\[\s*\d+\s*:[^[\]]*\] ?)$/;
const MOST_LEARNED = 4;
/** Kernel lines that a learned prefix must not match. */
const OWN = [
  'CPU: 0 PID: 12 Comm: a Not tainted 6.1.0 #1',
  'CPU: 0 UID: 0 PID: 12 Comm: a Not tainted',
  'task:a               state:D stack:0     pid:12    ppid:2      flags:0x00004000',
  'INFO: task a:12 blocked for more than 120 seconds.',
  'a/12 is trying to acquire lock:',
  'a/12 [HC0[0]:SC0[2]:HE1:SE0] is trying to acquire:',
  '1 lock held by a/12:',
  'locks held by a/12: 1, on CPU#2:',
  ' #0: ffff888000000011 (a){+.+.}-{3:3}, at: b+0x1/0x2',
  ' (a){+.+.}, at: [<ffffffff81000000>] b+0x1/0x2',
  '-> #1 (a){+.+.}-{3:3}:',
  ' b+0x1/0x2',
  ' [<ffffffff81000000>] b+0x1/0x2',
  '[<ffffffff81000000>] b+0x1/0x2',
  '[c000000000000000] [c000000000000000] b+0x1/0x2',
  'RIP: 0010:b+0x1/0x2',
  'in_atomic(): 1, irqs_disabled(): 0, pid: 12, name: a',
  'kernel/a.c:12 suspicious rcu_dereference_check() usage!',
  '\t0-....: (12 ticks this GP) idle=1b7c/1/0x4 softirq=1/2 fqs=3',
] as const;
/** A program's last output, or a note about lost messages, may precede a kernel line. */
const BEHIND =
  /^(?:\*\* \d+ printk messages dropped \*\*\s*|.{0,100} login: |[^[]{1,200}?)(?=(?:<\d+>)?\[\s*\d+\.\d{6}\](?:\[\s*[TC]\d+\])? )/;

/** A headline with leading blanks. The kernel prints none: somebody indented the whole log. */
const INDENTED =
  /^([ \t]*)(?:={20,}|-+\[ cut here|\[ (?:INFO|BUG): |(?:WARNING|BUG|INFO): |(?:NMI )?watchdog: |rcu: INFO|[Ss]ys[Rr]q ?: Show )/;
/** A shorter prefix cannot contain a time: blanks of that width belong to the message. */
const SHORTEST_STAMP = 8;

/**
 * Strips prefixes, including those of unknown loggers: the text before the first headline, with other digits and words,
 * is the prefix of every line. Lines of one message that loggers indent to the width of its prefix lose that, too.
 */
export class Prefixes {
  private readonly learned: RegExp[] = [];
  private indentation = '';
  /** Width of the kernel's own time behind a learned prefix. */
  private stamp = 0;
  /** Width and caller of the last prefix. */
  private last = { width: 0, caller: '' };

  private plain(line: string): LogLine {
    const plain = stripPrefix(line);
    const isStamped = !/^[> ]*$/.test(line.slice(0, line.length - plain.text.length));
    if (isStamped || !plain.text.includes('] ')) return plain;
    const behind = BEHIND.exec(plain.text);
    return behind ? stripPrefix(plain.text.slice(behind[0].length)) : plain;
  }

  strip(line: string): LogLine {
    const found = this.stripped(line);
    if (found.text.length < line.length) {
      // Editors often cut the blank behind the prefix of an empty first line.
      const cut = found.text === '' && !line.endsWith(' ') ? 1 : 0;
      this.last = { width: line.length - found.text.length + cut, caller: found.caller };
      return this.unindented(found);
    }
    // The second and later lines of one message have blanks for the prefix; an editor may have cut one of them.
    const { width, caller } = this.last;
    const blanks = line.length - line.trimStart().length;
    if (width >= SHORTEST_STAMP && blanks >= width - 1 && blanks < line.length)
      return { text: line.slice(Math.min(blanks, width)), caller };
    return this.unindented(found);
  }

  /** Removes the indentation that all lines share. */
  private unindented(line: LogLine): LogLine {
    const headline = INDENTED.exec(line.text);
    if (headline) this.indentation = headline[1] ?? '';
    const { indentation } = this;
    if (indentation === '' || !line.text.startsWith(indentation)) return line;
    return { text: line.text.slice(indentation.length), caller: line.caller };
  }

  private stripped(line: string): LogLine {
    const plain = this.plain(line);
    for (const pattern of this.learned) {
      const match = pattern.exec(plain.text);
      if (match) {
        const rest = plain.text.slice(match[0].length);
        const inner = stripPrefix(rest);
        const width = rest.length - inner.text.length;
        if (width > 0) this.stamp = width;
        else if (this.stamp >= SHORTEST_STAMP && isBlank(rest, this.stamp - 1))
          return { text: rest.slice(this.stamp), caller: plain.caller };
        return { text: inner.text, caller: inner.caller === '' ? plain.caller : inner.caller };
      }
    }
    if (this.learned.length >= MOST_LEARNED) return plain;
    // The message, or what a vendor's kernel prints before it, follows the kernel's own timestamp.
    const isStamped =
      plain.text.length < line.length && line.charCodeAt(line.length - plain.text.length - 2) === CLOSE;
    const anchor = ANCHOR.exec(plain.text);
    if (!anchor || anchor.index === 0) return plain;
    const prefix = plain.text.slice(0, anchor.index);
    if (isStamped && !VENDOR.test(prefix)) return plain;
    if (prefix.length > 120 || INNER.test(prefix) || !/\d/.test(prefix) || /[(){}+]0x/.test(prefix))
      return plain;
    // A sentence is not a prefix.
    if ((prefix.match(/[A-Za-z]{2,}/g) ?? []).length > 6) return plain;
    const stamp = KERNEL_STAMP.exec(prefix)?.[0] ?? '';
    const isUsable = (shape: RegExp): boolean => !OWN.some((own) => shape.test(own));
    // The later lines of a message have the logger's prefix only.
    const shape = [prefix.slice(0, prefix.length - stamp.length), prefix]
      .filter((each) => each !== '')
      .map(shapeOf)
      .find(isUsable);
    if (!shape) return plain;
    this.learned.push(shape);
    this.stamp = stamp.length;
    return { text: plain.text.slice(prefix.length), caller: plain.caller };
  }
}

const KERNEL_STAMP = /(?:<\d+>)?\[\s*\d+\.\d{6}\](?:\[\s*[TC]\d+\])? ?$/;

const isBlank = (text: string, width: number): boolean =>
  text.length > width && text.slice(0, width).trim() === '';

/** Where the second kernel line on the same line begins; -1 if there is none. */
export function secondStamp(text: string): number {
  const first = text.indexOf(']') + 1;
  for (let at = text.indexOf('[', first); at >= 0; at = text.indexOf('[', at + 1)) {
    SECOND.lastIndex = at;
    if (SECOND.test(text)) return at;
  }
  return -1;
}

const SECOND = /\[\s*\d+\.\d{6}\](?:\[\s*[TC]\d+\])? /y;

/** Matches prefixes that differ only in digits, words and padding. */
function shapeOf(prefix: string): RegExp {
  // The name of a task between brackets may contain anything.
  const parts = prefix.match(/(?<=\[[^[\]]*:\s*)[A-Za-z_][^[\]:]*|\d+|[A-Za-z_]+|\s+|./gs) ?? [];
  let isInside = false;
  const source = parts.map((part, index) => {
    if (part === '[' || part === ']') isInside = part === '[';
    if (isInside && /^[A-Za-z_]/.test(part)) return '[^\\[\\]]+?';
    if (/^\d/.test(part)) return '\\d+';
    if (/^[A-Za-z_]/.test(part)) return '\\w+';
    // Leading blanks belong to the message.
    if (/^\s/.test(part)) return index === parts.length - 1 ? part : '\\s*';
    return quoted(part);
  });
  return new RegExp(`^${source.join('')}`);
}
