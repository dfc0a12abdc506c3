import { closeSync, constants, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { EvidenceReader } from '../../analysis/evidence/read/reader.js';
import type { SourceEvidence } from '../../analysis/evidence/read/types.js';

/** Tables of /proc about locks, if the kernel was built with them. */
const TABLES = ['lockdep', 'lockdep_stats', 'lock_stat', 'interrupts', 'cmdline'] as const;
/** Maximum length of a /dev/kmsg record, as defined by the kernel. */
const RECORD_BYTES = 8192;
const MOST_RECORDS = 200_000;

export interface Live {
  readonly sources: readonly SourceEvidence[];
  /** What could not be read, and what would be needed. */
  readonly problems: readonly string[];
  /** How many tasks were looked at, and how many of them are in uninterruptible sleep. */
  readonly tasks: { readonly all: number; readonly waiting: number };
}

/** Where to read from a running kernel; another folder in tests. */
export interface LivePlaces {
  readonly proc: string;
  readonly log: string;
}

/**
 * Reads the state of the running kernel: tasks in uninterruptible sleep with their backtraces, its tables about locks,
 * its log. Changes nothing.
 */
export function readLive({ proc, log }: LivePlaces = { proc: '/proc', log: '/dev/kmsg' }): Live {
  const problems: string[] = [];
  const sources: SourceEvidence[] = [];
  const add = (name: string, text: string): void => {
    const reader = new EvidenceReader(name);
    reader.push(text);
    sources.push(reader.finish());
  };
  const { table, stacks, denied, all } = tasksOf(proc);
  if (table.length > 0)
    add(join(proc, 'PID'), `PID S WCHAN COMMAND\n${table.join('\n')}\n\n${stacks.join('\n')}\n`);
  if (denied > 0)
    problems.push(
      `the backtraces of ${denied} waiting task${denied === 1 ? '' : 's'} may only be read by root`,
    );
  for (const name of TABLES) {
    const path = join(proc, name);
    try {
      add(path, readFileSync(path, 'utf8'));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') problems.push(problemOf(path, error));
      else if (name === 'lockdep' && all > 0) sources.push(withoutValidator(path));
    }
  }
  try {
    add(log, recordsOf(log));
  } catch (error) {
    problems.push(problemOf(log, error));
  }
  return { sources, problems, tasks: { all, waiting: table.length } };
}

/** The evidence that a missing table is. */
function withoutValidator(path: string): SourceEvidence {
  const text = 'does not exist: this kernel was built without lockdep';
  return { ...new EvidenceReader(path).finish(), validator: [{ says: 'absent', text, line: 0 }] };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

const isDenied = (error: unknown): boolean => /^(?:EACCES|EPERM)$/.test(codeOf(error));
const problemOf = (path: string, error: unknown): string =>
  isDenied(error) ? `${path} may only be read by root` : `${path} cannot be read (${codeOf(error)})`;

/** Tasks in state D: a table line for each, in the format of `ps`, and their backtraces. */
function tasksOf(proc: string): {
  readonly table: readonly string[];
  readonly stacks: readonly string[];
  readonly denied: number;
  readonly all: number;
} {
  const table: string[] = [];
  const stacks: string[] = [];
  let denied = 0;
  let all = 0;
  for (const pid of numbersIn(proc)) {
    for (const task of numbersIn(join(proc, pid, 'task'))) {
      const folder = join(proc, pid, 'task', task);
      // A task may exit meanwhile.
      const stat = textOf(join(folder, 'stat'));
      // The name may contain blanks and brackets; the next field follows the last bracket.
      const end = stat.lastIndexOf(')');
      if (end >= 0) all += 1;
      if (end < 0 || !/^\) D\b/.test(stat.slice(end))) continue;
      const name = stat.slice(stat.indexOf('(') + 1, end).replace(/\s+/g, '_');
      const channel = textOf(join(folder, 'wchan')).trim();
      table.push(`${task} D ${channel === '' || channel === '0' ? '-' : channel} ${name}`);
      try {
        const stack = readFileSync(join(folder, 'stack'), 'utf8');
        stacks.push(`==> /proc/${pid}/task/${task}/stack <==`, stack);
      } catch (error) {
        if (isDenied(error)) denied += 1;
      }
    }
  }
  return { table, stacks, denied, all };
}

function numbersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** All records in the kernel's log, without waiting for new ones. */
function recordsOf(path: string): string {
  const device = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const records: string[] = [];
  const buffer = Buffer.alloc(RECORD_BYTES);
  try {
    while (records.length < MOST_RECORDS) {
      let length: number;
      try {
        length = readSync(device, buffer, 0, buffer.length, null);
      } catch (error) {
        // The oldest record was overwritten meanwhile; the next read returns its successor.
        if (codeOf(error) === 'EPIPE') continue;
        if (codeOf(error) === 'EAGAIN') break;
        throw error;
      }
      if (length === 0) break;
      records.push(buffer.toString('utf8', 0, length));
    }
  } finally {
    closeSync(device);
  }
  return records.join('');
}
