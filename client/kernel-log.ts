/** Number of lines to inspect: output of a boot loader or test runner may come first. */
const MOST_LINES = 400;
/** Number of time-stamped lines that identify a kernel log; a single headline of a report is enough, too. */
const FEW = 3;
/** A time stamp of the kernel, possibly after a syslog or journal prefix, or a date from `dmesg -T`. */
const STAMP =
  /^(?:.{0,80}\bkernel: ?)?(?:<\d+>)?\[(?:\s*\d+\.\d{6}(?:\]\[ *[TC]\d+)?|\w{3} \w{3} +\d+ [\d:]{8} \d{4})\]/;
/** Headlines of the kernel's checks, which need no time stamp. */
const HEADLINE =
  /(?:possible (?:circular locking|recursive locking|irq lock inversion)|inconsistent lock state|BUG: sleeping function called|suspicious RCU usage|blocked for more than \d+ seconds)/;

/** Whether a text is a kernel log, by its content. */
export function isKernelLog(lineCount: number, lineAt: (line: number) => string): boolean {
  let stamped = 0;
  for (let line = 0; line < Math.min(lineCount, MOST_LINES); line += 1) {
    const text = lineAt(line);
    if (HEADLINE.test(text)) return true;
    if (STAMP.test(text) && ++stamped === FEW) return true;
  }
  return false;
}
