import type { InputBlock, LineOwner } from '../block.js';
import { Backtrace } from '../backtrace.js';
import type { Sink } from '../sink.js';
import { cpuLine, DUMP } from './report.js';

/** Headlines of reports that are not about locks: the following lines belong to them. */
const OTHER =
  /^(?:=+\s*)?(?:(?:watchdog: )?BUG: (?:KASAN|KMSAN|KCSAN|KFENCE|memory leak|unable to handle|kernel NULL|Bad (?:page|rss)|Dentry|stack guard|using |non-zero |corrupted|TASK stack|IRQ stack|soft lockup detected)|UBSAN: |general protection fault|kernel BUG at|Kernel BUG|Kernel panic - not syncing|Oops|Internal error|divide error|invalid opcode|stack segment|Unable to handle kernel|PANIC: |double fault|int3: |FAULT_INJECTION: |INFO: (?:Freed|Allocated|Slab|Object) |WARNING: kernel stack|.*: page allocation failure|.*invoked oom-killer|vmalloc: allocation failure|ODEBUG: |refcount_t: |list_(?:add|del) corruption|unregister_netdevice: waiting for |BUG kmalloc|BUG \w+ )/;

/** Lines between a message and the warning that follows it. */
const ANNOUNCED = 3;
const WARNING = /^WARNING: (?:CPU: \d+ PID: \d+ at |\S+\.[chS]:\d+ at )/;

export function openOther(text: string, line: number, sink: Sink): InputBlock | undefined {
  if (!OTHER.test(text)) return undefined;
  sink.other(text.replace(/^=+\s*/, '').trim(), line);
  return new OtherBlock(sink, line);
}

/** A report that is not about locks. It claims its backtrace, so that no other report does. */
class OtherBlock implements InputBlock {
  private readonly trace = new Backtrace();
  private lines = 1;

  constructor(
    private readonly sink: Sink,
    private readonly line: number,
  ) {}

  take(text: string, line: number): LineOwner {
    if (text.trim() === '') return 'taken';
    // Its backtrace may be that of a warning.
    const isNext = this.trace.isEmpty && line - this.line <= ANNOUNCED;
    if (isNext && WARNING.test(text) && !text.includes('kernel/locking/')) return 'taken';
    const taken = this.trace.take(text) || cpuLine(text) !== undefined || DUMP.test(text);
    if (!taken) return this.trace.isOver ? 'ended' : 'foreign';
    this.lines += 1;
    return 'taken';
  }

  finish(): void {
    this.sink.skip('unrelated', this.lines);
  }
}
