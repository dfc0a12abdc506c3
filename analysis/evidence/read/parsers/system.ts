import { parseFrame } from '../atoms.js';
import type { InputBlock, LineOwner } from '../block.js';
import type { Sink } from '../sink.js';
import type { Frame, TaskName } from '../types.js';

const COUNTS = /^\s*(\w+):((?:\s+\d+)+)(.*)$/;

/** /proc/interrupts: handlers that ran, and their CPUs. */
export class InterruptsBlock implements InputBlock {
  constructor(
    private readonly sink: Sink,
    private readonly cpus: number,
  ) {}

  take(text: string, line: number): LineOwner {
    if (text.trim() === '') return 'ended';
    const match = COUNTS.exec(text);
    if (!match) return 'ended';
    const [, name = '', counts = '', rest = ''] = match;
    const numbers = counts.trim().split(/\s+/).map(Number);
    const perCpu = numbers.slice(0, this.cpus);
    this.sink.interrupt({ name, actions: actionsOf(name, rest), perCpu, line });
    return 'taken';
  }

  finish(): void {}
}

/** Handler names that drivers gave, which follow chip, number and trigger, separated by commas. */
function actionsOf(name: string, rest: string): string[] {
  const columns = rest.trim().split(/\s{2,}/);
  if (!/^\d+$/.test(name)) return columns[0] === '' ? [] : columns.slice(0, 1);
  return (columns.length > 1 ? (columns.at(-1) ?? '') : '')
    .split(',')
    .map((action) => action.trim())
    .filter((action) => action !== '');
}

/** crash says `ST`, and `UN` in it. */
const STATE = /^(?:S|ST|STAT|STATE)$/;

/** Columns of a task list, from its header. */
interface Columns {
  readonly names: readonly string[];
}

/** Columns if a line is the header of `ps` or `top`; `undefined` for any other line. */
export function taskColumns(text: string): Columns | undefined {
  // htop marks the sorted column.
  const names = text
    .replace(/[▽△▼▲]/g, ' ')
    .trim()
    .split(/\s+/)
    .map((name) => name.toUpperCase());
  const isHeader =
    names.includes('PID') &&
    names.some((name) => STATE.test(name)) &&
    names.some((name) => /^(?:COMMAND|CMD|COMM)$/.test(name)) &&
    names.every((name) => /^[%A-Z+,/-]+$/.test(name));
  return isHeader ? { names } : undefined;
}

/** `ps` and `top`: tasks with their state and the function they wait in. */
export class TaskListBlock implements InputBlock {
  private readonly pid: number;
  private readonly state: number;
  private readonly channel: number;
  private readonly last: number;
  private command: number;

  constructor(
    private readonly sink: Sink,
    { names }: Columns,
  ) {
    const find = (pattern: RegExp): number => names.findIndex((name) => pattern.test(name));
    this.pid = find(/^PID$/);
    this.state = find(STATE);
    this.channel = find(/^WCHAN$/);
    this.command = find(/^(?:COMMAND|CMD|COMM)$/);
    this.last = names.length - 1;
  }

