// node out/bench/speed/scan.js --tree DIR [--paths a,b] [--jobs 1,2] [--confidence high]
// Scans parts of a tree with each number of workers, twice with the first, compares the results byte by byte, and
// compares the time with a bare tree-sitter parse of the same files in the same run.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BareParse } from './bare-parse.js';
import { CORPORA } from '../corpus/corpora.js';
import type { ScanOutput } from '../../analysis/report/formats/schema.js';
import { bareParse } from '../support/bare.js';
import { lockorder } from '../support/cli.js';
import { record } from '../support/history.js';
import { options, percent } from '../support/options.js';

const given = options('scan --tree DIR [--paths a,b] [--jobs 1,2] [--confidence high|medium|low]', {
  tree: undefined,
  paths: CORPORA['linux-6.1']?.paths.join(','),
  jobs: '1,2',
  confidence: 'high',
});
const paths = given.paths.split(',');
const jobs = given.jobs.split(',').map(Number);

interface Row {
  readonly what: string;
  readonly jobs: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly rssMb?: number;
}

/** One scan without a cache; the figures are those that the program reports about itself. */
function scanOnce(threads: number): {
  readonly row: Row;
  readonly text: string;
  readonly output: ScanOutput;
} {
  const args = [
    'scan',
    ...paths.map((path) => join(given.tree, path)),
    `--root=${given.tree}`,
    `--jobs=${threads}`,
    `--confidence=${given.confidence}`,
    '--format=json',
    '--stats',
    '--no-cache',
  ];
  const { text, wallMs } = lockorder(args);
  const output = JSON.parse(text) as ScanOutput;
  const { stats, ...rest } = output;
  const row = { what: 'scan', jobs: threads, wallMs, cpuMs: stats?.cpuMs ?? 0, rssMb: stats?.rssMb ?? 0 };
  return { row, text: JSON.stringify(rest), output };
}

/** The C files below the paths. */
const sources = paths
  .flatMap((path) =>
    readdirSync(join(given.tree, path), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.c'))
      .map((file) => join(given.tree, path, file)),
  )
  .sort();

const rows: Row[] = [];
const texts = new Set<string>();
let last: ScanOutput | undefined;
let parsed: BareParse | undefined;
for (const threads of jobs) {
  parsed = bareParse(sources, threads);
  rows.push({ what: 'bare parse', jobs: threads, cpuMs: parsed.cpuMs, wallMs: parsed.wallMs });
  const rounds = threads === jobs[0] ? 2 : 1;
  for (let round = 0; round < rounds; round++) {
    const { row, text, output } = scanOnce(threads);
    rows.push(row);
    texts.add(text);
    last = output;
  }
}

const identical = texts.size === 1;
const stats = last?.stats;
console.log(`${basename(given.tree)}: ${paths.join(' ')}`);
console.log(
  `${parsed?.files} files, ${((parsed?.bytes ?? 0) / 1e6).toFixed(1)} MB, confidence ${given.confidence}`,
);
console.log('what        jobs   cpu s  wall s  rss MB');
for (const row of rows) {
  console.log(
    row.what.padEnd(11),
    String(row.jobs).padStart(4),
    (row.cpuMs / 1000).toFixed(2).padStart(7),
    (row.wallMs / 1000).toFixed(2).padStart(7),
    String(row.rssMb ?? '').padStart(7),
  );
}
console.log(
  `results ${identical ? 'byte-identical' : 'DIFFER'} over ${texts.size === 1 ? rows.length - jobs.length : texts.size} runs`,
);
console.log(`${last?.findings.length} findings, ${last?.skipped.length} files skipped`);
for (const { file, reason } of last?.skipped.slice(0, 10) ?? []) console.log(`  skipped ${file}: ${reason}`);
if (stats) {
  console.log(
    `lock sites ${stats.lockSites}: parsed ${percent(stats.lockSitesParsed, stats.lockSites)}, resolved ${percent(stats.lockSitesResolved, stats.lockSites)}`,
  );
  console.log(
    `functions that lock ${stats.functionsLocking}: complete ${percent(stats.functionsComplete, stats.functionsLocking)}`,
  );
  console.log('gaps', JSON.stringify(stats.gaps));
}
record('scan', {
  tree: basename(given.tree),
  paths,
  rows,
  identical,
  findings: last?.findings.length,
  // The path of the tree is meaningless to others.
  stats: stats && { ...stats, root: undefined },
});
process.exitCode = identical ? 0 : 1;
