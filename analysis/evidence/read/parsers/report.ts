import { mentionOf, parseFrame, parseHeld, parseTask } from '../atoms.js';
import type { Block, Taken } from '../block.js';
import type { Sink } from '../sink.js';
import type { EventKind, Frame, LockMention, LockRole, RuntimeDependency, TaskName } from '../types.js';

/** Kept of one report at most. */
const MOST_FRAMES = 64;
const MOST_LOCKS = 128;
const MOST_FACTS = 24;

/** A lock while its lines still come in. */
export type Draft = { -readonly [K in keyof LockMention]: LockMention[K] } & { stack: Frame[] };

/** Lines of a dump that say nothing about locks: registers, code, modules, marks. */
const DUMP =
  /^\s*(?:RIP|RSP|RAX|RDX|RBP|R10|R13|FS|CS|CR2|DR0|DR3|PKRU|Code|EIP|ESP|EAX|EBX|ESI|DS|pstate|pc|lr|sp|x\d+|r\d+|Hardware name|Modules linked in|Unloaded tainted modules|Call [Tt]race|Call Trace:|softirqs last|hardirqs last|irq event stamp|Stack|Sending NMI|possible reason)\b.*:|^\s*<\/?(?:TASK|IRQ|NMI|#DF|#DB|ENTRY_TRAMPOLINE|SOFTIRQ|HARDIRQ)>|^\s*Call [Tt]race:|^---\[ end trace|^\s*[=*-]{5,}\s*$/;
const CPU_LINE =
  /^CPU:\s*(\d+)\s+(?:UID:\s*\d+\s+)?PID:\s*(\d+)\s+Comm:\s*(.+?)\s+(?:Not tainted|Tainted:|Kdump:)/;
const HELD_LIST = /^(?:(no|\d+) locks? held by|locks? held by) (.+\/\d+)[:.]\s*$/;
const NO_VALIDATOR = /^INFO: lockdep is turned off\.?/;

/** What the reports of the kernel have in common: a headline, a task, held locks, a backtrace. */
export abstract class ReportBlock implements Block {
  protected readonly locks: Draft[] = [];
  protected readonly stack: Frame[] = [];
  protected readonly facts: string[] = [];
  protected readonly dependencies: RuntimeDependency[] = [];
  protected task: TaskName | undefined;
  protected place: { readonly file: string; readonly line: number } | undefined;
  /** The stack that frames go to now. */
  protected into: Frame[] = this.stack;
  private list: { readonly task: TaskName; readonly locks: Draft[]; readonly line: number } | undefined;
  private lastLine: number;
  /** The backtrace has been closed by its mark: what follows belongs to nobody. */
  private closed = false;
  /** Held by the task at fault, outermost first. */
  protected ownList: readonly Draft[] = [];

  constructor(
    protected readonly sink: Sink,
    protected kind: EventKind,
    protected headline: string,
    protected readonly line: number,
  ) {
    this.lastLine = line;
  }

  /** Lines of this kind of report alone. */
  protected abstract own(text: string, line: number): boolean;

  take(text: string, line: number): Taken {
    if (text.trim() === '') return this.closed ? 'foreign' : 'taken';
    const taken = this.own(text, line) || this.common(text, line);
    if (!taken) return this.closed ? 'ended' : 'foreign';
    this.lastLine = line;
    return 'taken';
  }

  private common(text: string, line: number): boolean {
    if (text.includes('held by')) {
      const match = HELD_LIST.exec(text);
      const task = match && parseTask(match[2] ?? '');
      if (task) {
        this.endList();
        if (match[1] !== 'no') this.list = { task, locks: [], line };
        this.task ??= task;
        return true;
      }
    }
    const held = parseHeld(text);
    if (held) {
      if (this.list === undefined) return false;
      if (this.list.locks.length < MOST_LOCKS)
        this.list.locks.push({ ...mentionOf(held, 'held'), stack: [] });
      return true;
    }
    const cpu = text.startsWith('CPU:') ? CPU_LINE.exec(text) : null;
    if (cpu) {
      this.task ??= { name: cpu[3] ?? '', pid: Number(cpu[2]) };
      return true;
    }
    const frame = parseFrame(text);
    if (frame) {
      this.addFrame(frame);
      return true;
    }
    if (NO_VALIDATOR.test(text)) {
      this.sink.note({ says: 'stopped', text: text.trim(), line });
      return true;
    }
    if (text.includes('</TASK>')) this.closed = true;
    return DUMP.test(text) || text.startsWith('Workqueue:') || text.startsWith('Preemption disabled at');
  }

  /** Frames behind the closing mark belong to a second stack, which is not kept. */
  private addFrame(frame: Frame): void {
    if (!this.closed && this.into.length < MOST_FRAMES) this.into.push(frame);
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

  /** Called once all lines are in, before the event is made. */
  protected conclude(): void {}

  finish(isCut: boolean): void {
    this.endList();
    this.conclude();
    this.sink.event({
      kind: this.kind,
      headline: this.headline,
      line: this.line,
      lastLine: this.lastLine,
      ...(this.task ? { task: this.task } : {}),
      locks: this.locks,
      stack: this.stack,
      ...(this.place ? { place: this.place } : {}),
      facts: this.facts,
      dependencies: this.dependencies,
      isCut: isCut && this.isOpen(),
    });
  }

  /** Whether something of the report is still missing. */
  protected isOpen(): boolean {
    return !this.closed && this.stack.length === 0;
  }
}

function sameFrame(one: Frame | undefined, other: Frame | undefined): boolean {
  return one?.function === other?.function && one?.offset === other?.offset;
}