  take(text: string, line: number): LineOwner {
    const words = text.trim().split(/\s+/);
    const pid = Number(words[this.pid]);
    if (!Number.isInteger(pid) || words.length < this.last) return 'ended';
    // Some tools omit a missing number, which shifts the following columns.
    let state = this.state;
    if (!/^[A-Z][A-Za-z<+]*$/.test(words[state] ?? ''))
      state = words.findIndex((word) => /^[RSDTtZXI][A-Za-z<+]*$/.test(word));
    if (state < 0) return 'taken';
    const shift = state - this.state;
    const letters = words[state] ?? '';
    const channel = this.channel < 0 ? undefined : words[this.channel + shift];
    const comm = (words[this.command + shift] ?? '')
      .replace(/^[├└─│`|\\_-]+/, '')
      .replace(/^\[(.*)\]$/, '$1');
    if (!letters.startsWith('D') && letters !== 'UN') return 'taken';
    this.sink.sighting({
      task: { name: comm, pid },
      state: 'D',
      stack: [],
      ...(channel === undefined || /^[-0*?]$/.test(channel) ? {} : { channel }),
      line,
    });
    return 'taken';
  }

  finish(): void {}
}

const STACK_FRAME = /^\[<[0-9a-f]+>\] /;
const PROC_PATH = /\/proc\/(\d+)(?:\/task\/(\d+))?\/stack/;

/** /proc/PID/stack, possibly of several tasks, each after a line with its path. */
export class TaskStackBlock implements InputBlock {
  private readonly stack: Frame[] = [];

  constructor(
    private readonly sink: Sink,
    private readonly line: number,
    private readonly task: TaskName,
  ) {}

  take(text: string): LineOwner {
    if (!STACK_FRAME.test(text)) return 'ended';
    const frame = parseFrame(text.replace(/^\[<[0-9a-f]+>\] /, ' '));
    if (frame && this.stack.length < 64) this.stack.push(frame);
    return 'taken';
  }

  finish(): void {
    const { task, stack, line } = this;
    if (stack.length > 0) this.sink.sighting({ task, state: '', stack, line });
  }
}

const BARE_PID = /^\W*(?:[Pp][Ii][Dd]|[Tt]ask)?\W{0,3}(\d{1,7})\b\W*?(?:\(([\w/:.-]+)\)|[\w/:.-]+)?\W*$/;

/** The task in a line before a stack: in the file's path, or as what a script printed, with the name between brackets. */
export function ownerOfStack(text: string): TaskName | undefined {
  const path = PROC_PATH.exec(text);
  if (path) return { name: '', pid: Number(path[2] ?? path[1]) };
  const bare = text.length < 60 ? BARE_PID.exec(text) : null;
  return bare ? { name: bare[2] ?? '', pid: Number(bare[1]) } : undefined;
}

const GREPPED = /^\/proc\/(\d+)(?:\/task\/(\d+))?\/stack:(?:\d+:)?(\[<.*)$/;

export function greppedStack(text: string): { readonly pid: number; readonly text: string } | undefined {
  const match = GREPPED.exec(text);
  return match ? { pid: Number(match[2] ?? match[1]), text: match[3] ?? '' } : undefined;
}

export const isStackFrame = (text: string): boolean => STACK_FRAME.test(text);

/** An option line of a kernel configuration. */
const OPTION = /^(?:CONFIG_(\w+)=(\S+)|# CONFIG_(\w+) is not set)$/;

/** .config, or the content of /proc/config.gz. */
export class ConfigBlock implements InputBlock {
  private readonly options = new Map<string, string>();
  private seen = 0;

  constructor(
    private readonly sink: Sink,
    private readonly line: number,
    private readonly wanted: { readonly proving: string; readonly watching: readonly string[] },
  ) {}

  take(text: string): LineOwner {
    if (text === '' || text === '#' || text.startsWith('# ')) {
      const match = OPTION.exec(text);
      if (match) this.note(match[3] ?? '', 'n');
      return 'taken';
    }
    const match = OPTION.exec(text);
    if (!match) return 'ended';
    this.note(match[1] ?? '', match[2] ?? '');
    return 'taken';
  }

  private note(name: string, value: string): void {
    this.seen += 1;
    if (name === this.wanted.proving || this.wanted.watching.includes(name)) this.options.set(name, value);
  }

  finish(isCut: boolean): void {
    const { proving, watching } = this.wanted;
    const { line } = this;
    if (this.options.get(proving) === 'y') {
      this.sink.note({ says: 'proving', text: `CONFIG_${proving}=y`, line });
      return;
    }
    const watches = watching.filter((name) => this.options.get(name) === 'y');
    // A configuration that hides the option's menu does not name it.
    const whole = !isCut || this.options.has(proving);
    if (this.seen < 20 && !this.options.has(proving)) return;
    if (whole) {
      const only =
        watches.length > 0
          ? `; ${watches.map((name) => `CONFIG_${name}`).join(', ')} alone reports no inversion`
          : '';
      this.sink.note({ says: 'absent', text: `CONFIG_${proving} is not set${only}`, line });
    }
  }
}
