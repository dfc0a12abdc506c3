import { mentionOf, parseHeld, parseListHead } from '../atoms.js';
import { Backtrace } from '../backtrace.js';
import type { InputBlock, LineOwner } from '../block.js';
import type { Sink } from '../sink.js';
import type { TaskName } from '../types.js';
import { addToList, cpuLine, DUMP, type Draft } from './report.js';

const HUNG =
  /INFO: task (.+):(\d+) (?:blocked (?:in I\/O wait )?for more than|can't die for more than) (\d+) seconds/;
/** Newer kernels print the owner on a separate line after the backtrace. */
const OWNED =
  /INFO: task (.+?):(\d+) (?:<(reader|writer)> )?(?:is )?blocked on an? ([\w-]+)(?: (likely (?:last held|owned) by) (?:task|reader|writer) (.+?):(\d+)(?: <(reader|writer)>)?|, but the (?:owner|last holder) is not found)\.?\s*$/;
/** `task:name            state:D stack:0     pid:45    ppid:2      flags:0x00004000` */
const TASK = /^task:(.+?)\s+state:(\S)\s?.*?\bpid:\s*(\d+)/;
/**
 * `name            D    0    45      2 0x00004000`, before 5.x, with the address before 4.19; `D29136 45` if the stack
 * size follows the letter directly.
 */
const OLD_TASK =
  /^(\S.{0,15}?)\s+([RSDTtXZPI])\s*(?:running(?: task)?\s+)?(?:[0-9a-f]{8,16}\s+)?(?:\d+\s+){2,4}0x[0-9a-f]{8,16}\s*$/;
const OLD_PID = /\s(\d+)\s+\d+ 0x[0-9a-f]{8,16}\s*$/;
const AROUND =
  /^\s*(?:Stopper:|"echo 0 > |(?:Not tainted|Tainted:)|Future hung task reports|\(active\))|^\s+\d+\.\d+\.\d+\S* #|^\s*Blocked by coredump/;
const WORKQUEUE = /^Workqueue: (\S+) (\S+?)(?: \[\S+\])?(?: \(.*\))?\s*$/;
const NMI = /^NMI backtrace for cpu (\d+)/;
const CPU_DUMP = /^(?:Task|Stack) dump for CPU (\d+):/;
/** kdb: a headline, and the task as its `ps` prints it. */
const KDB = /^Stack traceback for pid (\d+)\s*$/;
const KDB_TASK = /^0x[0-9a-f]+\s+(\d+)\s+\d+\s+\d+\s+\d+\s+([A-Z])\s+0x[0-9a-f]+\s+\*?(\S.*?)\s*$/;
const IDLE = /^NMI backtrace for cpu \d+ skipped: idling/;

/** Opens a hung task report: the headline and the task's backtrace. */
export function openHung(text: string, line: number, sink: Sink): InputBlock | undefined {
  if (!text.includes('INFO: task ')) return undefined;
  const match = HUNG.exec(text);
  if (!match) return undefined;
  const [, name = '', pid = '', seconds = ''] = match;
  const headline = text.slice(match.index).trim();
  return new TaskBlock(sink, line, { name, pid: Number(pid) }, 'D', headline, Number(seconds));
}

/** Records a line in which the kernel names the owner of what a hung task waits for; returns whether it was one. */
export function noteOwner(text: string, line: number, sink: Sink): boolean {
  if (!text.includes(' blocked on a')) return false;
  const match = OWNED.exec(text);
  if (!match) return false;
  const [, name = '', pid = '', , kind = '', how, owner = '', ownerPid = ''] = match;
  const task = { name, pid: Number(pid) };
  const fact = text.slice(match.index).replace('INFO: ', '').trim();
  if (how === undefined) {
    sink.fact(task, fact);
    return true;
  }
  const blockedBy = { name: owner, pid: Number(ownerPid) };
  sink.fact(task, fact);
  sink.sighting({ task, state: 'D', stack: [], blockedBy, blockedOn: kind, line });
  return true;
}

/** Number of lines after a stall in which a CPU may print its backtrace without a headline. */
const STALL_LINES = 400;

/** Opens one task of sysrq-t, sysrq-w or sysrq-l. */
export function openTask(text: string, line: number, sink: Sink): InputBlock | undefined {
  const found = taskLine(text);
  if (found) return new TaskBlock(sink, line, found.task, found.state);
  const kdb = KDB.exec(text);
  if (kdb) return new TaskBlock(sink, line, { name: '', pid: Number(kdb[1]) }, '');
  const cpu = IDLE.test(text) ? null : (NMI.exec(text) ?? CPU_DUMP.exec(text));
  if (cpu) return new TaskBlock(sink, line, undefined, 'R', undefined, undefined, Number(cpu[1]));
  // After the dump of another task, a stall continues with the CPU that noticed it.
  const own = sink.hasStalled(line, STALL_LINES) ? cpuLine(text) : undefined;
  return own ? new TaskBlock(sink, line, own.task, 'R', undefined, undefined, own.cpu) : undefined;
}

function taskLine(text: string): { task: TaskName; state: string } | undefined {
  if (text.startsWith('task:')) {
    const match = TASK.exec(text);
    if (!match) return undefined;
    const [, name = '', state = '', pid = ''] = match;
    return { task: { name, pid: Number(pid) }, state };
  }
  const kdb = text.startsWith('0x') ? KDB_TASK.exec(text) : null;
  if (kdb) return { task: { name: kdb[3] ?? '', pid: Number(kdb[1]) }, state: kdb[2] ?? '' };
  if (!text.includes(' 0x')) return undefined;
  const match = OLD_TASK.exec(text);
  const pid = match && OLD_PID.exec(text)?.[1];
  return match && pid
    ? { task: { name: match[1] ?? '', pid: Number(pid) }, state: match[2] ?? '' }
    : undefined;
}

class TaskBlock implements InputBlock {
  private readonly trace = new Backtrace();
  private lastLine: number;
  private started = false;
  private work: string | undefined;

  constructor(
    private readonly sink: Sink,
    private readonly line: number,
    private task: TaskName | undefined,
    private state: string,
    /** The headline of a hung task, which makes an event. */
    private readonly headline?: string,
    private readonly seconds?: number,
    private cpu?: number,
  ) {
    this.lastLine = line;
  }

  take(text: string, line: number): LineOwner {
    const closed = this.trace.isOver;
    if (text.trim() === '') return closed ? 'foreign' : 'taken';
    if (closed) return 'ended';
    const taken = this.own(text);
    if (taken === 'taken') this.lastLine = line;
    return taken;
  }

  private own(text: string): LineOwner {
    const found = taskLine(text);
    if (found) {
      const same =
        !this.started && this.trace.isEmpty && (this.task === undefined || found.task.pid === this.task.pid);
      if (!same) return 'ended';
      this.started = true;
      this.task = found.task;
      this.state = found.state;
      return 'taken';
    }
    if (CPU_DUMP.test(text) || NMI.test(text) || KDB.test(text)) return 'ended';
    if (this.trace.take(text)) return 'taken';
    const cpu = cpuLine(text);
    if (cpu) {
      // The next CPU's registers may follow without any other mark.
      if (!this.trace.isEmpty) return 'ended';
      this.task ??= cpu.task;
      if (this.headline === undefined) this.cpu ??= cpu.cpu;
      return 'taken';
    }
    const work = text.startsWith('Workqueue:') ? WORKQUEUE.exec(text) : null;
    if (work) this.work = `${work[2] ?? ''} on ${work[1] ?? ''}`;
    return work || AROUND.test(text) || DUMP.test(text) ? 'taken' : 'foreign';
  }

  finish(isCut: boolean): void {
    const { task, line, state, cpu, work, seconds } = this;
    if (!task) return;
    const found =
      state === 'R' || this.headline === undefined ? this.trace.interrupted() : this.trace.whole();
    // The stack of a running task may still show its last sleep.
    const stack = state === 'R' && found.every(({ reliable }) => !reliable) ? [] : found;
    this.sink.sighting({
      task,
      state,
      stack,
      line,
      ...(cpu === undefined || cpu < 0 ? {} : { cpu }),
      ...(work === undefined ? {} : { work }),
      ...(seconds === undefined ? {} : { seconds }),
    });
    if (this.headline === undefined) return;
    this.sink.event({
      kind: 'hung-task',
      headline: this.headline,
      line,
      lastLine: this.lastLine,
      task,
      locks: [],
      stack,
      facts: work === undefined ? [] : [`work item: ${work}`],
      dependencies: [],
      isCut: isCut && stack.length === 0,
    });
  }
}

/** Opens a list of held locks outside a report: sysrq-d, or the one after a hung task. */
export function openHeld(text: string, line: number, sink: Sink): InputBlock | undefined {
  if (text.startsWith('Showing all locks held in the system')) return new DumpBlock(sink, line);
  const list = parseListHead(text);
  return list && list.count !== 0 ? new HeldBlock(sink, list.task, line, list.count) : undefined;
}

class HeldBlock implements InputBlock {
  private readonly locks: Draft[] = [];
  private isWhole = true;
  private index = -1;

  constructor(
    private readonly sink: Sink,
    private readonly task: TaskName,
    private readonly line: number,
    /** The number that the headline announces, -1 if it does not. */
    private readonly count: number,
  ) {}

  take(text: string): LineOwner {
    const held = parseHeld(text);
    if (held) {
      // Numbering restarts at the outermost lock: another task whose headline is lost.
      const isAgain = this.locks.at(-1)?.at?.inlined === true && held.index === this.index;
      if (held.index >= 0 && held.index <= this.index && !isAgain) return 'foreign';
      if (held.index > this.index + 1 && held.index >= 0) this.isWhole = false;
      this.index = held.index;
      addToList(this.locks, { ...mentionOf(held, 'held'), stack: [] });
      return 'taken';
    }
    if (/^\s*$/.test(text)) return this.locks.length > 0 || this.count === 0 ? 'ended' : 'taken';
    // A list line interrupted by another CPU's output.
    if (/^\s*#\d+:/.test(text)) this.isWhole = false;
    return /^={5,}/.test(text) ? 'ended' : 'foreign';
  }

  finish(): void {
    const { task, locks, line, count } = this;
    const isWhole = this.isWhole && (count < 0 || locks.length >= count);
    if (locks.length > 0 || !isWhole) this.sink.held({ task, locks, line, isWhole });
  }
}

/** The headline of the list of all locks, before the tasks' lists. */
class DumpBlock implements InputBlock {
  constructor(sink: Sink, line: number) {
    sink.dump(line);
  }

  take(text: string): LineOwner {
    return text.trim() === '' ? 'taken' : 'ended';
  }

  finish(): void {}
}
