import { isInterruptEntry, isSpinning, isWatcher } from '../../models/stacks.js';
import { parseCounter, parseFrame } from './atoms.js';
import type { Frame } from './types.js';

const MOST_FRAMES = 64;
/** Number of functions between the entry of an interrupt and the interrupted counter. */
const MOST_ENTRY = 3;
const BEGIN = /^\s*(?:Call [Tt]race|Backtrace|Call Backtrace|Trace|Stack)\s*:/;
const END = /^\s*<\/TASK>|^\s*---\[ end trace/;
const MARK = /^\s*<\/?(?:TASK|IRQ|NMI|EOI|EOE|#D[FB]|#[A-Z]+|ENTRY_TRAMPOLINE|SOFTIRQ|HARDIRQ)>/;
/** Older kernels put the mark and a frame on one line: ` <IRQ>  [<ffffffff81000000>] name+0x1/0x2`. */
const INLINE_MARK = /^\s*(?:<<?(?:IRQ|EOI|EOE|NMI|TASK|#DF|#DB)>>?)\s+/;
/** What follows was interrupted. */
const INTERRUPTED = /^\s*(?:<<?(?:EOI|EOE)>>?|<\/(?:IRQ|NMI)>)/;

/** What an NMI interrupted follows, which may be a handler. */
const NMI_END = /^\s*(?:<\/NMI>|<<?EOE>>?)/;

/** Collects one backtrace of any architecture, with the program counter. */
export class Backtrace {
  private readonly frames: Frame[] = [];
  private begun = false;
  private over = false;
  /** Number of frames before the last mark behind which the interrupted code begins; -1 without a mark. */
  private boundary = -1;
  /** Number of frames before the end of those of an NMI; -1 without its mark. */
  private nmiEnd = -1;
  /** Whether a second backtrace or an end mark was seen. */
  get isOver(): boolean {
    return this.over;
  }

  get isEmpty(): boolean {
    return this.frames.length === 0;
  }

  /** Whether the line belongs to a backtrace; lines after its end are taken and dropped. */
  take(text: string): boolean {
    if (text.includes('<') && INTERRUPTED.test(text)) {
      this.boundary = this.frames.length;
      if (NMI_END.test(text)) this.nmiEnd = this.frames.length;
    }
    const unmarked = text.includes('<') ? text.replace(INLINE_MARK, ' ') : text;
    const frame = parseFrame(unmarked);
    if (frame) {
      const entry = entryOf(unmarked);
      if (entry !== undefined && this.frames.at(-1)?.function !== entry)
        this.add({ ...frame, function: entry, offset: -1 });
      this.add(frame);
      return true;
    }
    const counter = parseCounter(text);
    if (counter) {
      this.add({ ...counter, interrupted: true });
      return true;
    }
    if (BEGIN.test(text)) {
      if (this.begun && this.frames.length > 0) this.over = true;
      // Before the backtrace, only registers name its functions; other lines name the place that disabled preemption.
      if (!this.begun)
        this.frames.splice(0, Infinity, ...this.frames.filter((frame) => frame.interrupted === true));
      this.begun = true;
      return true;
    }
    if (END.test(text)) {
      this.over = true;
      return true;
    }
    return MARK.test(text);
  }

  private add(frame: Frame): void {
    if (this.over || this.frames.length >= MOST_FRAMES) return;
    // The registers repeat the function at the top of the backtrace, and stack contents the frame below.
    const last = this.frames.at(-1);
    const isAgain = last && last.function === frame.function && last.offset === frame.offset;
    if (!isAgain || frame.function === '') this.frames.push(frame);
    else if (!last.reliable && frame.reliable) this.frames[this.frames.length - 1] = frame;
  }

  /** Frames as printed, innermost first. */
  whole(): readonly Frame[] {
    return this.frames;
  }

  /** Frames of the code that the watchdog's interrupt stopped. */
  interrupted(): readonly Frame[] {
    const frames = this.behind();
    // Registers are reliable where the backtrace is not.
    const [counter] = this.frames;
    const [first, ...rest] = frames;
    const isSame =
      counter?.interrupted === true && first?.reliable === false && first.function === counter.function;
    return isSame ? [counter, ...rest] : frames;
  }

  /** The frames below an interrupt, with the counter from the registers above it, and what is inlined there. */
  private stopped(below: readonly Frame[]): readonly Frame[] {
    const end = this.frames.findIndex((frame) => frame.interrupted !== true);
    const counters = this.frames.slice(0, Math.max(end, 0));
    const known = counters.findIndex((frame) => frame.function === below[0]?.function);
    return [...counters.slice(0, known < 0 ? counters.length : known), ...below];
  }

  private behind(): readonly Frame[] {
    const { frames } = this;
    const isEntry = (frame: Frame): boolean => isInterruptEntry(frame.function);
    const watcher = frames.findIndex((frame) => isWatcher(frame.function));
    if (watcher < 0) return frames;
    // The registers say where the NMI came, also in a handler.
    if (this.nmiEnd > watcher && frames[0]?.interrupted === true)
      return this.stopped(frames.slice(this.nmiEnd));
    let at = frames.findIndex(
      (frame, index) => index > watcher && (isEntry(frame) || frame.interrupted === true),
    );
    // An NMI may interrupt a handler that spins for a lock: then the handler stalls, not the code it interrupted.
    const spins = frames.findIndex((frame, index) => index > watcher && isSpinning(frame.function));
    if (spins >= 0 && (at < 0 || spins < at)) return frames.slice(spins);
    // An NMI has no entry function of its own. The registers above its frames name the function that it stopped.
    if (at < 0) return this.boundary > watcher ? this.stopped(frames.slice(this.boundary)) : frames;
    for (let frame = frames[at]; frame && isEntry(frame) && frame.interrupted !== true; frame = frames[at])
      at += 1;
    // On powerpc, the interrupt's own functions lie between its entry and the interrupted counter.
    const counter = frames.findIndex((frame, index) => index >= at && frame.interrupted === true);
    return frames.slice(counter >= 0 && counter - at <= MOST_ENTRY ? counter : at);
  }
}

/** The entry from an interrupt that a 32-bit ARM line names as the callee: `(__irq_svc) from (name+0x1/0x2)`. */
function entryOf(text: string): string | undefined {
  const at = text.indexOf(' from ');
  const callee = at < 0 ? undefined : /\(?([\w.]+)\)?$/.exec(text.slice(0, at))?.[1];
  return callee !== undefined && isInterruptEntry(callee) ? callee : undefined;
}
