// node out/bench/speed/kernel.js --tree DIR [--jobs 2] [--confidence medium] [--sizes 10,100] [--file F] [--header H] [--program CLI]
// [--scratch DIR] [--result FILE]
// Measures a scan of a whole kernel beside a bare tree-sitter parse of its C files with as many threads: with an
// empty cache, with nothing changed, after comments in a C file and in a header, after a new function; memory and
// cache size; and time per megabyte of C in folders drawn from the tree. Works on a copy made of links. --result
// keeps the output of the first scan.
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ScanOutput } from '../../analysis/report/formats/schema.js';
import { bareParse } from '../support/bare.js';
import { lockorder } from '../support/cli.js';
import { drawn } from '../support/draw.js';
import { record } from '../support/history.js';
import { options, percent } from '../support/options.js';
import { ROOT } from '../support/root.js';

const given = options(
  'kernel --tree DIR [--jobs 2] [--confidence medium] [--sizes 10,100] [--file F] [--header H] [--program CLI] [--scratch DIR] [--result FILE]',
  {
    tree: undefined,
    jobs: '2',
    confidence: 'medium',
    sizes: '10,100',
    file: 'drivers/leds/leds-pca963x.c',
    header: 'include/linux/mutex.h',
    program: join(ROOT, 'dist/cli.cjs'),
    scratch: tmpdir(),
    result: '',
  },
);
const MB = 1e6;
const BLOCK_BYTES = 512;
const FIRST = 'empty cache';
/** The same folders in every run. */
const SEED = 1;

mkdirSync(given.scratch, { recursive: true });
const scratch = mkdtempSync(join(given.scratch, 'lockorder-kernel-'));
const copy = join(scratch, 'tree');
const cache = join(scratch, 'cache');

interface Row {
  readonly what: string;
  /** Bytes of C files. */
  readonly bytes: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly rssMb?: number;
  readonly findings?: number;
}

interface SourceFile {
  readonly name: string;
  readonly bytes: number;
  readonly onDisk: number;
}

/** Regular files below the tree, by their path in it. */
function list(tree: string): SourceFile[] {
  return readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, blocks } = statSync(path);
      return { name: path.slice(tree.length + 1), bytes: size, onDisk: blocks * BLOCK_BYTES };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Links each file if the file system supports it, since only some are edited. */
function copyTree(files: readonly SourceFile[]): void {
  for (const folder of new Set(files.map(({ name }) => dirname(name))))
    mkdirSync(join(copy, folder), { recursive: true });
  for (const { name } of files) {
    try {
      linkSync(join(given.tree, name), join(copy, name));
    } catch {
      copyFileSync(join(given.tree, name), join(copy, name));
    }
  }
}

function edit(file: string, change: (text: string) => string): void {
  const path = join(copy, file);
  const text = readFileSync(path, 'latin1');
  // Removes the link alone, not its target.
  unlinkSync(path);
  writeFileSync(path, change(text), 'latin1');
}

function scan(what: string, paths: readonly string[], bytes: number, kept: string): Row {
  const { text, wallMs } = lockorder(
    [
      'scan',
      ...paths.map((path) => join(copy, path)),
      `--root=${copy}`,
      `--jobs=${given.jobs}`,
      `--confidence=${given.confidence}`,
      kept,
      '--format=json',
      '--stats',
    ],
    given.program,
  );
  if (what === FIRST && given.result !== '') writeFileSync(given.result, text);
  const { stats, findings } = JSON.parse(text) as ScanOutput;
  const row = {
    what,
    bytes,
    wallMs,
    cpuMs: stats?.cpuMs ?? 0,
    rssMb: stats?.rssMb ?? 0,
    findings: findings.length,
  };
  show(row);
  return row;
}

function show({ what, bytes, cpuMs, wallMs, rssMb, findings }: Row): void {
  console.log(
    what.padEnd(28),
    (bytes / MB).toFixed(0).padStart(5),
    (cpuMs / 1000).toFixed(1).padStart(7),
    (wallMs / 1000).toFixed(1).padStart(7),
    (cpuMs / (bytes / MB)).toFixed(0).padStart(9),
    String(rssMb ?? '').padStart(7),
    String(findings ?? '').padStart(9),
  );
}

/** Folders with C files, each with the files directly in it, drawn until they have this many megabytes of C. */
function folders(files: readonly SourceFile[], megabytes: number): { paths: string[]; bytes: number } {
  const sizes = new Map<string, number>();
  for (const { name, bytes } of files) sizes.set(dirname(name), (sizes.get(dirname(name)) ?? 0) + bytes);
  const paths: string[] = [];
  let sum = 0;
  for (const folder of drawn([...sizes.keys()], sizes.size, SEED)) {
    if (sum >= megabytes * MB) break;
    paths.push(...files.filter(({ name }) => dirname(name) === folder).map(({ name }) => name));
    sum += sizes.get(folder) ?? 0;
  }
  return { paths, bytes: sum };
}

try {
  const all = list(given.tree);
  copyTree(all);
  const sources = all.filter(({ name }) => name.endsWith('.c'));
  const sourceBytes = all
    .filter(({ name }) => /\.[ch]$/.test(name))
    .reduce((sum, { bytes }) => sum + bytes, 0);
  console.log('what                          MB of C  cpu s  wall s  ms per MB  rss MB  findings');
  const parsed = bareParse(
    sources.map(({ name }) => join(copy, name)),
    Number(given.jobs),
  );
  const bare: Row = { what: 'bare parse', ...parsed };
  show(bare);
  const whole = (what: string): Row => scan(what, ['.'], parsed.bytes, `--cache=${cache}`);
  const rows = [bare];
  const cold = whole(FIRST);
  const kept = list(cache);
  const cacheBytes = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  const onDisk = kept.reduce((sum, each) => sum + each.onDisk, 0);
  rows.push(cold, whole('nothing changed'));
  edit(given.file, (text) => `/* lockorder was here */\n${text}`);
  rows.push(whole('comment in a C file'));
  edit(given.header, (text) => `/* lockorder was here */\n${text}`);
  rows.push(whole('comment in a header'));
  edit(given.file, (text) => `${text}\nstatic int lockorder_probe(int n)\n{\n\treturn n + 1;\n}\n`);
  rows.push(whole('function in a C file'));
  for (const size of given.sizes.split(',').filter((each) => each !== '')) {
    const { paths, bytes } = folders(sources, Number(size));
    rows.push(scan(`folders of ${size} MB`, paths, bytes, '--no-cache'));
  }
  const share = percent(cacheBytes, sourceBytes);
  console.log(
    `an empty cache takes ${(cold.cpuMs / bare.cpuMs).toFixed(2)} times the bare parse, ${(cold.wallMs / bare.wallMs).toFixed(2)} by the clock`,
  );
  console.log(
    `the cache has ${(cacheBytes / MB).toFixed(0)} MB in ${kept.length} files, ${(onDisk / MB).toFixed(0)} on disk: ${share} of ${(sourceBytes / MB).toFixed(0)} MB of C files and headers`,
  );
  record('kernel', {
    tree: basename(given.tree),
    jobs: Number(given.jobs),
    confidence: given.confidence,
    sourceBytes,
    cacheBytes,
    onDisk,
    rows,
  });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
