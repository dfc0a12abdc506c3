import type { InputBlock, LineOwner } from '../block.js';
import type { Sink } from '../sink.js';
import type { Contention } from '../types.js';

const UNIT: Readonly<Record<string, number>> = { h: 3.6e9, m: 6e7, s: 1e6, ms: 1e3, us: 1, ns: 1e-3 };
const COUNT = String.raw`(\d+)`;
/** A time; versions before 5.19 print plain nanoseconds. */
const TIME = String.raw`(\d+(?:\.\d+)?(?: (?:h|m|s|ms|us|ns)\b ?)?)`;

/** Microseconds of `12.50 ms`, or of a number of nanoseconds without a unit. */
function micros(text: string | undefined): number {
  const [value = '0', unit = 'ns'] = (text ?? '').trim().split(/\s+/);
  return Number(value) * (UNIT[unit] ?? 1e-3);
}

/** Columns that `-k` and `-F` select, in any order; all but the counts are times. */
const COLUMN = /(?:acquired|contended|(?:avg|total|max|min) wait)(?: ?\(ns\))?/g;
const columnsOf = (header: string): string[] =>
  (header.match(COLUMN) ?? []).map((name) => name.replace(/ ?\(ns\)$/, ''));
const rowOf = (columns: readonly string[]): string =>
  columns.map((name) => (/acquired|contended/.test(name) ? COUNT : TIME)).join(String.raw`\s+`);

/** The figures in a row of the given columns. */
function figures(
  columns: readonly string[],
  cells: readonly (string | undefined)[],
): Pick<Contention, 'contentions' | 'acquisitions' | 'waitTotal' | 'waitMax'> {
  const at = (name: string): string | undefined => {
    const index = columns.indexOf(name);
    return index < 0 ? undefined : cells[index];
  };
  const contentions = Number(at('contended') ?? 0);
  const average = micros(at('avg wait'));
  return {
    contentions,
    acquisitions: Number(at('acquired') ?? -1),
    waitTotal: at('total wait') === undefined ? average * contentions : micros(at('total wait')),
    waitMax: at('max wait') === undefined ? average : micros(at('max wait')),
  };
}

export const isPerfReport = (text: string): boolean => /^\s*Name\s/.test(text) && columnsOf(text).length > 0;

/** `perf lock report`: the name, cut to 20 characters, and the selected columns. */
export class PerfReportBlock implements InputBlock {
  private readonly columns: readonly string[];
  private readonly row: RegExp;

  constructor(
    private readonly sink: Sink,
    header: string,
  ) {
    this.columns = columnsOf(header);
    this.row = new RegExp(String.raw`^\s*(\S.*?)\s+${rowOf(this.columns)}\s*$`);
  }

  take(text: string, line: number): LineOwner {
    if (text.trim() === '') return 'taken';
    const match = this.row.exec(text);
    if (!match) return OVER.test(text) ? 'taken' : 'ended';
    const [, name = '', ...cells] = match;
    this.sink.contended({ name: name.trim(), ...figures(this.columns, cells), waiters: [], line });
    return 'taken';
  }

  finish(): void {}
}

const OVER =
  /^\s*===|^\s*(?:bad|acquire|acquired|contended|release|task|stack|time|data|total): |^\s*(?:bad rate|histogram)/;
const CSV_HEADER = /^# output: (.*)$/;

export const isPerfContention = (text: string): boolean =>
  CSV_HEADER.test(text)
    ? columnsOf(text).length > 0
    : /^\s*(?:contended|total wait|max wait|avg wait|min wait)\s/.test(text) &&
      columnsOf(text).length > 1 &&
      /(?:caller|comm|owner|symbol|cgroup)\s*$/.test(text);

