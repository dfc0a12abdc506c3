import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publish, published, VSIX as EXTENSION } from '../support/published.js';
import { ROOT } from '../support/root.js';
import { read } from '../support/sources.js';

/** What is published and nothing else; `*` stands for all files of a folder. */
const VSIX = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'THIRD-PARTY.txt',
  'dist/cli.cjs',
  'dist/client.cjs',
  'dist/lock-calls.tmLanguage.json',
  'dist/program.cjs',
  'dist/server.cjs',
  'dist/tree-sitter-c.wasm',
  'dist/web-tree-sitter.wasm',
  'dist/web/client.cjs',
  'dist/web/server.js',
  'dist/webview/*',
  'dist/worker.cjs',
  'docs/*',
  'docs/images/*',
  'docs/repairs/*',
  'docs/rules/*',
  'examples/driver/*',
  'examples/port/*',
  'icon.png',
  'images/*',
  'l10n/*',
  'package.json',
  'package.nls.de.json',
  'package.nls.json',
  'schemas/lockorder.config.schema.json',
  'syntaxes/*',
  'walkthrough/*',
];
const NPM = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'THIRD-PARTY.txt',
  'dist/cli.cjs',
  'dist/program.cjs',
  'dist/server.cjs',
  'dist/tree-sitter-c.wasm',
  'dist/web-tree-sitter.wasm',
  'dist/worker.cjs',
  'docs/*',
  'docs/images/*',
  'docs/repairs/*',
  'docs/rules/*',
  'package.json',
  'schemas/*',
];
const TIMEOUT_MS = 600_000;

function run(folder: string, command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

/** Names of the files in a zip archive, from its central directory. */
function namesIn(archive: Buffer): string[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const names: string[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    names.push(archive.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}

/** With the folders that are shipped whole told as such. */
function summary(files: readonly string[], expected: readonly string[]): string[] {
  const whole = expected.filter((path) => path.endsWith('/*')).map((path) => path.slice(0, -2));
  return [
    ...new Set(files.map((file) => (whole.includes(dirname(file)) ? `${dirname(file)}/*` : file))),
  ].sort();
}

describe('what is published', function () {
  this.timeout(TIMEOUT_MS);
  let scratch = '';
  const folders: string[] = [];
  const hash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'lockorder-release-'));
    folders.push(published(), publish(join(scratch, 'somewhere', 'deeper')));
  });

  after(() => rmSync(scratch, { recursive: true, force: true }));

  const version = (): string => (JSON.parse(read('package.json')) as { version: string }).version;
  const both = (name: string): [string, string] =>
    folders.map((folder) => join(folder, name)) as [string, string];

  it('is byte for byte the same from the same sources, in any folder', () => {
    for (const name of [EXTENSION, `lockorder-${version()}.tgz`]) {
      const [one, two] = both(name);
      assert.equal(hash(one), hash(two), name);
    }
  });

  it('contains everything the extension needs and nothing else', () => {
    const names = namesIn(readFileSync(both(EXTENSION)[0]))
      .filter((name) => name.startsWith('extension/'))
      .map((name) => name.slice('extension/'.length))
      // What the packager calls its own way.
      .map((name) => name.replace(/^readme\.md$/, 'README.md').replace(/^changelog\.md$/, 'CHANGELOG.md'))
      .map((name) => name.replace(/^LICENSE\.txt$/, 'LICENSE'));
    assert.deepEqual(summary(names, VSIX), [...VSIX].sort());
  });

  it('contains everything the npm package needs and nothing else, and depends on no other package', () => {
    const [folder = ''] = folders;
    const [pack] = JSON.parse(run(folder, 'npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])) as {
      files: { path: string }[];
    }[];
    const names = pack?.files.map(({ path }) => path) ?? [];
    assert.deepEqual(summary(names, NPM), [...NPM].sort());
    assert.equal('dependencies' in (JSON.parse(read('package.json')) as object), false);
  });

  it('names the licences of what is bundled (else: npm run licences)', () => {
    run(ROOT, process.execPath, ['release/licences.mjs', '--check']);
  });
});
