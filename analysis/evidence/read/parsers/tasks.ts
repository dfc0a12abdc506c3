import { mentionOf, parseFrame, parseHeld, parseTask } from '../atoms.js';
import type { Block, Taken } from '../block.js';
import type { Sink } from '../sink.js';
import type { Frame, LockMention, TaskName } from '../types.js';

const MOST_FRAMES = 64;
const MOST_LOCKS = 128;

const HUNG =
  /INFO: task (.+):(\d+) (?:blocked for more than \d+ seconds|is blocked on an? \S+(?: \S+)? likely (?:last held|owned) by (?:task|reader) (.+):(\d+))/;
/** `task:name            state:D stack:0     pid:45    ppid:2      flags:0x00004000` */
const TASK = /^task:(.+?)\s+state:(\S)\s.*?\bpid:\s*(\d+)/;
/** `name            D    0    45      2 0x00004000`, before 5.x */
const OLD_TASK = /^(\S.{0,15}?)\s+([RSDTtXZPI])\s+(?:[0-9a-f]{16}\s+)?(?:\d+\s+){3,4}0x[0-9a-f]{8,16}\s*$/;
const OLD_PID = /\s(\d+)\s+\d+ 0x[0-9a-f]{8,16}\s*$/;
const CPU_LINE =
  /^CPU:\s*\d+\s+(?:UID:\s*\d+\s+)?PID:\s*(\d+)\s+Comm:\s*(.+?)\s+(?:Not tainted|Tainted:|Kdump:)/;
const AROUND =
  /^\s*(?:Call [Tt]race:|<\/?(?:TASK|IRQ|NMI)>|Workqueue:|Stopper:|"echo 0 > |(?:Not tainted|Tainted:)|RIP:|RSP:|RAX:|RDX:|RBP:|R10:|R13:|Code:|RCX:|FS:|CS:|CR2:|ORIG_RAX|Future hung task reports)/;

/** A hung task report: the headline and the task's backtrace. */
export function openHung(text: string, line: number, sink: Sink): Block | undefined {
  if (!text.includes('INFO: task ')) return undefined;
  const match = HUNG.exec(text);
  if (!match) return undefined;
  const [, name = '', pid = '', owner, ownerPid] = match;
  const blockedBy = owner === undefined ? undefined : { name: owner, pid: Number(ownerPid) };
  const headline = text.slice(match.index).trim();
  return new TaskBlock(sink, line, { name, pid: Number(pid) }, 'D', headline, blockedBy);
}

/** One task of sysrq-t, sysrq-w or sysrq-l. */
export function openTask(text: string, line: number, sink: Sink): Block | undefined {
  const found = taskLine(text);
  if (found) return new TaskBlock(sink, line, found.task, found.state);
  if (!text.startsWith('NMI backtrace for cpu')) return undefined;
  return new TaskBlock(sink, line, undefined, 'R');
}

function taskLine(text: string): { task: TaskName; state: string } | undefined {
  if (text.startsWith('task:')) {
    const match = TASK.exec(text);
    if (!match) return undefined;
    const [, name = '', state = '', pid = ''] = match;
    return { task: { name, pid: Number(pid) }, state };
  }
  if (!text.includes(' 0x')) return undefined;
  const match = OLD_TASK.exec(text);
  const pid = match && OLD_PID.exec(text)?.[1];
  return match && pid
    ? { task: { name: match[1] ?? '', pid: Number(pid) }, state: match[2] ?? '' }
    : undefined;
}

class TaskBlock implements Block {
  private readonly stack: Frame[] = [];
  private lastLine: number;
  private closed = false;
  private started = false;

  constructor(
    private readonly sink: Sink,
    private readonly line: number,
    private task: TaskName | undefined,
    private state: string,
    /** Of a hung task: makes an event. */
    private readonly headline?: string,
    private blockedBy?: TaskName,
  ) {
    this.lastLine = line;
  }

  take(text: string, line: number): Taken {
    if (text.trim() === '') return this.closed ? 'foreign' : 'taken';
    if (this.closed) return 'ended';
    const taken = this.own(text);
    if (taken === 'taken') this.lastLine = line;
    return taken;
  }

  private own(text: string): Taken {
    const frame = parseFrame(text);
    if (frame) {
      if (this.stack.length < MOST_FRAMES) this.stack.push(frame);
      return 'taken';
    }
    const found = taskLine(text);
    if (found) {
      const same = this.headline !== undefined && !this.started && found.task.pid === this.task?.pid;
      if (!same) return 'ended';
      this.started = true;
      this.state = found.state;
      return 'taken';
    }
    const cpu = text.startsWith('CPU:') ? CPU_LINE.exec(text) : null;
    if (cpu) {
      this.task ??= { name: cpu[2] ?? '', pid: Number(cpu[1]) };
      return 'taken';
    }
    // Newer kernels tell the owner on a line of its own.
    const owner = this.headline === undefined ? null : HUNG.exec(text);
    if (owner?.[3] !== undefined && Number(owner[2]) === this.task?.pid) {
      this.blockedBy = { name: owner[3], pid: Number(owner[4]) };
      return 'taken';
    }
    if (text.includes('</TASK>')) this.closed = true;
    return AROUND.test(text) ? 'taken' : 'foreign';
  }

  finish(isCut: boolean): void {
    const { task, stack, line, state, blockedBy } = this;
    if (!task) return;
    const by = blockedBy ? { blockedBy } : {};
    this.sink.sighting({ task, state, stack, line, ...by });
    if (this.headline === undefined) return;
    this.sink.event({
      kind: 'hung-task',
      headline: this.headline,
      line,
      lastLine: this.lastLine,
      task,
      locks: [],
      stack,
      facts: blockedBy ? [`owner: ${blockedBy.name}/${String(blockedBy.pid)}`] : [],
      dependencies: [],
      isCut: isCut && stack.length === 0,
    });
  }
}

const HELD_LIST = /^(\d+) locks? held by (.+\/\d+):\s*$|^locks? held by (.+\/\d+):\s*$/;

/** A list of held locks outside a report: sysrq-d, and what follows a hung task. */
export function openHeld(text: string, line: number, sink: Sink): Block | undefined {
  if (!text.includes(' held by ')) return undefined;
  const match = HELD_LIST.exec(text);
  const task = match && parseTask(match[2] ?? match[3] ?? '');
  return task ? new HeldBlock(sink, task, line) : undefined;
}

class HeldBlock implements Block {
  private readonly locks: LockMention[] = [];

  constructor(
    private readonly sink: Sink,
    private readonly task: TaskName,
    private readonly line: number,
  ) {}

  take(text: string): Taken {
    const held = parseHeld(text);
    if (held) {
      // Counted from the outermost again: another task whose headline is lost.
      if (held.index === 0 && this.locks.length > 0) return 'foreign';
      if (this.locks.length < MOST_LOCKS) this.locks.push(mentionOf(held, 'held'));
      return 'taken';
    }
    return /^\s*$/.test(text) ? 'ended' : 'foreign';
  }

  finish(): void {
    if (this.locks.length > 0) this.sink.held({ task: this.task, locks: this.locks, line: this.line });
  }
}
