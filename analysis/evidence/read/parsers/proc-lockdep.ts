import type { InputBlock, LineOwner } from '../block.js';
import type { Sink } from '../sink.js';

const CLASS = /^([0-9a-f]{8,16}|\(\S+\))(?: OPS: *(\d+))?(?: FD: *\d+ BD: *\d+)?(?: ([-.+?]{4,6}))?: (.+)$/;
const AFTER = /^ -> \[[^\]]*\] (.+)$/;

/** /proc/lockdep: classes seen at run time, and those acquired directly under each. */
export class ClassesBlock implements InputBlock {
  private from = '';

  constructor(private readonly sink: Sink) {}

  take(text: string, line: number): LineOwner {
    if (text === '') {
      this.from = '';
      return 'taken';
    }
    const after = AFTER.exec(text);
    if (after) {
      if (this.from !== '') this.sink.dependency(this.from, after[1] ?? '', line);
      return 'taken';
    }
    const match = CLASS.exec(text);
    if (!match) return 'ended';
    this.from = match[4] ?? '';
    this.sink.lockClass({ name: this.from, usage: match[3] ?? '', operations: Number(match[2] ?? -1), line });
    return 'taken';
  }

  finish(): void {}
}

const CONTEXT = /^irq_context: (.+)$/;
const MEMBER = /^\[[^\]]*\] (.+)$/;
const MOST_HELD = 64;

/** /proc/lockdep_chains: held locks in order of acquisition, outermost first. */
export class ChainsBlock implements InputBlock {
  private readonly held: string[] = [];

  constructor(private readonly sink: Sink) {}

  take(text: string, line: number): LineOwner {
    if (text === '' || CONTEXT.test(text)) {
      this.held.length = 0;
      return 'taken';
    }
    const name = MEMBER.exec(text)?.[1];
    if (name === undefined) return 'ended';
    const before = this.held.at(-1);
    if (before !== undefined) this.sink.dependency(before, name, line);
    if (this.held.length < MOST_HELD) this.held.push(name);
    return 'taken';
  }

  finish(): void {}
}

const COUNT = /^ ([\w -]+): +(\d+)(?: \[max: (\d+)\])?/;
const FULL =
  /^(?:lock-classes|direct dependencies|dependency chains|dependency chain hlocks used|stack-trace entries)$/;

/** /proc/lockdep_stats: whether the validator still runs, and whether one of its tables is full. */
export class StatsBlock implements InputBlock {
  private proves = false;
  private debugs: boolean | undefined;
  private firstLine = 0;

  constructor(private readonly sink: Sink) {}

  take(text: string, line: number): LineOwner {
    if (text.trim() === '') return 'taken';
    const match = COUNT.exec(text);
    if (!match) return 'ended';
    if (this.firstLine === 0) this.firstLine = line;
    const [, label = '', value = '', most] = match;
    // Only a kernel with lock-order checking counts chains.
    if (label === 'dependency chains') this.proves = true;
    if (most !== undefined && FULL.test(label) && Number(value) >= Number(most)) {
      this.sink.note({ says: 'stopped', text: `${label}: ${value} of ${most} used`, line });
    }
    if (label === 'debug_locks') {
      this.debugs = value !== '0';
      if (!this.debugs) this.sink.note({ says: 'stopped', text: 'debug_locks: 0', line });
    }
    return 'taken';
  }

  finish(): void {
    if (this.proves) {
      this.sink.note({
        says: 'proving',
        text: 'lockdep_stats counts dependency chains',
        line: this.firstLine,
      });
    } else if (this.debugs !== undefined) {
      this.sink.note({
        says: 'present',
        text: 'lockdep_stats counts no dependency chains',
        line: this.firstLine,
      });
    }
  }
}

const STAT_ROW = /^\s*(.+?)(?:-[WR])?:\s+(\d+)\s+(\d+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)(?:\s+([\d.]+))?(.*)$/;
const STAT_POINT = /^\s*(.+?)\s+(\d+)\s+\[<\s*[0-9a-fx]+>\] (\S+)(?: \[\w+\])?$/;
const RULER = /^\s*[-.]{5,}\s*$/;

interface Row {
  name: string;
  contentions: number;
  acquisitions: number;
  waitTotal: number;
  waitMax: number;
  waiters: string[];
  line: number;
}

/** /proc/lock_stat: contention of each class, in microseconds. */
export class LockStatBlock implements InputBlock {
  private row: Row | undefined;
  private rulers = 0;

  constructor(private readonly sink: Sink) {}

  take(text: string, line: number): LineOwner {
    if (text.trim() === '' || RULER.test(text)) {
      if (text.includes('....')) this.flush();
      else if (text.includes('---')) this.rulers += 1;
      return 'taken';
    }
    if (text.startsWith('*WARNING* lock debugging disabled')) {
      this.sink.note({ says: 'stopped', text, line });
      return 'taken';
    }
    if (text.includes('class name')) return 'taken';
    const point = STAT_POINT.exec(text);
    if (point) {
      const name = (point[3] ?? '').split('+')[0] ?? '';
      // The functions that held the lock follow the second ruler.
      if (this.row && this.rulers === 1 && this.row.waiters.length < 16) this.row.waiters.push(name);
      return 'taken';
    }
    const match = STAT_ROW.exec(text);
    if (!match) return 'ended';
    const [, name = '', , contentions = '', , max = '', total = '', , rest = ''] = match;
    const acquisitions = Number(rest.trim().split(/\s+/)[1] ?? -1);
    if (this.row?.name === name) {
      // Sum readers and writers of one class.
      this.row.contentions += Number(contentions);
      this.row.acquisitions += Math.max(acquisitions, 0);
      this.row.waitTotal += Number(total);
      this.row.waitMax = Math.max(this.row.waitMax, Number(max));
      return 'taken';
    }
    this.flush();
    this.row = {
      name,
      contentions: Number(contentions),
      acquisitions: Number.isFinite(acquisitions) ? acquisitions : -1,
      waitTotal: Number(total),
      waitMax: Number(max),
      waiters: [],
      line,
    };
    return 'taken';
  }

  private flush(): void {
    if (this.row) this.sink.contended(this.row);
    this.row = undefined;
    this.rulers = 0;
  }

  finish(): void {
    this.flush();
  }
}
