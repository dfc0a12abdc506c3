// node out/bench/robustness/fuzz.js [--minutes 1] [--seed 1]
// Runs the command line with random arguments, settings and git configurations. It must not crash, hang, write
// outside of the tree or print control characters. Prints violations. Run it for an hour after changes to cli/ or
// host/node.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTree, OBEYED, touched } from '../support/inputs/fuzz-tree.js';
import { Random } from '../support/inputs/random.js';
import { options } from '../support/options.js';
import { ROOT } from '../support/root.js';

/** A run that takes longer than this many milliseconds hangs, even on a busy machine. */
const MOST_MS = 300_000;

const given = options('fuzz [--minutes 1] [--seed 1]', { minutes: '1', seed: '1' });

const random = new Random(Number(given.seed));

const COMMANDS = [
  'scan',
  'fix',
  'explain',
  'check',
  'graph',
  'plan',
  'evidence',
  'validate',
  'summarize',
  'link',
  'model',
  'why',
  'lsp',
  '',
];
const PATHS = [
  'a.c',
  '.',
  'sub',
  'none.c',
  '../',
  '/dev/null',
  'pipe',
  'loop',
  'b\u001b[2J\nx.c',
  '',
  '-',
  'a.c:9',
  'f00d',
];
const OPTIONS = [
  '--root',
  '--config',
  '--diff',
  '--format',
  '--max',
  '--jobs',
  '--rules',
  '--out',
  '--baseline',
  '--color',
  '--compare',
  '--confidence',
  '--fail-on',
  '--evidence',
  '--before',
  '--after',
  '--symbols',
  '--around',
  '--print',
  '--cache',
  '--write-baseline',
];
const VALUES = [
  ...PATHS,
  'HEAD',
  'HEAD~1..HEAD',
  '..',
  'json',
  'sarif',
  'gcc',
  'text',
  'dot',
  '1',
  '0',
  '-1',
  '1e9',
  '\u202e',
];
const FLAGS = [
  '--stats',
  '--quiet',
  '--no-cache',
  '--write',
  '--help',
  '--nonsense',
  '-j1',
  '--live',
  '--stdio',
  '--',
];
let runs = 0;
let wrong = 0;
const end = Date.now() + Number(given.minutes) * 60_000;
while (Date.now() < end) {
  const folder = mkdtempSync(join(tmpdir(), 'lockorder-fuzz-'));
  try {
    const tree = makeTree(folder, random);
    const words = [
      random.pick(COMMANDS),
      ...random.some(PATHS, 2),
      ...random.some(OPTIONS, 2).flatMap((name) => [name, random.pick(VALUES)]),
      ...random.some(FLAGS, 2),
    ];
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'dist/cli.cjs'), ...words],
      {
        cwd: tree,
        encoding: 'utf8',
        input: '',
        timeout: MOST_MS,
        env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
      },
    );
    const isWritten =
      words.includes('../') || words.some((word) => ['--out', '--cache', '--write-baseline'].includes(word));
    const problems = [
      ...(status !== null && status <= 3 ? [] : [`ended with ${status ?? signal}`]),
      ...(/it failed, please report|\n {4}at /.test(stderr) ? ['crashed'] : []),
      ...([stdout, stderr].some((text) => OBEYED.test(text.replace(/[\n\t]/g, '')))
        ? ['control characters']
        : []),
      ...touched(folder).filter((what) => !isWritten || what !== 'wrote outside'),
    ];
    runs += 1;
    if (problems.length === 0) continue;
    wrong += 1;
    console.log(`${problems.join(', ')}: ${JSON.stringify(words)}\n${stderr.slice(0, 500)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.log(`${runs} runs, ${wrong} with a problem`);
process.exitCode = wrong === 0 ? 0 : 1;
