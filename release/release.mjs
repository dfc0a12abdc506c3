// Builds what is published from a tag: node release/release.mjs TAG [--out DIR]
// Checks the tag out in a folder of its own, installs what package-lock.json says, and leaves in DIR (default: release-VERSION)
// lockorder-VERSION.vsix, lockorder-VERSION.tgz and SHA256SUMS. The same tag gives the same bytes on every machine.
// Ends with 1 when the version of the tag and that of package.json or CHANGELOG.md differ, or when a step fails.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true });
const [tag] = positionals;
if (tag === undefined) {
  console.error('usage: node release/release.mjs TAG [--out DIR]');
  process.exit(1);
}

const version = tag.replace(/^v/, '');
const out = resolve(values.out ?? `release-${version}`);
const scratch = mkdtempSync(join(tmpdir(), 'lockorder-release-'));
const tree = join(scratch, 'tree');
try {
  run(ROOT, 'git', [
    '-c',
    'advice.detachedHead=false',
    'clone',
    '--quiet',
    '--no-local',
    '--branch',
    tag,
    ROOT,
    tree,
  ]);
  const named = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')).version;
  if (named !== version) fail(`${tag}: package.json says ${named}`);
  if (!readFileSync(join(tree, 'CHANGELOG.md'), 'utf8').includes(`\n## ${version}`)) {
    fail(`${tag}: CHANGELOG.md has no section '## ${version}'`);
  }
  const epoch = run(tree, 'git', ['log', '-1', '--format=%ct']).trim();
  const env = { SOURCE_DATE_EPOCH: epoch, TZ: 'UTC' };
  run(tree, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], env);
  const names = [`lockorder-${version}.vsix`, `lockorder-${version}.tgz`];
  run(tree, process.execPath, ['release/package.mjs', '--out', names[0]], env);
  // The build for the .vsix is up to date; prepack would repeat it.
  run(tree, 'npm', ['pack', '--ignore-scripts', '--silent'], env);
  mkdirSync(out, { recursive: true });
  for (const name of names) cpSync(join(tree, name), join(out, name));
  writeFileSync(
    join(out, 'SHA256SUMS'),
    names.map((name) => `${sha256(join(out, name))}  ${name}\n`).join(''),
  );
  process.stdout.write(readFileSync(join(out, 'SHA256SUMS'), 'utf8'));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function run(cwd, command, args, env = {}) {
  const { status, stdout, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) fail(`${command} ${args.join(' ')}: ${error?.message ?? `exit ${status}`}`);
  return stdout;
}

function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function fail(message) {
  throw new Error(message);
}
