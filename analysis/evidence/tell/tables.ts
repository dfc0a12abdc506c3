import type { Evidence } from '../join/joined.js';

const MOST_ROWS = 10;
const ms = (micros: number): string =>
  micros >= 1e6 ? `${(micros / 1e6).toFixed(2)} s` : `${(micros / 1000).toFixed(2)} ms`;

/** Locks that were fought for most, by total time waited; which class of the source they are. */
export function contentionText({ sources, shownOf }: Evidence): string {
  const rows = sources
    .flatMap(({ contention }) => contention)
    .filter(({ contentions, waitTotal }) => contentions > 0 || waitTotal > 0)
    .sort((a, b) => b.waitTotal - a.waitTotal || b.contentions - a.contentions);
  if (rows.length === 0) return '';
  const lines = rows.slice(0, MOST_ROWS).map((row) => {
    const shown = shownOf(row.name);
    const name = shown === row.name ? row.name : `${shown} (${row.name})`;
    const by = row.waiters.length === 0 ? '' : `, in ${row.waiters.slice(0, 3).join(', ')}`;
    const times = row.contentions === 1 ? 'once' : `${row.contentions} times`;
    const wait = row.waitTotal > 0 ? `: ${ms(row.waitTotal)} in all, ${ms(row.waitMax)} at most` : '';
    return `  ${name} was waited for ${times}${wait}${by}`;
  });
  const more = rows.length > MOST_ROWS ? [`  and ${rows.length - MOST_ROWS} more`] : [];
  return `${['Locks that were fought for, longest waits first:', ...lines, ...more].join('\n')}\n`;
}
