import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { changedFiles } from '../../../host/node/git/changes.js';
import { RevisionFiles, INDEX } from '../../../host/node/git/revision.js';
import { commitsOf } from '../../../cli/compare/commits.js';
import { lockorder } from '../cli/run.js';
import { CLEAN, CYCLE } from '../cli/sources.js';
import { within, type Temporary } from './temporary.js';

/** A program that leaves a trace of having been run. */
const PROGRAM = 'evil';
const TRACE = 'ran';

/** Every key of git's configuration that names a program, or a way to get one run; `%` stands for the program. */
const KEYS: readonly (readonly [key: string, value: string])[] = [
  ['alias.rev-parse', '!%'],
  ['alias.ls-tree', '!%'],
  ['core.alternateRefsCommand', '%'],
  ['core.askPass', '%'],
  ['core.editor', '%'],
  ['core.fsmonitor', '%'],
  ['core.gitProxy', '%'],
  ['core.hooksPath', 'hooks'],
  ['core.pager', '%'],
  ['core.sshCommand', '%'],
  ['credential.helper', '!%'],
  ['diff.c.command', '%'],
  ['diff.c.textconv', '%'],
  ['diff.external', '%'],
  ['diff.ignoreSubmodules', 'none'],
  ['diff.submodule', 'diff'],
  ['difftool.x.cmd', '%'],
  ['fetch.bundleURI', 'ext::%'],
  ['filter.c.clean', '%'],
  ['filter.c.process', '%'],
  ['filter.c.required', 'true'],
  ['filter.c.smudge', '%'],
  ['gpg.program', '%'],
  ['gpg.ssh.defaultKeyCommand', '%'],
  ['gpg.ssh.program', '%'],
  ['gpg.x509.program', '%'],
  ['hook.x.command', '%'],
  ['hook.x.event', 'post-index-change'],
  ['include.path', 'more-config'],
  ['interactive.diffFilter', '%'],
  ['log.showSignature', 'true'],
  ['merge.c.driver', '%'],
  ['mergetool.x.cmd', '%'],
  ['pager.ls-tree', '%'],
  ['pager.rev-list', '%'],
  ['pager.diff-index', '%'],
  ['protocol.allow', 'always'],
  ['protocol.ext.allow', 'always'],
  ['remote.origin.proxy', '%'],
  ['remote.origin.receivepack', '%'],
  ['remote.origin.uploadpack', '%'],
  ['remote.origin.vcs', 'ext'],
  ['sequence.editor', '%'],
  ['submodule.recurse', 'true'],
  ['submodule.sub.update', '!%'],
  ['trailer.x.cmd', '%'],
  ['trailer.x.command', '%'],
  ['uploadpack.packObjectsHook', '%'],
  ['web.browser', '%'],
];

/** Keys that make git look at those above, and name no program. */
const GUARDS: typeof KEYS = [['log.showSignature', 'true']];

