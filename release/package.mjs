// Builds lockorder.vsix: node release/package.mjs [options of vsce package]
// The same sources give the same bytes: times in the archive are that of the commit, or SOURCE_DATE_EPOCH.
import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Without a commit: the earliest date that archives support. */
const FIRST_DAY = '315619200';

const commit = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
const epoch = process.env.SOURCE_DATE_EPOCH ?? (commit.stdout?.trim() || FIRST_DAY);
const vsce = resolve(root, 'node_modules/@vscode/vsce/vsce');
const given = process.argv.slice(2);
const out = given.includes('--out') ? [] : ['--out', 'lockorder.vsix'];

const { status } = spawnSync(
  process.execPath,
  [
    vsce,
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--readme-path',
    'dist/page.md',
    ...out,
    ...given,
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, SOURCE_DATE_EPOCH: epoch, TZ: 'UTC' } },
);
process.exitCode = status ?? 1;
