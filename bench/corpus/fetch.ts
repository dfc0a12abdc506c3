// node out/bench/corpus/fetch.js [--corpus linux-6.1]
// Downloads a kernel tree from Debian into bench/corpus/.trees (ignored by git) and prints its path.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { options } from '../support/options.js';
import { ROOT } from '../support/root.js';
import { CORPORA } from './corpora.js';

const { corpus: name } = options('fetch [--corpus NAME]', { corpus: 'linux-6.1' });
const corpus = CORPORA[name];
if (!corpus) {
  console.error(`no corpus '${name}'; there are ${Object.keys(CORPORA).join(', ')}`);
  process.exit(2);
}
const trees = join(ROOT, 'bench/corpus/.trees');
const tree = join(trees, corpus.folder);
if (!existsSync(tree)) {
  mkdirSync(trees, { recursive: true });
  const run = (command: string, ...args: string[]): void => {
    execFileSync(command, args, { cwd: trees, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  run('apt-get', 'download', corpus.package);
  const deb = readdirSync(trees).find((file) => file.startsWith(`${corpus.package}_`)) ?? '';
  run('dpkg-deb', '-x', deb, 'package');
  run('tar', '-xf', join('package', corpus.archive));
  rmSync(join(trees, 'package'), { recursive: true });
  rmSync(join(trees, deb));
}
console.log(tree);