const OWNERS = /^(?:\s*===|#) owner stack trace/;
const CALL_STACK = /^\s+0x[0-9a-f]+\s+(\S+)/;

/**
 * `perf lock contention`: rows by caller; with `-t` by task, with `-l` by lock address, with `-g` by control group,
 * with `-o` by the task that held the lock. Also as comma-separated values.
 */
export class PerfContentionBlock implements InputBlock {
  /** Whether the rows are the backtraces of holders, which `-v` with `-o` appends. */
  private areOwners = false;
  private row: (Omit<Contention, 'waiters'> & { waiters: string[] }) | undefined;
  private readonly columns: readonly string[];
  private readonly pattern: RegExp | undefined;
  private readonly separator: string;
  private readonly by: 'caller' | 'task' | 'owner' | 'lock' | 'cgroup';

  constructor(
    private readonly sink: Sink,
    header: string,
  ) {
    this.columns = columnsOf(header);
    this.by = /owner\s*$/.test(header)
      ? 'owner'
      : /comm\s*$/.test(header)
        ? 'task'
        : /symbol/.test(header)
          ? 'lock'
          : /cgroup\s*$/.test(header)
            ? 'cgroup'
            : 'caller';
    const csv = CSV_HEADER.exec(header)?.[1];
    this.separator = csv === undefined ? '' : (/(\W)\s/.exec(csv.replace(COLUMN, ''))?.[1] ?? ',');
    this.pattern =
      csv === undefined ? new RegExp(String.raw`^\s*${rowOf(this.columns)}\s+(\S.*?)\s*$`) : undefined;
  }

  take(text: string, line: number): LineOwner {
    if (text.trim() === '') return 'taken';
    if (OWNERS.test(text)) {
      this.areOwners = true;
      return 'taken';
    }
    const stack = CALL_STACK.exec(text);
    if (stack && this.row) {
      const name = functionOf(stack[1] ?? '');
      if (this.row.waiters.length < 16 && name !== '') this.row.waiters.push(name);
      return 'taken';
    }
    if (!this.pattern) return this.values(text, line);
    const match = this.pattern.exec(text);
    if (!match) return OVER.test(text) ? 'taken' : 'ended';
    const cells = match.slice(1, -1);
    this.begin(cells, match.at(-1) ?? '', line);
    return 'taken';
  }

  private values(text: string, line: number): LineOwner {
    if (text.startsWith('#')) return 'taken';
    const cells = text.split(this.separator).map((cell) => cell.trim());
    if (cells.length <= this.columns.length || !/^\d+$/.test(cells[0] ?? '')) return 'ended';
    this.begin(cells.slice(0, this.columns.length), cells.slice(this.columns.length).join(' '), line);
    return 'taken';
  }

  private begin(cells: readonly string[], rest: string, line: number): void {
    this.flush();
    const { acquisitions, ...numbers } = figures(this.columns, cells);
    const words = rest.split(/\s+/);
    const [first = ''] = words;
    const last = words.slice(1).join(' ');
    const base = { ...numbers, acquisitions, line };
    switch (this.by) {
      // `type caller`
      case 'caller': {
        const caller = functionOf(words[1] ?? '');
        this.row = this.areOwners
          ? { ...base, name: `${caller}()`, by: 'owner', waiters: [] }
          : { ...base, name: words.slice(0, 2).join(' '), by: 'caller', waiters: [caller] };
        return;
      }
      // `pid comm`
      case 'task':
      case 'owner':
        this.row = { ...base, name: `${last === '' ? 'Unknown' : last}/${first}`, by: this.by, waiters: [] };
        return;
      // `address symbol (type)`, without a symbol if the lock is no variable
      case 'lock': {
        const type =
          /\((\w[\w-]*)\)$|(?:^|\s)(spinlock|rwlock|mutex|rwsem|rtmutex|percpu-rwsem|semaphore)$/.exec(last);
        const symbol = last.replace(/\s*\([\w-]*\)$/, '').trim();
        const name =
          symbol === '' || symbol === (type?.[2] ?? '')
            ? `the ${type?.[1] ?? type?.[2] ?? 'lock'} at ${first}`
            : (symbol.split(' ')[0] ?? symbol);
        this.row = { ...base, name, by: 'lock', waiters: [] };
        return;
      }
      case 'cgroup':
        this.row = { ...base, name: rest, by: 'cgroup', waiters: [] };
    }
  }

  private flush(): void {
    if (this.row) this.sink.contended(this.row);
    this.row = undefined;
  }

  finish(): void {
    this.flush();
  }
}

function functionOf(symbol: string): string {
  return symbol.split('+')[0] ?? '';
}

const TRACE =
  /^\s*(.+?)[ -]+(\d+)(?:\/\d+)?\s+(?:\(\s*[-\d]+\)\s+)?\[(\d+)\]\s+(?:\S{4,6}\s+)?([\d.]+):\s+(?:lock:)?(lock_acquire|lock_acquired|lock_contended|lock_release|contention_begin|contention_end): +(.*)$/;
const LOCK_ARGUMENT = /^(?:0x)?[0-9a-f]+ (try )?(?:read )?(.+?)(?: \(.*\))?$/;
const SCRIPT_FRAME = /^\s+[0-9a-f]+ (\S+?)(?:\+0x[0-9a-f]+)?(?: \(.*\))$/;

export const isTrace = (text: string): boolean =>
  (text.includes('lock_') || text.includes('contention_')) && TRACE.test(text);

const MAP_STACK = /^@\w*\[(?:[^\]]*,)?\s*$/;
const MAP_FRAME = /^\s+([A-Za-z_][\w.$]*)\+(?:0x[0-9a-f]+|\d+)(?: \[\w+\])?\s*$/;
const MAP_END = /^(.*)\]: (\d+)\s*$/;
/** The probe itself, on top of each stack. */
const PROBE = /^__traceiter_(?:contention_begin|lock_contended)$/;

