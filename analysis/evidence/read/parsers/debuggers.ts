import type { InputBlock, LineOwner } from '../block.js';
import type { Sink } from '../sink.js';
import type { Frame, TaskName, TaskSighting } from '../types.js';

const MOST_FRAMES = 64;

const GDB_FRAME =
  /^#(\d+)\s+(?:(?:0x([0-9a-f]+)) in )?([A-Za-z_.$][\w.$]*|\?\?)\s*\((.*?)\)?(?:\s+at (.+):(\d+)|\s+from (\S+))?$/;
const GDB_THREAD = /^(?:\* )?Thread ([\d.]+) \((.*)\):?$|^\[Switching to thread ([\d.]+) \((.*)\)\]/;
const GDB_NAME = /"([^"]+)"/;
/** The gdb stub of the kernel presents tasks as threads. */
const GDB_PID = /(?:LWP|process|^Thread) (\d{1,7})\b(?!\.)/;
/** The gdb stub of an emulator presents CPUs as threads. */
const GDB_CPU = /CPU ?#(\d+)/;

/** The argument of a lock function: `lock=lock@entry=0xffff888103a50018 <pond_lock>`. */
const LOCK_ARGUMENT = /\b(?:lock|sem|mutex)=(?:\w+@entry=)?0x([0-9a-f]{8,16})(?: <(\w+)(?:\+\d+)?>)?/;

/** Beyond the last frame, both tools print stack contents. */
const NO_FUNCTION = /^#\d+\s+0x[0-9a-f]+\s*$/;
/** A drgn frame: `#1  schedule (kernel/sched/core.c:6019:3)`, `#2  name+0x1/0x2`, after a line that a script prints. */
const DRGN_FRAME =
  /^#(\d+)\s+([A-Za-z_]\w*)(?:\+0x([0-9a-f]+)\/0x([0-9a-f]+))?(?:\s+\(((?:\.\/)?[\w./+-]+\.[chS]):(\d+)(?::\d+)?\))?\s*$/;
const DRGN_TASK = /^PID:\s*(\d+)\s+(?:TASK:\s*\S+\s+)?(?:CPU:\s*\d+\s+)?COMM(?:AND)?:\s*"?(.*?)"?\s*$/;

/** The call, as typed, whose result is the stack below. */
const DRGN_CALL = /^(?:>>> )?.*\bstack_trace\((\d+)\)\s*$/;

const drgnFrame = ([, , name = '', offset, size, file, at]: RegExpExecArray): Frame => ({
  function: name,
  offset: offset === undefined ? -1 : Number.parseInt(offset, 16),
  size: size === undefined ? -1 : Number.parseInt(size, 16),
  module: '',
  reliable: true,
  ...(file === undefined ? {} : { file, line: Number(at) }),
});

export const isGdb = (text: string): boolean =>
  GDB_THREAD.test(text) ||
  DRGN_TASK.test(text) ||
  DRGN_CALL.test(text) ||
  (text.startsWith('#0 ') && GDB_FRAME.test(text));

/** gdb: `bt` and `thread apply all bt`, on a stub or a dump with vmlinux. */
export class GdbBlock implements InputBlock {
  private stack: Frame[] = [];
  private task: TaskName = { name: 'the thread', pid: 0 };
  private started: number;
  private last = -1;
  private lock: TaskSighting['lock'];

  constructor(
    private readonly sink: Sink,
    line: number,
  ) {
    this.started = line;
  }

  take(text: string, line: number): LineOwner {
    if (text === '') return 'taken';
    const thread = GDB_THREAD.exec(text);
    if (thread) {
      this.flush();
      this.started = line;
      const number = thread[1] ?? thread[3] ?? '';
      const about = thread[2] ?? thread[4] ?? '';
      const cpu = GDB_CPU.exec(about)?.[1];
      const given = GDB_PID.exec(about)?.[1];
      // The stub of an emulator repeats the number of the CPU.
      const pid = given === number ? 0 : Number(given ?? 0);
      const unnamed = pid === 0 ? `thread ${number}` : '';
      const name = cpu === undefined ? (GDB_NAME.exec(about)?.[1] ?? unnamed) : `CPU#${cpu}`;
      this.task = { name, pid };
      return 'taken';
    }
    const about = DRGN_TASK.exec(text);
    if (about) {
      this.flush();
      this.started = line;
      this.task = { name: about[2] ?? '', pid: Number(about[1]) };
      return 'taken';
    }
    const call = DRGN_CALL.exec(text);
    if (call) {
      this.flush();
      this.started = line;
      this.task = { name: '', pid: Number(call[1]) };
      return 'taken';
    }
    const drgn = DRGN_FRAME.exec(text);
    if (drgn) return this.drgn(drgn, line);
    if (NO_FUNCTION.test(text)) return 'taken';
    const match = GDB_FRAME.exec(text);
    // A long argument list continues on indented lines, which are ignored.
    if (!match) return /^\s/.test(text) ? this.place(text) : 'foreign';
    const [, number = '', address, name = '', given = '', file, at] = match;
    if (Number(number) <= this.last) {
      this.flush();
      this.started = line;
    }
    this.last = Number(number);
    if (name === '??' || this.stack.length >= MOST_FRAMES) return 'taken';
    const lock = this.lock ? null : LOCK_ARGUMENT.exec(given);
    if (lock) this.lock = { instance: lock[1] ?? '', name: lock[2] ?? '' };
    this.stack.push({
      function: name,
      offset: -1,
      size: -1,
      module: '',
      reliable: true,
      ...(address === undefined ? {} : { address }),
      ...(file === undefined ? {} : { file, line: Number(at) }),
    });
    return 'taken';
  }

