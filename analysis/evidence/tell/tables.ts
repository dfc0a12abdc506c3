import type { Evidence, JoinedContention, JoinedInterrupt } from '../join/joined.js';
import { countOf, numberedLines } from '../join/interrupts.js';
import type { Contention, HeldList } from '../read/types.js';
import { placeText } from './places.js';

const MOST_ROWS = 10;

/** A time in a readable unit. */
function timeText(micros: number): string {
  if (micros >= 1e6) return `${(micros / 1e6).toFixed(2)} s`;
  if (micros >= 1000) return `${(micros / 1000).toFixed(2)} ms`;
  return micros >= 1 ? `${micros.toFixed(2)} µs` : `${Math.round(micros * 1000)} ns`;
}

/** `4 waits, 1.20 s in all, 600.00 ms the longest`. */
export function waitedText({ contentions, waitTotal, waitMax }: Contention): string {
  const longest = contentions > 1 && waitMax > 0 ? `, ${timeText(waitMax)} the longest` : '';
  return `${contentions} ${contentions === 1 ? 'wait' : 'waits'}${waitTotal > 0 ? `, ${timeText(waitTotal)} in all` : ''}${longest}`;
}

/** The most contended locks by total wait time, with their classes in the source. */
export function contentionText({ contention }: Evidence): string {
  if (contention.length === 0) return '';
  const lines = contention.slice(0, MOST_ROWS).flatMap((joined) => {
    const { findings } = joined;
    const text = rowText(joined);
    return findings.length === 0
      ? [text]
      : [text, `    findings that involve it: ${findings.slice(0, 4).join(', ')}`];
  });
  const more = contention.length > MOST_ROWS ? [`  and ${contention.length - MOST_ROWS} more`] : [];
  return `${['Contended locks, longest waits first:', ...lines, ...more].join('\n')}\n`;
}

/** The lock as the profile identifies it: its name or class, otherwise its kind and the function that waited. */
export function contendedText({ row, class: id, waiter }: JoinedContention): string {
  if (row.by === 'caller') {
    const [type = 'lock'] = row.name.split(' ');
    const where = waiter === undefined ? ' (the profile names no caller)' : ` in ${waiter}`;
    return `${id ?? aKind(type)}${where}`;
  }
  return id === undefined || id === row.name ? row.name : `${id} (${row.name})`;
}

/** `a spinlock`, `an rwlock for writing`. */
function aKind(type: string): string {
  const [kind = type, side] = type.split(':');
  const article = /^(?:[aeio]|r[wt])/.test(kind) ? 'an' : 'a';
  return `${article} ${kind}${side === 'R' ? ' for reading' : side === 'W' ? ' for writing' : ''}`;
}

function rowText(joined: JoinedContention): string {
  const { row } = joined;
  const figures = waitedText(row);
  if (row.by === 'task') return `  ${row.name}, as waiter: ${figures}`;
  if (row.by === 'owner') return `  ${row.name}, as holder: ${figures.replace(/waits?/, '$& of others')}`;
  if (row.by === 'cgroup') return `  group ${row.name}: ${figures}`;
  const by =
    row.by === 'caller' || row.waiters.length === 0 ? '' : `, in ${row.waiters.slice(0, 3).join(', ')}`;
  return `  ${contendedText(joined)}: ${figures}${by}`;
}

/** Number of handlers shown per line. */
const MOST_HANDLERS = 4;

/**
 * Interrupt lines shared by several handlers, and a line that gets nearly all interrupts, with the locks their handlers
 * take.
 */
export function interruptsText({ sources, interrupts }: Evidence): string {
  const rows = numberedLines(sources);
  const all = rows.reduce((sum, row) => sum + countOf(row), 0);
  const lines = interrupts.flatMap((line) => {
    const ids = [...new Set(line.handlers.flatMap(({ findings }) => findings))];
    const about = ids.length === 0 ? [] : [`    findings that involve it: ${ids.slice(0, 4).join(', ')}`];
    return [`  ${interruptText(line)}`, ...about];
  });
  const [busiest] = [...rows].sort((a, b) => countOf(b) - countOf(a));
  if (lines.length === 0 && busiest && all > 0)
    lines.push(
      `  no line is shared; the busiest is ${busiest.name} (${busiest.actions.join(', ') || 'no handler'}), ${countOf(busiest)} of ${all}`,
    );
  return lines.length === 0 ? '' : `${['Interrupts:', ...lines].join('\n')}\n`;
}

/** One interrupt line as a sentence: the problem, and the locks that its handlers take. */
export function interruptText({ row, trouble, count, all, isRecent, handlers }: JoinedInterrupt): string {
  const what = row.actions.length === 0 ? 'no handler' : row.actions.join(', ');
  const text =
    trouble === 'storm'
      ? `${row.name} (${what}) took ${Math.round((100 * count) / all)} % of all ${all} interrupts ${isRecent ? 'between the two tables: an interrupt storm' : 'since boot: an interrupt storm, or simply the busiest device; compare with /proc/interrupts ten seconds later'}`
      : `${row.name} is shared by ${what}: each handler runs whenever one of the devices interrupts`;
  const taking = handlers.filter(({ locks }) => locks.length > 0);
  const told = (taking.length > 0 ? taking : handlers).slice(0, MOST_HANDLERS).map(({ where, locks }) => {
    const more = locks.length > MOST_HANDLERS ? ` and ${locks.length - MOST_HANDLERS} more` : '';
    const names = locks.length === 0 ? 'no lock' : `${locks.slice(0, MOST_HANDLERS).join(', ')}${more}`;
    return `${placeText(where)} takes ${names}`;
  });
  return [text, ...told].join('; ');
}

/** A lock in lists of held locks, with the tasks that list it. */
interface Listed {
  readonly name: string;
  readonly tasks: readonly string[];
}

/** Locks in the lists outside reports; those that most tasks list come first. */
export function listedLocks({ sources, shownOf }: Evidence): readonly Listed[] {
  const found = new Map<string, { readonly name: string; readonly tasks: Set<string> }>();
  const lists = sources.flatMap(({ held }) => held.filter(({ isWhole }: HeldList) => isWhole !== undefined));
  for (const { task, locks } of lists) {
    for (const { name, instance } of locks) {
      if (name === '') continue;
      const key = instance === '' ? name : instance;
      const known = found.get(key) ?? { name: shownOf(name), tasks: new Set<string>() };
      found.set(key, known);
      known.tasks.add(`${task.name}/${task.pid}`);
    }
  }
  return [...found.values()]
    .map(({ name, tasks }) => ({ name, tasks: [...tasks] }))
    .sort((a, b) => b.tasks.length - a.tasks.length);
}

/** The lists as text, shown if no task is known to wait: they are the only evidence then. */
export function heldText(evidence: Evidence): string {
  const listed = evidence.waits.length > 0 ? [] : listedLocks(evidence);
  if (listed.length === 0) return '';
  const lines = listed.slice(0, MOST_ROWS).map(({ name, tasks }) => {
    const names = tasks.slice(0, 4).join(', ');
    const more = tasks.length > 4 ? ` and ${tasks.length - 4} more` : '';
    return tasks.length === 1
      ? `  ${name}: ${names}`
      : `  ${name}: in the lists of ${names}${more}; one of them holds it and the others wait, unless all are readers`;
  });
  const more = listed.length > MOST_ROWS ? [`  and ${listed.length - MOST_ROWS} more`] : [];
  return `${['Locks held or waited for, according to the lists of held locks:', ...lines, ...more].join('\n')}\n`;
}
