import { visible } from '../../analysis/base/visible.js';
import type { ScanStats } from '../../analysis/report/formats/schema.js';
import type { CommandSession, Shown, Spent } from './types.js';

/** The content of `--stats`: counts, and the only times and memory figures in any output. */
export function statsOf(session: CommandSession<Shown>): ScanStats {
  const { root, snapshot, parts } = session;
  const { gaps, costs, ...counts } = snapshot.counts();
  const own = spentBy(session);
  return {
    root,
    ...counts,
    gaps: { ...gaps },
    costs: {
      components: { count: costs.components.count, largest: [...costs.components.largest] },
      costliest: { summaries: [...costs.costliest.summaries], replay: [...costs.costliest.replay] },
    },
    ...(parts ? inAll(own, parts) : own),
  };
}

export function spentBy({ project, times }: Pick<CommandSession<Shown>, 'project' | 'times'>): Spent {
  const usage = process.resourceUsage();
  return {
    cache: (project.cache?.use ?? []).map((use) => ({ ...use })),
    ms: {
      read: Math.round(project.times.read),
      outline: Math.round(project.times.outline),
      parse: Math.round(project.times.parse),
      link: Math.round(project.times.link + times.link),
      bind: Math.round(times.bind),
      selection: Math.round(times.selection),
      summaries: Math.round(times.summaries),
      graph: Math.round(times.graph),
      replay: Math.round(times.replay),
      check: Math.round(times.check),
      fix: Math.round(times.fix),
      total: Math.round(times.total),
    },
    cpuMs: Math.round((usage.userCPUTime + usage.systemCPUTime) / 1000),
    rssMb: Math.round(usage.maxRSS / 1024),
  };
}

/** What a scan in parts spent: the time by the clock is that of this process, all other times are sums. */
function inAll(
  own: Spent,
  { spent, atOnce }: NonNullable<CommandSession<Shown>['parts']>,
): Partial<ScanStats> & Spent {
  const ms = { ...own.ms };
  for (const stage of Object.keys(ms) as (keyof typeof ms)[])
    if (stage !== 'total') for (const part of spent) ms[stage] += part.ms[stage];
  const cache = new Map<string, Spent['cache'][number]>();
  for (const { what, hits, misses } of [own, ...spent].flatMap((each) => each.cache)) {
    const before = cache.get(what) ?? { what, hits: 0, misses: 0 };
    cache.set(what, { what, hits: before.hits + hits, misses: before.misses + misses });
  }
  // Those that run at the same time may be the largest.
  const largest = spent.map(({ rssMb }) => rssMb).sort((a, b) => b - a);
  return {
    cache: [...cache.values()],
    ms,
    cpuMs: spent.reduce((sum, part) => sum + part.cpuMs, own.cpuMs),
    rssMb: largest.slice(0, atOnce).reduce((sum, mb) => sum + mb, own.rssMb),
    parts: spent.length,
  };
}

/** The statistics as a text table. */
export function renderStats(stats: ScanStats): string {
  const share = (part: number, whole: number): string =>
    whole === 0 ? '' : ` (${((100 * part) / whole).toFixed(2)} %)`;
  const { components, costliest } = stats.costs;
  const rows: [string, string][] = [
    ['root', visible(stats.root)],
    ...(stats.parts === undefined ? [] : [['parts run', String(stats.parts)] as [string, string]]),
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
    [
      'recursion',
      components.count === 0
        ? 'none of several functions'
        : `${components.count} of several functions, the largest ${components.largest.join(', ')}`,
    ],
    ...Object.entries(costliest).flatMap(([phase, functions]) =>
      functions.map(({ file, function: name, steps }): [string, string] => [
        `steps ${phase}`,
        `${steps} ${visible(name)}() [${visible(file)}]`,
      ]),
    ),
    ...stats.cache.map(({ what, hits, misses }): [string, string] => [
      `cache ${what}`,
      `${hits} found, ${misses} not`,
    ]),
    ...Object.entries(stats.ms).map(([stage, ms]): [string, string] => [`ms ${stage}`, String(ms)]),
    ['cpu ms', String(stats.cpuMs)],
    ['memory', `${stats.rssMb} MB`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}
