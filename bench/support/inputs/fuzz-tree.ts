import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mutated } from './mutated.js';
import type { Random } from './random.js';

/** A character that a terminal obeys instead of showing it. */
export const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}]/u;

const SETTINGS = [
  '',
  '{',
  '[]',
  '{"exclude":["*a*a*a*b"]}',
  '{"include":["{a,b}{a,b}{a,b}"]}',
  '{"exclude":["\\u001b"]}',
  '{"rules":{}}',
];
/** A valid one, to be damaged. */
const FULL = {
  models: [
    { name: 'take', kind: 'function', effects: [{ acquire: { arg: 0 } }] },
    { acquire: [{ name: 'take', arg: 0, kind: 'mutex' }], release: [{ name: 'drop' }], noreturn: ['stop'] },
  ],
  include: ['**/*.c'],
  exclude: ['none/**'],
  rules: { 'self-deadlock': 'off', 'irq-inversion': 'info' },
  ignore: [{ rule: 'lock-order-cycle', locks: ['a'], function: 'f', reason: 'x' }],
  arch: ['arm64'],
  fixes: 'all',
  preemptRt: true,
};
const KEYS = [
  'core.fsmonitor',
  'core.hooksPath',
  'core.sshCommand',
  'core.pager',
  'diff.external',
  'gpg.program',
  'filter.x.clean',
];
export const SOURCE =
  'static DEFINE_MUTEX(a);\nstatic DEFINE_MUTEX(b);\nvoid f(void)\n{\n\tmutex_lock(&a);\n\tmutex_lock(&b);\n\tmutex_unlock(&b);\n\tmutex_unlock(&a);\n}\n';

/** A hostile tree in its own folder: anything else that appears in the folder was written outside the tree. */
export function makeTree(folder: string, random: Random): string {
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
  write('b\u001b[2J\nx.c', SOURCE.slice(0, random.below(SOURCE.length)));
  const setting = random.pick([random.pick(SETTINGS), JSON.stringify(mutated(FULL, random, 3))]);
  if (setting !== '') write('lockorder.json', setting);
  const run = (program: string, ...words: string[]): void => void spawnSync(program, words, { cwd: tree });
  run('mkfifo', 'pipe');
  run('ln', '-s', '.', 'loop');
  const identity = ['-c', 'user.name=x', '-c', 'user.email=x@example.org'];
  run('git', 'init', '-q');
  run('git', 'add', 'a.c');
  run('git', ...identity, 'commit', '-q', '-m', 'one');
  run('git', ...identity, 'commit', '-q', '--allow-empty', '-m', 'two');
  for (const key of random.some(KEYS, 3)) run('git', 'config', key, `touch ${join(folder, 'ran')};`);
  return tree;
}

/** Forbidden changes in the folder around a tree. */
export function touched(folder: string, allowed: readonly string[] = []): string[] {
  return [
    ...(existsSync(join(folder, 'ran')) ? ['ran a program'] : []),
    ...(readdirSync(folder).every((name) => ['tree', 'cache', 'ran', ...allowed].includes(name))
      ? []
      : ['wrote outside']),
  ];
}
