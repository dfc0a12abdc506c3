import { mentionOf, parseFrame, parseHeld, parseListHead } from '../atoms.js';
import { Backtrace } from '../backtrace.js';
import type { InputBlock, LineOwner } from '../block.js';
import { MOST_FACTS, type Sink } from '../sink.js';
import type {
  EventKind,
  Frame,
  LockMention,
  LockRole,
  RuntimeDependency,
  Stalled,
  TaskName,
} from '../types.js';

/** Bounds of what is kept of one report. */
const MOST_FRAMES = 64;
const MOST_LOCKS = 128;

/** A lock whose lines are still being read. */
export type Draft = { -readonly [K in keyof LockMention]: LockMention[K] } & { stack: Frame[] };

/** Dump lines without information about locks: registers, code, modules, marks. */
export const DUMP =
  /^\s*(?:RSP|RAX|RDX|RBP|R10|R13|R1[0-5]|RCX|RBX|FS|CS|SS|CR[0-4]|DR[0-7]|PKRU|Code|ESP|EAX|EBX|ESI|DS|GPR\d*|MSR|CFAR|CTR|CR|LR|REGS|Krnl (?:GPRS|Code)|pstate|status|lr|sp|ra|gp|a\d|t\d|s\d+|x\d+|r\d+|LR is at|Hi|Lo|Status|Cause|PrId|BadVA|Hardware name|Modules linked in|Unloaded tainted modules|softirqs last|hardirqs last|irq event stamp|Sending NMI|possible reason|Last Breaking-Event-Address|Exception stack|Process|Tainted|Workqueue|Stopper)\b.*:|^\s*(?:RIP|EIP|NIP|PC|pc|epc)\b|^---\[ end trace|^\s*[=*-]{5,}\s*$|^\(stack is not available\)|^\s*[0-9a-f]{3,4}: (?:[0-9a-f]{8} ?)+|^\s*(?:R|x|a|s|t)\d+\s*:/;
export const CPU_LINE =
  /^CPU:\s*(\d+)\s+(?:UID:\s*\d+\s+)?PID:\s*(\d+)\s+Comm:\s*(.+?)\s+(?:Not tainted|Not\s*$|Tainted:|Kdump:|Tainted$)/;
/** In the messages of a BPF program. */
const BPF_CPU_LINE = /^CPU: (\d+) UID: \d+ PID: (\d+) Comm: (\S.{0,14})$/;
/** Before 3.x: `Pid: 12, comm: name Not tainted …`. */
export const OLD_CPU_LINE = /^Pid:\s*(\d+),\s*comm:\s*(.+?)\s+(?:Not tainted|Tainted:|xid:)/;
const NO_VALIDATOR = /^INFO: lockdep is turned off\.?|^turning off the locking correctness validator/;
/** Another report, or the end of one, begins here. */
const CUT_HERE = /^-+\[ cut here \]-+/;
const PANIC = /^Kernel panic - not syncing/;

/** CPU number (-1 if absent) and task of the line that says which CPU printed the following lines. */
export function cpuLine(text: string): { readonly cpu: number; readonly task: TaskName } | undefined {
  if (text.startsWith('CPU:')) {
    const match = CPU_LINE.exec(text) ?? BPF_CPU_LINE.exec(text);
    return match
      ? { cpu: Number(match[1]), task: { name: match[3] ?? '', pid: Number(match[2]) } }
      : undefined;
  }
  const match = text.startsWith('Pid:') ? OLD_CPU_LINE.exec(text) : null;
  return match ? { cpu: -1, task: { name: match[2] ?? '', pid: Number(match[1]) } } : undefined;
}

/** The common parts of kernel reports: a headline, a task, held locks, a backtrace. */
export abstract class ReportBlock implements InputBlock {
  protected readonly locks: Draft[] = [];
  protected readonly trace = new Backtrace();
  protected readonly facts: string[] = [];
  protected readonly dependencies: RuntimeDependency[] = [];
  protected task: TaskName | undefined;
  protected place: { readonly file: string; readonly line: number } | undefined;
  /** The stack of the lock that receives frames now; absent while they belong to the report's own backtrace. */
  protected into: Frame[] | undefined;
  private list: { readonly task: TaskName; readonly locks: Draft[]; readonly line: number } | undefined;
  private lastLine: number;
  /** Whether an end mark closed the backtrace: later frames are ignored. */
  private closed = false;
  /** Locks held by the task at fault, outermost first. */
  protected ownList: readonly Draft[] = [];
  /** The CPU that the report is about, -1 if unknown. */
  protected cpu = -1;

  constructor(
    protected readonly sink: Sink,
    protected kind: EventKind,
    protected headline: string,
    protected readonly line: number,
  ) {
    this.lastLine = line;
  }

  /** Takes a line that only this kind of report has. */
  protected abstract own(text: string, line: number): boolean;

  take(text: string, line: number): LineOwner {
    if (text.trim() === '') return this.closed ? 'foreign' : 'taken';
    if (CUT_HERE.test(text) && !this.announcesMore()) return 'ended';
    // A kernel that panics on warnings prints this before the backtrace.
    if (PANIC.test(text)) return this.trace.isEmpty && !this.into ? 'taken' : 'ended';
    const taken = this.own(text, line) || this.common(text, line);
    if (!taken) return this.closed ? 'ended' : 'foreign';
    this.lastLine = line;
    return 'taken';
  }

  private common(text: string, line: number): boolean {
    const list = parseListHead(text);
    if (list) {
      this.endList();
      if (list.count !== 0) this.list = { task: list.task, locks: [], line };
      this.task ??= list.task;
      return true;
    }
    const held = parseHeld(text);
    if (held) {
      if (this.list === undefined) return false;
      addToList(this.list.locks, { ...mentionOf(held, 'held'), stack: [] });
      return true;
    }
    const cpu = cpuLine(text);
    if (cpu) {
      this.task ??= cpu.task;
      if (this.cpu < 0) this.cpu = cpu.cpu;
      return true;
    }
    if (this.into) {
      const frame = parseFrame(text);
      if (frame) {
        if (this.into.length < MOST_FRAMES) this.into.push(frame);
        return true;
      }
    } else if (this.trace.take(text)) {
      this.closed ||= this.trace.isOver;
      return true;
    }
    if (NO_VALIDATOR.test(text)) {
      this.sink.note({ says: 'stopped', text: text.trim(), line });
      return true;
    }
    if (text.includes('</TASK>')) this.closed = true;
    return DUMP.test(text) || text.startsWith('Workqueue:') || /^\s*Call [Tt]race:/.test(text);
  }

  /** Whether the next warning belongs to this report. */
  protected announcesMore(): boolean {
    return false;
  }

  protected addLock(role: LockRole, text: string): Draft | undefined {
    const held = parseHeld(text);
    return held ? this.add({ ...mentionOf(held, role), stack: [] }) : undefined;
  }

  protected add(draft: Draft): Draft {
    if (this.locks.length < MOST_LOCKS) this.locks.push(draft);
    return draft;
  }

  protected fact(text: string): true {
    if (this.facts.length < MOST_FACTS) this.facts.push(text.trim());
    return true;
  }

  protected depends(from: string, to: string): void {
    if (this.dependencies.length < 4 * MOST_LOCKS) this.dependencies.push({ from, to, line: this.line });
  }

  /** Ends a list of held locks; those of the task at fault count as held in the report. */
  private endList(): void {
    const { list } = this;
    this.list = undefined;
    if (!list || list.locks.length === 0) return;
    this.sink.held(list);
    if (this.ownList.length > 0 || (this.task && list.task.pid !== this.task.pid)) return;
    this.ownList = list.locks;
    for (const lock of list.locks) {
      const known = this.locks.some(
        (each) => each.name === lock.name && each.instance === lock.instance && sameFrame(each.at, lock.at),
      );
      if (!known) this.add(lock);
    }
  }

  /** For a stall: the stalled CPUs and tasks. */
  protected stalled(): Stalled | undefined {
    return undefined;
  }

  /** Called after the last line, before the event is made. */
  protected conclude(): void {}

  finish(isCut: boolean): void {
    this.endList();
    this.conclude();
    const stalled = this.stalled();
    this.sink.event({
      kind: this.kind,
      headline: this.headline,
      line: this.line,
      lastLine: this.lastLine,
      ...(this.task ? { task: this.task } : {}),
      locks: this.locks,
      stack: this.backtrace(),
      ...(this.cpu < 0 ? {} : { cpu: this.cpu }),
      ...(this.place ? { place: this.place } : {}),
      facts: this.facts,
      dependencies: this.dependencies,
      ...(stalled ? { stalled } : {}),
      isCut: isCut && this.isOpen(),
    });
  }

  /** The backtrace, innermost first. */
  protected backtrace(): readonly Frame[] {
    return this.trace.whole();
  }

  /** Whether part of the report is still missing. */
  protected isOpen(): boolean {
    return !this.closed && this.trace.isEmpty;
  }
}

/**
 * Adds a held lock to a list. Decoders repeat a line, with the same number, for each function inlined there: keeps the
 * one with the function's own frame.
 */
export function addToList(locks: Draft[], draft: Draft): void {
  const last = locks.at(-1);
  const isAgain = last?.at?.inlined === true && last.name === draft.name && last.instance === draft.instance;
  if (isAgain) locks[locks.length - 1] = draft;
  else if (locks.length < MOST_LOCKS) locks.push(draft);
}

function sameFrame(one: Frame | undefined, other: Frame | undefined): boolean {
  return one?.function === other?.function && one?.offset === other?.offset;
}
