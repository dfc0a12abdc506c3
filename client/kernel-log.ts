/** Lines looked at: what a boot loader or a test runner says comes first. */
const MOST_LINES = 400;
/** So many stamped lines make a kernel log; one headline of a report is enough. */
const FEW = 3;
/** Stamped by the kernel, maybe passed on by syslog or the journal, or with the time of day as by `dmesg -T`. */
const STAMP =
  /^(?:.{0,80}\bkernel: ?)?(?:<\d+>)?\[(?:\s*\d+\.\d{6}(?:\]\[ *[TC]\d+)?|\w{3} \w{3} +\d+ [\d:]{8} \d{4})\]/;
/** What the kernel's checks say, also where nothing is stamped. */
const HEADLINE =
  /(?:possible (?:circular locking|recursive locking|irq lock inversion)|inconsistent lock state|BUG: sleeping function called|suspicious RCU usage|blocked for more than \d+ seconds)/;

/** Whether a text is a kernel log, whatever its name. */
export function isKernelLog(lineCount: number, lineAt: (line: number) => string): boolean {
  let stamped = 0;
  for (let line = 0; line < Math.min(lineCount, MOST_LINES); line += 1) {
    const text = lineAt(line);
    if (HEADLINE.test(text)) return true;
    if (STAMP.test(text) && ++stamped === FEW) return true;
  }
  return false;
}
