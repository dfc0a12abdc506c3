// node out/bench/robustness/hostile.js [--only TEXT] [--scale 1] [--seconds 30] [--megabytes 1024] [--write no]
// Scans files made to overload an analysis, one of each shape, and lists those that take more processor time or
// memory than allowed for one file. `--write yes` adds a line to bench/history/hostile.jsonl.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ScanOutput } from '../../analysis/report/formats/schema.js';
import { record } from '../support/history.js';
import { SHAPES, type Shape } from '../support/inputs/hostile.js';
import { options } from '../support/options.js';
import { ROOT } from '../support/root.js';

const given = options('hostile [--only TEXT] [--scale 1] [--seconds 30] [--megabytes 1024] [--write no]', {
  only: '',
  scale: '1',
  seconds: '30',
  megabytes: '1024',
  write: 'no',
});
const MOST_SECONDS = Number(given.seconds);
const MOST_MB = Number(given.megabytes);

interface Row {
  readonly shape: string;
  readonly size: number;
  readonly megabytes: number;
  readonly cpuSeconds: number;
  /** Absent if the scan was killed. */
  readonly rssMb?: number;
  readonly findings?: number;
  readonly unfinished?: number;
  readonly isWithin: boolean;
}

/** One scan without a cache, killed by the system after four times its limit. */
function scanned({ name, size, text }: Shape, folder: string): Row {
  const file = join(folder, 'hostile.c');
  const scaled = Math.max(1, Math.round(size * Number(given.scale)));
  writeFileSync(file, text(scaled));
  const words = ['scan', file, '--root', folder, '--format=json', '--stats', '--no-cache', '--jobs=1'];
  const { stdout, stderr } = spawnSync(
    'bash',
    [
      '-c',
      `ulimit -t ${4 * MOST_SECONDS}; TIMEFORMAT="%U %S"; time "$@" >"$0"`,
      join(folder, 'out'),
      process.execPath,
      join(ROOT, 'dist/cli.cjs'),
      ...words,
    ],
    { encoding: 'utf8' },
  );
  const cpuSeconds = (/([\d.]+) ([\d.]+)\s*$/.exec(stderr) ?? [])
    .slice(1)
    .reduce((sum, part) => sum + Number(part), 0);
  const row = {
    shape: name,
    size: scaled,
    megabytes: round(statSync(file).size / 1e6),
    cpuSeconds: round(cpuSeconds),
  };
  try {
    const { stats, findings, unfinished } = JSON.parse(
      readFileSync(join(folder, 'out'), 'utf8'),
    ) as ScanOutput;
    const rssMb = stats?.rssMb ?? 0;
    return {
      ...row,
      rssMb,
      findings: findings.length,
      unfinished: unfinished.length,
      isWithin: cpuSeconds <= MOST_SECONDS && rssMb <= MOST_MB,
    };
  } catch {
    console.error(`${stdout}${stderr}`.slice(-600));
    return { ...row, isWithin: false };
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const folder = mkdtempSync(join(tmpdir(), 'lockorder-hostile-'));
try {
  const rows = SHAPES.filter(({ name }) => name.includes(given.only)).map((shape) => {
    const row = scanned(shape, folder);
    console.log(
      `${row.isWithin ? '  ' : '! '}${row.cpuSeconds.toFixed(1).padStart(6)} s ${String(row.rssMb ?? '–').padStart(5)} MB  ${row.megabytes.toFixed(1).padStart(5)} MB of text  ${row.shape} (${row.size}): ${row.findings ?? 'no'} findings, ${row.unfinished ?? '?'} unfinished`,
    );
    return row;
  });
  if (given.write === 'yes') record('hostile', { seconds: MOST_SECONDS, megabytes: MOST_MB, rows });
  process.exitCode = rows.every(({ isWithin }) => isWithin) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
