import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { joinEvidence } from '../../../analysis/evidence/join/join.js';
import { parseEvidence } from '../../../analysis/evidence/read/reader.js';
import type { Models } from '../../../analysis/models/types.js';
import { ROOT } from '../../support/root.js';

/** One log written by hand after the sources that print it, and what is expected of it. */
export interface HeardLog {
  readonly name: string;
  /** Lines such as `report circular loom_shuttle`, written before the log was read for the first time. */
  readonly expected: readonly string[];
  readonly text: string;
}

const FOLDER = join(ROOT, 'test/unit/evidence/heard');

/** All logs of a folder: `=== name`, the expectations, `---`, and the log. */
export function heardLogs(): readonly HeardLog[] {
  return readdirSync(FOLDER).flatMap((file) =>
    readFileSync(join(FOLDER, file), 'utf8')
      .split(/^=== /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n---\n');
        const [name = '', ...expected] = part.slice(0, end).split('\n');
        const text = part.slice(end + 5);
        const words = expected.filter((line) => line !== 'crlf' && line !== 'latin1');
        return {
          name: `${file.replace('.txt', '')}: ${name}`,
          expected: words,
          text: expected.includes('crlf')
            ? text.replaceAll('\n', '\r\n')
            : expected.includes('latin1')
              ? unescaped(text)
              : text,
        };
      }),
  );
}

/** Bytes that are not UTF-8 arrive as the replacement character. */
const unescaped = (text: string): string =>
  text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code >= 0x80 ? '\uFFFD' : String.fromCharCode(code);
  });

/** What is wrong in the reading of a log; empty if it is as expected. */
export function misheard({ expected, text }: HeardLog, models: Models): readonly string[] {
  const source = parseEvidence('log', [text]);
  const evidence = joinEvidence([source], models);
  const { events, waits, cycles } = evidence;
  const wrong: string[] = [];
  const reports = events.map(({ kind, subject }) => `report ${kind} ${subject?.function ?? ''}`.trim());
  const wanted = expected.filter((line) => line.startsWith('report '));
  if (reports.join('; ') !== wanted.join('; '))
    wrong.push(`${reports.join('; ') || 'no report'} instead of ${wanted.join('; ') || 'none'}`);
  const mentions = new Set(
    events.flatMap(({ locks }) =>
      locks.flatMap(({ role, name, where }) => [
        `lock ${role} ${name}`,
        `lock ${role} ${name} ${where?.function ?? ''}`,
      ]),
    ),
  );
  for (const line of expected) {
    const word = line.split(' ')[0] ?? '';
    const [, one = '', two = '', three = ''] =
      /^wait (PID \d+|\S+) (.*) (\S+)$/.exec(line) ?? /^\S+ (.*)$/.exec(line) ?? [];
    const waiting = waits.map(({ task, for: what, where, heldBy }) => ({
      task,
      what: `${what} ${where?.function ?? ''}`,
      heldBy,
    }));
    const told = waiting.map(({ task, what, heldBy }) => `${task} ${what} ${heldBy}`).join('; ');
    const isWait = waiting.some(
      ({ task, what, heldBy }) =>
        task === one &&
        (two === '?' || what.toLowerCase().includes(two.toLowerCase())) &&
        heldBy === (three === '-' ? '' : three),
    );
    if (word === 'lock' && !mentions.has(line)) wrong.push(`no ${line} in ${[...mentions].join(', ')}`);
    if (word === 'wait' && !isWait) wrong.push(`no ${line} in ${told}`);
    if (word === 'circle' && cycles.length > 0 !== (one === 'yes')) wrong.push(`circles: ${cycles.length}`);
    if (
      word === 'contention' &&
      !evidence.contention.some(({ row, waiter }) => `${row.name} ${waiter ?? ''}`.includes(one))
    )
      wrong.push(`no ${line}`);
    if (word === 'says' && !events.some(({ cause }) => cause.includes(one)))
      wrong.push(`no ${line} in ${events.map(({ cause }) => cause).join('; ')}`);
    if (word === 'interrupts' && !source.interrupts.some(({ actions }) => actions.includes(one)))
      wrong.push(`no ${line}`);
    if (word === 'waits' && waits.length > 0) wrong.push(`waits: ${told}`);
    if (word === 'none' && waits.length + source.held.length + cycles.length > 0)
      wrong.push(`waits: ${told}`);
  }
  return wrong;
}
