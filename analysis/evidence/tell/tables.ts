import type { Evidence } from '../join/joined.js';
import type { Contention, HeldList } from '../read/types.js';

const MOST_ROWS = 10;
const ms = (micros: number): string =>
  micros >= 1e6 ? `${(micros / 1e6).toFixed(2)} s` : `${(micros / 1000).toFixed(2)} ms`;

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
const waited = ({ waitTotal, waitMax }: Contention): string =>
  waitTotal > 0 ? `: ${ms(waitTotal)} in all, ${ms(waitMax)} at most` : '';

/** Locks that were fought for most, by total time waited; which class of the source they are. */
export function contentionText({ contention }: Evidence): string {
  if (contention.length === 0) return '';
  const lines = contention.slice(0, MOST_ROWS).flatMap(({ row, class: id, findings }) => {
    const text = rowText(row, id);
    return findings.length === 0
      ? [text]
      : [text, `    findings about it: ${findings.slice(0, 4).join(', ')}`];
  });
  const more = contention.length > MOST_ROWS ? [`  and ${contention.length - MOST_ROWS} more`] : [];
  return `${['Locks that were fought for, longest waits first:', ...lines, ...more].join('\n')}\n`;
}

function rowText(row: Contention, id: string | undefined): string {
  const figures = `${times(row.contentions)}${waited(row)}`;
  if (row.by === 'task') return `  ${row.name} waited ${figures}`;
  if (row.by === 'owner') return `  ${row.name} made others wait ${figures}`;
  if (row.by === 'cgroup') return `  the group ${row.name} waited ${figures}`;
  const name = id === undefined || id === row.name ? row.name : `${id} (${row.name})`;
  const by =
    row.by === 'caller' || row.waiters.length === 0 ? '' : `, in ${row.waiters.slice(0, 3).join(', ')}`;
  return `  ${name} was waited for ${figures}${by}`;
}

/** One line with more than this share of all interrupts, and at least so many, is a storm. */
const STORM_SHARE = 0.9;
const STORM_COUNT = 1_000_000;

/** Interrupt lines that several handlers share, and one that takes nearly all interrupts. */
export function interruptsText({ sources }: Evidence): string {
  const rows = sources.flatMap(({ interrupts }) => interrupts).filter(({ name }) => /^\d+$/.test(name));
  if (rows.length === 0) return '';
  const total = (perCpu: readonly number[]): number => perCpu.reduce((sum, count) => sum + count, 0);
  const all = rows.reduce((sum, { perCpu }) => sum + total(perCpu), 0);
  const lines: string[] = [];
  for (const { name, actions, perCpu } of rows) {
    const count = total(perCpu);
    const what = actions.length === 0 ? 'no handler' : actions.join(', ');
    if (count >= STORM_COUNT && count > all * STORM_SHARE)
      lines.push(
        `  ${name} (${what}) took ${Math.round((100 * count) / all)} % of all ${all} interrupts: a storm, or a very busy device`,
      );
    else if (actions.length > 1)
      lines.push(`  ${name} is shared by ${what}: each handler runs whenever one of the devices interrupts`);
  }
  const [busiest] = [...rows].sort((a, b) => total(b.perCpu) - total(a.perCpu));
  if (lines.length === 0 && busiest && all > 0)
    lines.push(
      `  no line is shared; the busiest is ${busiest.name} (${busiest.actions.join(', ') || 'no handler'}), ${total(busiest.perCpu)} of ${all}`,
    );
  return lines.length === 0 ? '' : `${['Interrupts:', ...lines].join('\n')}\n`;
}

/** A lock that lists of held locks name, with the tasks in whose lists it stands. */
interface Listed {
  readonly name: string;
  readonly tasks: readonly string[];
}

/** Locks of the lists outside reports, those first that most tasks list. */
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

/** Told where no task is known to wait: the lists are then all that there is. */
export function heldText(evidence: Evidence): string {
  const listed = evidence.waits.length > 0 ? [] : listedLocks(evidence);
  if (listed.length === 0) return '';
  const lines = listed.slice(0, MOST_ROWS).map(({ name, tasks }) => {
    const names = tasks.slice(0, 4).join(', ');
    const more = tasks.length > 4 ? ` and ${tasks.length - 4} more` : '';
    return tasks.length === 1
      ? `  ${name}: ${names}`
      : `  ${name}: in the lists of ${names}${more}; readers apart, one of them holds it and the others wait`;
  });
  const more = listed.length > MOST_ROWS ? [`  and ${listed.length - MOST_ROWS} more`] : [];
  return `${['Locks held, or waited for, by the lists:', ...lines, ...more].join('\n')}\n`;
}