  private drgn(match: RegExpExecArray, line: number): LineOwner {
    const [, number] = match;
    if (Number(number) <= this.last) {
      this.flush();
      this.started = line;
    }
    this.last = Number(number);
    if (this.stack.length < MOST_FRAMES) this.stack.push(drgnFrame(match));
    return 'taken';
  }

  /** `    at kernel/locking/mutex.c:580`: the end of a frame that spans lines. */
  private place(text: string): LineOwner {
    const match = /\bat (\S+):(\d+)$/.exec(text);
    const top = this.stack.at(-1);
    if (match && top?.file === undefined && top) {
      this.stack[this.stack.length - 1] = { ...top, file: match[1] ?? '', line: Number(match[2]) };
    }
    return 'taken';
  }

  private flush(): void {
    if (this.stack.length > 0) {
      const { task, stack, lock, started: line } = this;
      this.sink.sighting({ task, state: '', stack, line, ...(lock ? { lock } : {}) });
    }
    this.stack = [];
    this.lock = undefined;
    this.last = -1;
  }

  finish(): void {
    this.flush();
  }
}

/** `ps -m` prefixes the time since the task last ran, and its state. */
const CRASH_TASK =
  /^ *(?:\[[\d :.]+\]\s+\[(\w\w)\]\s+)?PID:\s*(\d+)\s+TASK:\s*[0-9a-f]+\s+CPU:\s*\d+\s+COMMAND:\s*"(.*)"/;
const CRASH_FRAME = /^\s*#\d+ \[[0-9a-f]+\] (\S+) at [0-9a-f]+(?: \[(\w+)\])?/;
const CRASH_OTHER =
  /^\s*(?:\[exception RIP: |RIP:|RSP:|RAX:|RDX:|RBP:|R10:|R13:|RCX:|ORIG_RAX|---|--- <|bt:|CS:|\(active\))/;
const CRASH_PLACE = /^\s+(\S+\.[chS]): (\d+)$/;

export const isCrash = (text: string): boolean => CRASH_TASK.test(text);

/** crash: `bt`, `bt -a`, `foreach bt`. */
export class CrashBlock implements InputBlock {
  private readonly stack: Frame[] = [];
  private readonly task: TaskName;
  private readonly state: string;

  constructor(
    private readonly sink: Sink,
    private readonly line: number,
    head: string,
  ) {
    const match = CRASH_TASK.exec(head);
    this.task = { name: match?.[3] ?? '', pid: Number(match?.[2] ?? 0) };
    this.state = match?.[1] === 'UN' ? 'D' : '';
  }

  take(text: string): LineOwner {
    if (CRASH_TASK.test(text)) return 'ended';
    const match = CRASH_FRAME.exec(text);
    if (match) {
      if (this.stack.length < MOST_FRAMES) {
        const [, name = '', module = ''] = match;
        const [fn = '', offset] = name.split('+');
        const frame = { function: fn, offset: offset === undefined ? -1 : Number(offset), size: -1, module };
        this.stack.push({ ...frame, reliable: true });
      }
      return 'taken';
    }
    // A drgn script may print the same header as crash.
    const drgn = DRGN_FRAME.exec(text);
    if (drgn) {
      if (this.stack.length < MOST_FRAMES) this.stack.push(drgnFrame(drgn));
      return 'taken';
    }
    const place = CRASH_PLACE.exec(text);
    const top = this.stack.at(-1);
    if (place && top) {
      this.stack[this.stack.length - 1] = { ...top, file: place[1] ?? '', line: Number(place[2]) };
      return 'taken';
    }
    if (text.trim() === '') return 'taken';
    return CRASH_OTHER.test(text) ? 'taken' : 'foreign';
  }

  finish(): void {
    const { task, stack, line, state } = this;
    this.sink.sighting({ task, state, stack, line });
  }
}
