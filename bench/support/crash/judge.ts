import { joinEvidence } from '../../../analysis/evidence/join/join.js';
import { parseEvidence } from '../../../analysis/evidence/read/reader.js';
import type { Models } from '../../../analysis/models/types.js';
import type { CrashLog } from './log.js';

export interface Judgement {
  readonly read: boolean;
  readonly kind: boolean;
  readonly function: boolean;
  readonly locks: boolean;
  /** The number of waits with the right holder, and of all waits. */
  readonly holders: readonly [number, number];
  /** Reported circular waits that do not exist, and reports in logs without any about locks. */
  readonly invented: number;
  readonly words: string;
}

/** Compares what is read from a generated log with the data it was generated from. */
export function judge({ text, report }: CrashLog, models: Models): Judgement {
  const source = parseEvidence('log', [text]);
  const evidence = joinEvidence([source], models);
  const { events, waits, cycles } = evidence;
  if (!report) {
    const invented = events.length + waits.length + cycles.length + source.held.length;
    const words = events.map(({ kind, event }) => `${kind} ${event.headline}`).join('; ');
    return { read: true, kind: true, function: true, locks: true, holders: [0, 0], invented, words };
  }
  const own = events.filter(({ kind }) => kind === report.kind);
  const [first] = own;
  const told = new Set(own.flatMap(({ subject }) => subject?.function ?? []));
  const mentions = new Set(
    own.flatMap(({ locks }) =>
      locks.flatMap(({ role, name, where }) => [
        `${role} ${name}`,
        `${role} ${name} ${where?.function ?? ''}`,
      ]),
    ),
  );
  const missing = report.locks.filter((lock) => !mentions.has(lock));
  let right = 0;
  const wrong: string[] = [];
  for (const [pid, holder] of report.waits ?? []) {
    const found = waits.filter(({ task }) => task.endsWith(`/${pid}`));
    const holders = new Set(found.map(({ heldBy }) => heldBy.slice(heldBy.lastIndexOf('/') + 1)));
    const isRight = found.length > 0 && holders.size === 1 && holders.has(holder < 0 ? '' : String(holder));
    if (isRight) right += 1;
    else wrong.push(`${pid} -> ${[...holders].join(',') || 'no wait'} instead of ${holder}`);
  }
  const isExtra = report.kind !== 'hung-task' && events.length > own.length;
  return {
    read: first !== undefined,
    kind: first !== undefined && !isExtra,
    function: told.has(report.function),
    locks: missing.length === 0,
    holders: [right, report.waits?.size ?? 0],
    invented: cycles.length,
    words: [
      ...(first ? [] : [`events: ${events.map(({ kind }) => kind).join(' ')}`]),
      ...(isExtra
        ? [`also: ${events.map(({ kind, event }) => `${kind} ${event.headline}`).join('; ')}`]
        : []),
      ...(told.has(report.function) ? [] : [`function ${[...told].join(',')} instead of ${report.function}`]),
      ...missing.map((lock) => `no ${lock}`),
      ...wrong,
    ].join('; '),
  };
}