export const isMapOfStacks = (text: string): boolean => MAP_STACK.test(text);

/** bpftrace: how often each stack began to wait for a lock. Maps of other stacks say nothing about locks. */
export class MapOfStacksBlock implements InputBlock {
  private frames: string[] = [];

  constructor(
    private readonly sink: Sink,
    private readonly line: number,
  ) {}

  take(text: string): LineOwner {
    if (MAP_STACK.test(text)) {
      this.frames = [];
      return 'taken';
    }
    const frame = MAP_FRAME.exec(text);
    if (frame) {
      if (this.frames.length < MOST_HELD) this.frames.push(frame[1] ?? '');
      return 'taken';
    }
    const end = MAP_END.exec(text);
    if (!end) return text.trim() === '' ? 'taken' : 'ended';
    const [probe = '', name = '', ...waiters] = this.frames;
    const none = { acquisitions: -1, waitTotal: 0, waitMax: 0 };
    if (PROBE.test(probe) && name !== '')
      this.sink.contended({ name, contentions: Number(end[2]), ...none, waiters, line: this.line });
    this.frames = [];
    return 'taken';
  }

  finish(): void {}
}

const MOST_TASKS = 4096;
const MOST_HELD = 48;

/** `perf script` and ftrace: lock events. An acquisition before the release of another lock is a dependency. */
export class TraceBlock implements InputBlock {
  private readonly held = new Map<string, string[]>();
  private readonly contended = new Map<string, number>();
  private firstLine = 0;

  constructor(private readonly sink: Sink) {}

  take(text: string, line: number): LineOwner {
    if (text.trim() === '' || text.startsWith('#')) return 'taken';
    const frame = SCRIPT_FRAME.exec(text);
    if (frame) {
      this.sink.ran(frame[1] ?? '');
      return 'taken';
    }
    const match = TRACE.exec(text);
    if (!match) return 'foreign';
    if (this.firstLine === 0) this.firstLine = line;
    const [, comm = '', pid = '', , , event = '', rest = ''] = match;
    const [, tries, name = ''] = LOCK_ARGUMENT.exec(rest) ?? [];
    if (name === '' || event.startsWith('contention')) return 'taken';
    this.step(`${comm}/${pid}`, event, name, tries !== undefined, line);
    return 'taken';
  }

  private step(task: string, event: string, name: string, tries: boolean, line: number): void {
    if (event === 'lock_contended') this.contended.set(name, (this.contended.get(name) ?? 0) + 1);
    const held = this.held.get(task) ?? [];
    if (event === 'lock_release') {
      const at = held.lastIndexOf(name);
      if (at >= 0) held.splice(at, 1);
      return;
    }
    if (event !== 'lock_acquire') return;
    const before = held.at(-1);
    // A trylock waits for no holder.
    if (before !== undefined && !tries) this.sink.dependency(before, name, line);
    if (held.length < MOST_HELD) held.push(name);
    if (this.held.size < MOST_TASKS) this.held.set(task, held);
  }

  finish(): void {
    for (const [name, contentions] of this.contended) {
      const none = { acquisitions: -1, waitTotal: 0, waitMax: 0, waiters: [] };
      this.sink.contended({ name, contentions, ...none, line: this.firstLine });
    }
  }
}
