import { visible } from '../analysis/base/visible.js';
import type { ScanStats } from '../analysis/report/schema.js';
import type { Session, Shown } from './session.js';

/** What `--stats` adds: counts, and the only times and memory that any output has. */
export function statsOf({ root, project, snapshot, times }: Session<Shown>): ScanStats {
  const usage = process.resourceUsage();
  const { gaps, ...counts } = snapshot.counts();
  return {
    root,
    ...counts,
    gaps: { ...gaps },
    ms: {
      read: Math.round(project.times.read),
      outline: Math.round(project.times.outline),
      parse: Math.round(project.times.parse),
      link: Math.round(project.times.link + times.link),
      check: Math.round(times.check),
      total: Math.round(times.total),
    },
    cpuMs: Math.round((usage.userCPUTime + usage.systemCPUTime) / 1000),
    rssMb: Math.round(usage.maxRSS / 1024),
  };
}

/** The statistics as a table for people. */
export function renderStats(stats: ScanStats): string {
  const share = (part: number, whole: number): string =>
    whole === 0 ? '' : ` (${((100 * part) / whole).toFixed(2)} %)`;
  const rows: [string, string][] = [
    ['root', visible(stats.root)],
    ['files', `${stats.files}, ${(stats.bytes / 1e6).toFixed(1)} MB`],
    ['functions', String(stats.functions)],
    ['  that lock', String(stats.functionsLocking)],
    ['  complete', `${stats.functionsComplete}${share(stats.functionsComplete, stats.functionsLocking)}`],
    ['lock sites', String(stats.lockSites)],
    ['  parsed', `${stats.lockSitesParsed}${share(stats.lockSitesParsed, stats.lockSites)}`],
    ['  resolved', `${stats.lockSitesResolved}${share(stats.lockSitesResolved, stats.lockSites)}`],
    ['lock classes', String(stats.classes)],
    ['edges', String(stats.edges)],
    ...Object.entries(stats.gaps).map(([kind, count]): [string, string] => [`gap ${kind}`, String(count)]),
    ...Object.entries(stats.ms).map(([stage, ms]): [string, string] => [`ms ${stage}`, String(ms)]),
    ['cpu ms', String(stats.cpuMs)],
    ['memory', `${stats.rssMb} MB`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}
