// node out/bench/fuzz.js [--minutes 1] [--seed 1]
// Random arguments, settings and git configurations against the command line: no crash, no hang, no write outside of the
// tree, no control character. Prints what went wrong; run it for an hour after changes to cli/ or host/node.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { options } from './support/options.js';
import { ROOT } from './support/root.js';

/** A run that takes longer hangs, in milliseconds. */
const MOST_MS = 60_000;
const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}]/u;

const given = options('fuzz [--minutes 1] [--seed 1]', { minutes: '1', seed: '1' });

let state = Number(given.seed);
function below(count: number): number {
  state = (state * 1103515245 + 12345) % 2147483648;
  return Math.floor((state / 2147483648) * count);
}
const pick = <T>(all: readonly T[]): T => all[below(all.length)] as T;
const some = <T>(all: readonly T[], most: number): T[] =>
  Array.from({ length: below(most + 1) }, () => pick(all));

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
const FLAGS = ['--stats', '--quiet', '--no-cache', '--write', '--help', '--nonsense', '-j1', '--'];
const SETTINGS = [
  '',
  '{',
  '[]',
  '{"exclude":["*a*a*a*b"]}',
  '{"include":["{a,b}{a,b}{a,b}"]}',
  '{"exclude":["\\u001b"]}',
  '{"rules":{}}',
];
const KEYS = [
  'core.fsmonitor',
  'core.hooksPath',
  'core.sshCommand',
  'core.pager',
  'diff.external',
  'gpg.program',
  'filter.x.clean',
];
const SOURCE =
  'static DEFINE_MUTEX(a);\nstatic DEFINE_MUTEX(b);\nvoid f(void)\n{\n\tmutex_lock(&a);\n\tmutex_lock(&b);\n\tmutex_unlock(&b);\n\tmutex_unlock(&a);\n}\n';

/** A tree in a folder of its own, with a folder beside it that nobody may touch. */
function makeTree(folder: string): string {
  const tree = join(folder, 'tree');
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    writeFileSync(join(tree, name), text);
  };
  write(
    'a.c',
    SOURCE +
      SOURCE.replaceAll('&a', '&x').replaceAll('&b', '&a').replaceAll('&x', '&b').replace('void f', 'void g'),
  );
  write('sub/b.c', SOURCE);
  write('b\u001b[2J\nx.c', SOURCE.slice(0, below(SOURCE.length)));
  const setting = pick(SETTINGS);
  if (setting !== '') write('lockorder.json', setting);
  const run = (program: string, ...words: string[]): void => void spawnSync(program, words, { cwd: tree });
  run('mkfifo', 'pipe');
  run('ln', '-s', '.', 'loop');
  const identity = ['-c', 'user.name=x', '-c', 'user.email=x@example.org'];
  run('git', 'init', '-q');
  run('git', 'add', 'a.c');
  run('git', ...identity, 'commit', '-q', '-m', 'one');
  run('git', ...identity, 'commit', '-q', '--allow-empty', '-m', 'two');
  for (const key of some(KEYS, 3)) run('git', 'config', key, `touch ${join(folder, 'ran')};`);
  return tree;
}

let runs = 0;
let wrong = 0;
const end = Date.now() + Number(given.minutes) * 60_000;
while (Date.now() < end) {
  const folder = mkdtempSync(join(tmpdir(), 'lockorder-fuzz-'));
  try {
    const tree = makeTree(folder);
    const words = [
      pick(COMMANDS),
      ...some(PATHS, 2),
      ...some(OPTIONS, 2).flatMap((name) => [name, pick(VALUES)]),
      ...some(FLAGS, 2),
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
    const isWritten = words.includes('../') || words.includes('--out');
    const problems = [
      ...(status !== null && status <= 3 ? [] : [`ended with ${status ?? signal}`]),
      ...(/it failed, please report|\n {4}at /.test(stderr) ? ['crashed'] : []),
      ...([stdout, stderr].some((text) => OBEYED.test(text.replace(/[\n\t]/g, '')))
        ? ['control characters']
        : []),
      ...(existsSync(join(folder, 'ran')) ? ['ran a program'] : []),
      ...(isWritten || readdirSync(folder).every((name) => name === 'tree' || name === 'cache')
        ? []
        : ['wrote outside']),
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
