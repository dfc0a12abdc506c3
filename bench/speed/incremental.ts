// node out/bench/speed/incremental.js --tree DIR [--paths a,b] [--file F] [--header H] [--jobs 2]
// Measures a second scan with its cache: nothing changed; a comment at the top and a declaration at the end of one
// C file; the same in a header that many files include. All in one run, on a copy of the paths and of the headers.
// --program runs another build of the command line.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ScanOutput, ScanStats } from '../../analysis/report/formats/schema.js';
import { lockorder } from '../support/cli.js';
import { record } from '../support/history.js';
import { options } from '../support/options.js';
import { ROOT } from '../support/root.js';

const given = options(
  'incremental --tree DIR [--paths a,b] [--file F] [--header H] [--jobs 2] [--program CLI]',
  {
    tree: undefined,
    paths: 'fs',
    file: 'fs/ext4/inode.c',
    header: 'include/linux/mutex.h',
    jobs: '2',
    program: join(ROOT, 'dist/cli.cjs'),
  },
);
const paths = given.paths.split(',');
const scratch = mkdtempSync(join(tmpdir(), 'lockorder-incremental-'));
const copy = join(scratch, 'tree');

interface Row {
  readonly what: string;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly ms: ScanStats['ms'] | undefined;
}

function scan(what: string): Row {
  const { text, wallMs } = lockorder(
    [
      'scan',
      ...paths.map((path) => join(copy, path)),
      `--root=${copy}`,
      `--jobs=${given.jobs}`,
      `--cache=${join(scratch, 'cache')}`,
      '--format=json',
      '--stats',
    ],
    given.program,
  );
  const { stats } = JSON.parse(text) as ScanOutput;
  return { what, wallMs, cpuMs: stats?.cpuMs ?? 0, ms: stats?.ms };
}

try {
  for (const path of [...paths, 'include', 'arch/x86/include']) {
    if (existsSync(join(given.tree, path)))
      cpSync(join(given.tree, path), join(copy, path), { recursive: true });
  }
  for (const name of ['Kbuild', 'Kconfig']) writeFileSync(join(copy, name), '');
  const edit = (file: string, before: string, after: string): void => {
    const path = join(copy, file);
    writeFileSync(path, `${before}${readFileSync(path, 'utf8')}${after}`);
  };
  const rows = [scan('cold'), scan('nothing changed')];
  edit(given.file, '/* lockorder was here */\n', '');
  rows.push(scan('comment in C file'));
  edit(given.file, '', '\nstatic int lockorder_probe(int n)\n{\n\treturn n + 1;\n}\n');
  rows.push(scan('function in C file'));
  edit(given.header, '/* lockorder was here */\n', '');
  rows.push(scan('comment in header'));
  edit(given.header, '', '\nstruct lockorder_probe { int n; };\n');
  rows.push(scan('struct in header'));
  const files = paths
    .flatMap((path) => readdirSync(join(copy, path), { recursive: true, encoding: 'utf8' }))
    .filter((name) => name.endsWith('.c')).length;
  console.log(
    `${basename(given.tree)}: ${paths.join(' ')}, ${files} C files; ${given.file}, ${given.header}`,
  );
  console.log('what                cpu s  wall s    read outline   parse    link   check  (ms)');
  for (const { what, cpuMs, wallMs, ms } of rows) {
    const stages = [ms?.read, ms?.outline, ms?.parse, ms?.link, ms?.check].map((each) =>
      String(each ?? 0).padStart(7),
    );
    console.log(
      what.padEnd(18),
      (cpuMs / 1000).toFixed(2).padStart(6),
      (wallMs / 1000).toFixed(2).padStart(7),
      ...stages,
    );
  }
  record('incremental', {
    tree: basename(given.tree),
    paths,
    files,
    file: given.file,
    header: given.header,
    rows,
  });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
