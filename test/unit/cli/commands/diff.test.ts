import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { scanSchema } from '../../../../analysis/report/formats/schema.js';
import { within, type Temporary } from '../../host/temporary.js';
import { lockorder } from '../run.js';
import { CLEAN, CYCLE } from '../sources.js';

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

describe('scan --diff', () => {
  it('shows findings that are new since a revision, or between two', () =>
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

  it('keeps the findings of a revision, also those that a comment hides', () =>
    within({}, async (folder) => {
      git(folder, 'init', '-q');
      const hidden = CYCLE.replaceAll('first', 'third').split('\n');
      hidden.splice(16, 0, '/* lockorder-ignore lock-order-cycle: only one of them runs */');
      commit(folder, 'old.c', CYCLE);
      commit(folder, 'hidden.c', hidden.join('\n'));
      folder.write('new.c', CYCLE.replaceAll('first', 'fifth'));
      const cached = ['--diff', 'HEAD', '--cache', '.cache'];
      assert.deepEqual(await placesOf(folder, ...cached), ['new.c:17']);
      assert.deepEqual(await placesOf(folder, ...cached), ['new.c:17']);
      // What a comment has hidden is not new when the comment is gone.
      folder.write('hidden.c', CYCLE.replaceAll('first', 'third'));
      assert.deepEqual(await placesOf(folder, ...cached), ['new.c:17']);
      // Another revision has other findings.
      commit(folder, 'new.c', CYCLE.replaceAll('first', 'fifth'));
      assert.deepEqual(await placesOf(folder, ...cached), []);
      assert.deepEqual(await placesOf(folder, '--diff', 'HEAD~1', '--cache', '.cache'), ['new.c:17']);
    }));

  it('works in a subfolder of the repository', () =>
    within({}, async (folder) => {
      git(folder, 'init', '-q');
      commit(folder, 'sub/include/a.h', 'struct a { struct semaphore first; };\n');
      commit(folder, 'sub/x.c', CLEAN);
      folder.write('sub/lockorder.json', '{}');
      folder.write('sub/x.c', CYCLE);
      assert.deepEqual(await placesOf(folder, 'sub', '--root', 'sub', '--diff', 'HEAD'), ['x.c:17']);
    }));

  it('gives the same findings with --compare around as over everything', () =>
    within({}, async (folder) => {
      git(folder, 'init', '-q');
      const header =
        '#include <linux/mutex.h>\nstruct d { struct mutex a; struct mutex b; };\nvoid far(struct d *d);\n';
      const near = (first: string, then: string): string =>
        `#include "../include/d.h"\nvoid near(struct d *d)\n{\n\tmutex_lock(&d->${first});\n\tmutex_lock(&d->${then});\n\tmutex_unlock(&d->${then});\n\tmutex_unlock(&d->${first});\n}\nvoid use(struct d *d)\n{\n\tfar(d);\n}\n`;
      commit(folder, 'include/d.h', header);
      commit(folder, 'one/near.c', near('a', 'b'));
      commit(
        folder,
        'two/far.c',
        near('a', 'b')
          .replace('void near', 'void far')
          .replace(/void use[^]*/, ''),
      );
      commit(folder, 'three/apart.c', CYCLE);
      folder.write('one/near.c', near('b', 'a'));
      const all = await placesOf(folder, '--diff', 'HEAD', '--compare', 'all');
      assert.equal(all.length, 1);
      const words = ['scan', '--format', 'json', '--diff', 'HEAD', '--compare', 'around'];
      for (const more of [[], ['--rules', 'lock-order-cycle']]) {
        const { out, err } = await lockorder([...words, ...more], folder.path);
        assert.match(err, /--diff: 1 changed file of 3 and 1 file around are compared/);
        const found = scanSchema.parse(JSON.parse(out)).findings;
        assert.deepEqual(
          found.map(({ at }) => `${at.file}:${at.line}`),
          all,
        );
      }
      git(folder, 'commit', '-q', '-a', '-m', 'the other way round');
      const { out } = await lockorder(
        [...words.slice(0, 4), 'HEAD~1..HEAD', '--compare', 'around'],
        folder.path,
      );
      assert.equal(scanSchema.parse(JSON.parse(out)).findings.length, 1);
    }));

  it('fails with the message of git', () =>
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

  it('lists the findings that each commit of a range adds', () =>
    within({}, async (folder) => {
      git(folder, 'init', '-q', '-b', 'main');
      commit(folder, 'a.c', CLEAN);
      commit(folder, 'b.c', CYCLE.replaceAll('first', 'third'));
      commit(folder, 'notes.txt', 'no source');
      commit(folder, 'a.c', CYCLE);
      commit(folder, 'b.c', CLEAN.replaceAll('first', 'third'));
      const { out, code } = await lockorder(
        ['scan', '--format', 'json', '--diff', 'HEAD~4..HEAD'],
        folder.path,
      );
      const { commits = [], findings } = scanSchema.parse(JSON.parse(out));
      assert.equal(code, 1);
      assert.deepEqual(
        findings.map(({ at }) => at.file),
        ['a.c'],
      );
      assert.deepEqual(
        commits.map(({ subject, adds }) => [subject, ...adds.map(({ file, line }) => `${file}:${line}`)]),
        [['b.c', 'b.c:17'], ['notes.txt'], ['a.c', 'a.c:17'], ['b.c']],
      );
      const text = await lockorder(['scan', '--diff', 'HEAD~1..HEAD'], folder.path);
      assert.equal(text.code, 0);
      assert.match(text.out, /^[0-9a-f]{12} adds nothing: b\.c$/m);
    }));

  it('counts a merge as one change', () =>
    within({}, async (folder) => {
      git(folder, 'init', '-q', '-b', 'main');
      commit(folder, 'a.c', CLEAN);
      git(folder, 'checkout', '-q', '-b', 'topic');
      commit(folder, 'b.c', CYCLE.replaceAll('first', 'third'));
      commit(folder, 'b2.c', CLEAN.replaceAll('first', 'fifth'));
      git(folder, 'checkout', '-q', 'main');
      commit(folder, 'c.c', CLEAN.replaceAll('first', 'fourth'));
      git(folder, 'merge', '-q', '--no-ff', '-m', 'merge topic', 'topic');
      const { out } = await lockorder(['scan', '--format', 'json', '--diff', 'HEAD~2..HEAD'], folder.path);
      assert.deepEqual(
        scanSchema.parse(JSON.parse(out)).commits?.map(({ subject, adds }) => [subject, adds.length]),
        [
          ['c.c', 0],
          ['merge topic', 1],
        ],
      );
    }));

  it('reads the index on request and in a git hook', () =>
    within({}, async (folder) => {
      git(folder, 'init', '-q');
      commit(folder, 'a.c', CLEAN);
      folder.write('a.c', CYCLE);
      assert.deepEqual(await placesOf(folder, '--diff', 'HEAD..:'), []);
      git(folder, 'add', 'a.c');
      folder.write('a.c', CLEAN);
      assert.deepEqual(await placesOf(folder, '--diff', 'HEAD..:'), ['a.c:17']);
      assert.deepEqual(await placesOf(folder, '--diff', 'HEAD'), []);
      process.env['GIT_INDEX_FILE'] = `${folder.path}/.git/index`;
      try {
        assert.deepEqual(await placesOf(folder, '--diff', 'HEAD'), ['a.c:17']);
      } finally {
        delete process.env['GIT_INDEX_FILE'];
      }
    }));

  it('uses orders that a change declares, and hides known findings', () =>
    within({}, async (folder) => {
      git(folder, 'init', '-q');
      const taken = CYCLE.replace(/\nstatic void [\s\S]*?\n}\n/, '\n');
      commit(folder, 'a.c', taken);
      commit(folder, '.lockorder', 'nothing < to_see\n');
      folder.write('.lockorder', `${locksOf(taken).join(' < ')}\n${locksOf(taken).reverse().join(' < ')}\n`);
      const { out } = await lockorder(['scan', '--format', 'json', '--diff', 'HEAD'], folder.path);
      const { findings } = scanSchema.parse(JSON.parse(out));
      assert.ok(findings.some(({ rule }) => rule === 'declared-order'));
    }));
});

/** The variables of the two locks. */
function locksOf(text: string): string[] {
  return [...new Set([...text.matchAll(/DEFINE_\w+\((\w+)\)/g)].map(([, name]) => name ?? ''))].slice(0, 2);
}
