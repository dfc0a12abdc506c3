import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { scanSchema } from '../../../analysis/report/schema.js';
import { within, type Temporary } from '../host/temporary.js';
import { lockorder, TIMEOUT_MS } from './run.js';
import { CLEAN, CYCLE } from './sources.js';

function git({ path }: Temporary, ...words: readonly string[]): void {
  const identity = [
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@example.org',
    '-c',
    'commit.gpgsign=false',
  ];
  const { status, stderr } = spawnSync('git', [...identity, ...words], { cwd: path, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

function commit(folder: Temporary, name: string, text: string): void {
  folder.write(name, text);
  git(folder, 'add', name);
  git(folder, 'commit', '-q', '-m', name);
}

async function placesOf(folder: Temporary, ...words: readonly string[]): Promise<string[]> {
  const { out, err } = await lockorder(['scan', '--format', 'json', ...words], folder.path);
  assert.equal(err, '');
  return scanSchema.parse(JSON.parse(out)).findings.map(({ at }) => `${at.file}:${at.line}`);
}

describe('scan --diff', function () {
  this.timeout(TIMEOUT_MS);

  it('shows what is new since a revision, or between two', () =>
    within({}, async (folder) => {
      git(folder, 'init', '-q');
      commit(folder, 'old.c', CYCLE);
      commit(folder, 'new.c', CLEAN.replaceAll('first', 'third'));
      commit(folder, 'new.c', CYCLE.replaceAll('first', 'third'));
      assert.deepEqual(await placesOf(folder), ['new.c:17', 'old.c:17']);
      assert.deepEqual(await placesOf(folder, '--diff', 'HEAD'), []);
      assert.deepEqual(await placesOf(folder, '--diff', 'HEAD~1'), ['new.c:17']);
      // Lines that only moved are nothing new.
      folder.write('old.c', `\n\n${CYCLE}`);
      assert.deepEqual(await placesOf(folder, '--diff', 'HEAD~1'), ['new.c:17']);
      assert.deepEqual(await placesOf(folder, '--diff', 'HEAD~2..HEAD~1'), []);
      assert.deepEqual(await placesOf(folder, '--diff', 'HEAD~2..HEAD'), ['new.c:17']);
    }));

  it('works in a folder of the repository', () =>
    within({}, async (folder) => {
      git(folder, 'init', '-q');
      commit(folder, 'sub/include/a.h', 'struct a { struct semaphore first; };\n');
      commit(folder, 'sub/x.c', CLEAN);
      folder.write('sub/lockorder.json', '{}');
      folder.write('sub/x.c', CYCLE);
      assert.deepEqual(await placesOf(folder, 'sub', '--diff', 'HEAD'), ['x.c:17']);
    }));

  it('says what git says when that cannot be', () =>
    within({ 'a.c': CYCLE }, async (folder) => {
      const none = await lockorder(['scan', '--diff', 'HEAD'], folder.path);
      assert.equal(none.code, 2);
      assert.match(none.err, /--diff: .*not a git repository/);
      git(folder, 'init', '-q');
      const unknown = await lockorder(['scan', '--diff', 'HEAD'], folder.path);
      assert.equal(unknown.code, 2);
      assert.match(unknown.err, /--diff: unknown revision HEAD/);
      assert.equal((await lockorder(['scan', '--diff', '..HEAD'], folder.path)).code, 2);
    }));
});
