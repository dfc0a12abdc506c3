import type { Block, Taken } from '../block.js';
import type { Sink } from '../sink.js';

const UNIT: Readonly<Record<string, number>> = { s: 1e6, ms: 1e3, us: 1, ns: 1e-3 };
const TIME = String.raw`([\d.]+) (s|ms|us|ns)`;

function micros(value: string | undefined, unit: string | undefined): number {
  return Number(value ?? 0) * (UNIT[unit ?? 'us'] ?? 1);
}

export const isPerfReport = (text: string): boolean => /^\s*Name\s+acquired\s+contended\s+/.test(text);

const REPORT_ROW = new RegExp(
  String.raw`^\s*(.+?)\s+(\d+)\s+(\d+)\s+${TIME}\s+${TIME}\s+${TIME}(?:\s+${TIME})?\s*$`,
);
/** Older versions print plain numbers, nanoseconds by their header. */
const PLAIN_ROW = /^\s*(.+?)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*$/;

/** `perf lock report`: columns Name, acquired, contended, avg wait, total wait, max wait, min wait. */
export class PerfReportBlock implements Block {
  constructor(private readonly sink: Sink) {}

  take(text: string, line: number): Taken {
    if (text.trim() === '') return 'taken';
    const match = REPORT_ROW.exec(text);
    const plain = match ? null : PLAIN_ROW.exec(text);
    if (!match && !plain)
      return /^\s*===|^\s*(?:bad|acquire|acquired|contended|release): |^\s*bad rate/.test(text)
        ? 'taken'
        : 'ended';
    const [, name = '', acquired = '', contended = ''] = match ?? plain ?? [];
    this.sink.contended({
      name: name.trim(),
      contentions: Number(contended),
      acquisitions: Number(acquired),
      waitTotal: match ? micros(match[6], match[7]) : Number(plain?.[5]) / 1000,
      waitMax: match ? micros(match[8], match[9]) : Number(plain?.[6]) / 1000,
      waiters: [],
      line,
    });
    return 'taken';
  }

  finish(): void {}
}

export const isPerfContention = (text: string): boolean =>
  /^\s*contended\s+total wait\s+max wait\s+avg wait\s/.test(text);

const CONTENTION_ROW = new RegExp(String.raw`^\s*(\d+)\s+${TIME}\s+${TIME}\s+${TIME}\s+(.+?)\s*$`);
const CALL_STACK = /^\s+0x[0-9a-f]+\s+(\S+)/;

/** `perf lock contention`, with or without `-v`, `-t` and `-l`. */
export class PerfContentionBlock implements Block {
  private row:
    | {
        name: string;
        contentions: number;
        waitTotal: number;
        waitMax: number;
        waiters: string[];
        line: number;
      }
    | undefined;
  private readonly columns: readonly string[];

  constructor(
    private readonly sink: Sink,
    header: string,
  ) {
    this.columns = header
      .trim()
      .split(/\s{2,}/)
      .slice(4);
  }

  take(text: string, line: number): Taken {
    if (text.trim() === '') return 'taken';
    const stack = CALL_STACK.exec(text);
    if (stack) {
      const name = functionOf(stack[1] ?? '');
      if (this.row && this.row.waiters.length < 16 && name !== '') this.row.waiters.push(name);
      return 'taken';
    }
    const match = CONTENTION_ROW.exec(text);
    if (!match) return /^\s*===/.test(text) ? 'taken' : 'ended';
    this.flush();
    const [, count = '', total, totalUnit, max, maxUnit, , , rest = ''] = match;
    // `type caller`, `pid comm` or `address symbol`.
    const words = rest.split(/\s+/);
    const last = words.slice(1).join(' ');
    const hasCaller = this.columns.includes('caller');
    this.row = {
      name: hasCaller || last === '' ? rest.replace(/\s+/g, ' ') : last.replace(/ \(.*\)$/, ''),
      contentions: Number(count),
      waitTotal: micros(total, totalUnit),
      waitMax: micros(max, maxUnit),
      waiters: hasCaller ? [functionOf(last)] : [],
      line,
    };
    return 'taken';
  }

  private flush(): void {
    if (this.row) this.sink.contended({ ...this.row, acquisitions: -1 });
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
  /^\s*(.+?)[ -]+(\d+)(?:\/\d+)?\s+(?:\(\s*[-\d]+\)\s+)?\[(\d+)\]\s+(?:\S{4,6}\s+)?([\d.]+):\s+(?:lock:)?(lock_acquire|lock_acquired|lock_contended|lock_release|contention_begin|contention_end): (.*)$/;
const LOCK_ARGUMENT = /^(?:0x)?[0-9a-f]+ (try )?(?:read )?(.+?)(?: \(.*\))?$/;
const SCRIPT_FRAME = /^\s+[0-9a-f]+ (\S+?)(?:\+0x[0-9a-f]+)?(?: \(.*\))$/;

export const isTrace = (text: string): boolean =>
  (text.includes('lock_') || text.includes('contention_')) && TRACE.test(text);

const MOST_TASKS = 4096;
const MOST_HELD = 48;

/** `perf script` and ftrace: lock events. What a task acquires before it releases another is a dependency. */
export class TraceBlock implements Block {
  private readonly held = new Map<string, string[]>();
  private readonly contended = new Map<string, number>();
  private firstLine = 0;

  constructor(private readonly sink: Sink) {}

  take(text: string, line: number): Taken {
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
    // Who only tries waits for nobody.
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