function git({ path }: Temporary, ...words: readonly string[]): string {
  const identity = ['user.name=Test', 'user.email=test@example.org', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync(
    'git',
    [...identity.flatMap((each) => ['-c', each]), ...words],
    {
      cwd: path,
      encoding: 'utf8',
    },
  );
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

/** Two commits, something changed and something new, and a program that everything could run. */
function repository(folder: Temporary): string {
  git(folder, 'init', '-q', '-b', 'main');
  folder.write('.gitattributes', '*.c filter=c diff=c merge=c text\n');
  folder.write('a.c', CLEAN);
  folder.write('b.c', CLEAN.replaceAll('first', 'third'));
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'one');
  folder.write('a.c', CYCLE);
  git(folder, 'commit', '-q', '-a', '-m', 'two');
  sign(folder);
  folder.write('new.c', CYCLE);
  // As long as before and not as old: git would have to read it to know.
  folder.write('b.c', CLEAN.replaceAll('first', 'forth'));
  utimesSync(join(folder.path, 'a.c'), new Date(0), new Date(0));
  const program = folder.write(
    `.git/${PROGRAM}`,
    `#!/bin/sh\necho "$@" >> ${join(folder.path, '.git', TRACE)}\n`,
  );
  for (const hook of ['post-index-change', 'reference-transaction', 'pre-auto-gc', 'fsmonitor-watchman']) {
    for (const place of ['hooks', '.git/hooks']) {
      folder.write(`${place}/${hook}`, `#!/bin/sh\n${program}\n`);
      chmodSync(join(folder.path, place, hook), 0o755);
    }
  }
  folder.write('.git/more-config', `[core]\n\tfsmonitor = ${program}\n\tsshCommand = ${program}\n`);
  chmodSync(program, 0o755);
  return program;
}

/** Gives the last commit a signature that somebody would have to look at. */
function sign(folder: Temporary): void {
  const [head = '', text = ''] = git(folder, 'cat-file', 'commit', 'HEAD').split(/\n\n(.*)/s);
  const signature = ['gpgsig -----BEGIN PGP SIGNATURE-----', ' ', ' aaaa', ' -----END PGP SIGNATURE-----'];
  const file = folder.write('.git/signed', [head, ...signature, '', text, ''].join('\n'));
  git(folder, 'reset', '-q', '--soft', git(folder, 'hash-object', '-t', 'commit', '-w', file));
}

function configure(folder: Temporary, program: string, keys: typeof KEYS): void {
  for (const [key, value] of keys) git(folder, 'config', key, value.replace('%', program));
  rmSync(join(folder.path, '.git', TRACE), { force: true });
}

/** Everything we ask git for. */
async function askEverything(folder: Temporary): Promise<string[]> {
  const out: string[] = [];
  for (const range of ['HEAD', 'HEAD~1', 'HEAD~1..HEAD']) {
    const { err, code } = await lockorder(['scan', '--diff', range], folder.path);
    assert.notEqual(code, 2, err);
    out.push(err);
  }
  process.env['GIT_INDEX_FILE'] = join(folder.path, '.git/index');
  try {
    out.push((await lockorder(['scan', '--diff', 'HEAD'], folder.path)).err);
  } finally {
    delete process.env['GIT_INDEX_FILE'];
  }
  await changedFiles(folder.path);
  return out;
}

const trace = ({ path }: Temporary): string => {
  const file = join(path, '.git', TRACE);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

/** Every file below a folder with the time it was written. */
function stamps(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('.cache'))
    .sort()
    .map((name) => `${name} ${statSync(join(folder, name)).mtimeMs}`)
    .join('\n');
}

describe('git in an untrusted tree', function () {
  it('runs no program that the configuration names', () =>
    within({}, async (folder) => {
      const program = repository(folder);
      configure(folder, program, KEYS);
      // The trap works: git by itself would run something.
      spawnSync('git', ['status'], { cwd: folder.path });
      assert.notEqual(trace(folder), '');
      rmSync(join(folder.path, '.git', TRACE));
      assert.deepEqual(await askEverything(folder), ['', '', '', '']);
      assert.equal(trace(folder), '');
    }));

  it('runs none for each of these keys alone', () =>
    within({}, async (folder) => {
      const program = repository(folder);
      configure(folder, program, GUARDS);
      const others = readFileSync(join(folder.path, '.git/config'), 'utf8');
      for (const [key, value] of KEYS.filter(([, text]) => text.includes('%'))) {
        configure(folder, program, [[key, value]]);
        commitsOf(folder.path, 'HEAD~1', 'HEAD');
        for (const revision of ['HEAD~1', INDEX]) {
          const files = new RevisionFiles(folder.path, revision);
          assert.ok('bytes' in files.read('a.c'));
        }
        await changedFiles(folder.path);
        assert.equal(trace(folder), '', key);
        folder.write('.git/config', others);
      }
    }));

  it('writes nothing, in the repository or beside it', () =>
    within({}, async (folder) => {
      repository(folder);
      const before = stamps(folder.path);
      await askEverything(folder);
      assert.equal(stamps(folder.path), before);
    }));

  it('refuses a filter that cannot be disabled by name', () =>
    within({}, async (folder) => {
      const program = repository(folder);
      folder.write('.gitattributes', '*.c filter=c=d\n');
      configure(folder, program, [['filter.c=d.clean', '%']]);
      await assert.rejects(changedFiles(folder.path), /cannot be switched off: filter\.c=d\.clean/);
      assert.equal(trace(folder), '');
    }));

  it('lists what differs, compared without filters', () =>
    within({}, async (folder) => {
      configure(folder, repository(folder), [['filter.c.clean', '%']]);
      const found = await changedFiles(folder.path);
      assert.deepEqual(
        found.map((file) => file.slice(folder.path.length + 1)),
        ['b.c', 'new.c'],
      );
    }));

  it('fetches nothing that a partial clone lacks, and names what is missing', () =>
    within({}, async (folder) => {
      const program = repository(folder);
      const blob = git(folder, 'rev-parse', 'HEAD~1:a.c');
      configure(folder, program, [
        ['core.repositoryFormatVersion', '1'],
        ['extensions.partialClone', 'origin'],
        ['remote.origin.url', folder.path],
        ['remote.origin.promisor', 'true'],
        ['remote.origin.uploadpack', '%'],
      ]);
      rmSync(join(folder.path, '.git/objects', blob.slice(0, 2), blob.slice(2)));
      for (const range of ['HEAD~1', 'HEAD~1..HEAD']) {
        const { code, err } = await lockorder(['scan', '--diff', range], folder.path);
        assert.equal(code, 2);
        assert.match(
          err,
          /lacks the contents of one file of this revision, a\.c for one \(a partial clone\?\)/,
        );
      }
      assert.equal(trace(folder), '');
    }));

  it('never runs a git from a folder of the tree', () =>
    within({}, async (folder) => {
      const program = repository(folder);
      folder.write('git', `#!/bin/sh\n${program}\n`);
      chmodSync(join(folder.path, 'git'), 0o755);
      const before = process.env['PATH'];
      process.env['PATH'] = `.:${before ?? ''}`;
      try {
        await lockorder(['scan', '--diff', 'HEAD'], folder.path);
      } finally {
        process.env['PATH'] = before;
      }
      assert.equal(trace(folder), '');
    }));

  it('lets git decide which repositories are trusted', () =>
    within({}, async (folder) => {
      repository(folder);
      process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'] = '1';
      try {
        const { code, err } = await lockorder(['scan', '--diff', 'HEAD'], folder.path);
        assert.equal(code, 2);
        assert.match(err, /dubious ownership/);
      } finally {
        delete process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'];
      }
    }));
});
