import assert from 'node:assert/strict';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { contentKey } from '../../../../host/node/cache/cache.js';
import { replaceFiles } from '../../../../host/node/files/write.js';
import { within } from '../temporary.js';

const key = (text: string): string => contentKey(Buffer.from(text));

describe('replacing files', () => {
  it('keeps the mode, and the link to a file', () =>
    within({ 'a.c': 'old' }, ({ path }) => {
      chmodSync(join(path, 'a.c'), 0o640);
      symlinkSync('a.c', join(path, 'link.c'));
      const bytes = Buffer.from('new');
      assert.deepEqual(replaceFiles(path, [{ path: join(path, 'link.c'), before: key('old'), bytes }]), []);
      assert.equal(readFileSync(join(path, 'a.c'), 'utf8'), 'new');
      assert.equal(statSync(join(path, 'a.c')).mode & 0o777, 0o640);
      assert.ok(lstatSync(join(path, 'link.c')).isSymbolicLink());
    }));

  it('replaces none if one has changed', () =>
    within({ 'a.c': 'old', 'b.c': 'changed' }, ({ path }) => {
      const bytes = Buffer.from('new');
      const bad = replaceFiles(path, [
        { path: join(path, 'a.c'), before: key('old'), bytes },
        { path: join(path, 'b.c'), before: key('old'), bytes },
      ]);
      assert.deepEqual(bad, [{ path: join(path, 'b.c'), why: 'has changed' }]);
      assert.equal(readFileSync(join(path, 'a.c'), 'utf8'), 'old');
      assert.deepEqual(readdirSync(path), ['a.c', 'b.c']);
    }));

  it('follows no link out of the root, in any component of the path', () =>
    within({ 'outside/a.c': 'old', 'outside/deep/b.c': 'old', 'root/c.c': 'old' }, ({ path }) => {
      const root = join(path, 'root');
      symlinkSync('../outside/a.c', join(root, 'a.c'));
      symlinkSync('../outside', join(root, 'sub'));
      symlinkSync('../outside/new', join(root, 'dangling'));
      symlinkSync('a.c', join(root, 'twice.c'));
      const bytes = Buffer.from('new');
      const out = 'a symbolic link leads out of the root';
      const cases: readonly [name: string, before: string | undefined, why: string][] = [
        ['a.c', key('old'), out],
        ['twice.c', key('old'), out],
        ['sub/deep/b.c', key('old'), out],
        ['sub/.lockorder', undefined, out],
        ['dangling', undefined, out],
        ['../outside/a.c', key('old'), out],
        ['nowhere/x', undefined, out],
        ['c.c', undefined, 'already exists'],
      ];
      for (const [name, before, why] of cases) {
        const file = join(root, name);
        const own = { path: join(root, 'c.c'), before: key('old'), bytes };
        assert.deepEqual(
          replaceFiles(root, [own, { path: file, before, bytes }]),
          [{ path: file, why }],
          name,
        );
      }
      assert.equal(readFileSync(join(path, 'outside/a.c'), 'utf8'), 'old');
      const left = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
      assert.deepEqual(
        left.filter((name) => !name.startsWith('root/sub/')),
        [
          'outside',
          'outside/a.c',
          'outside/deep',
          'outside/deep/b.c',
          'root',
          ...['a.c', 'c.c', 'dangling', 'sub', 'twice.c'].map((name) => `root/${name}`),
        ],
      );
    }));

  it('writes through no link at the temporary path', () =>
    within({ 'a.c': 'old', victim: 'mine' }, ({ path }) => {
      symlinkSync('victim', join(path, `a.c.lockorder-${process.pid}`));
      const bytes = Buffer.from('new');
      assert.deepEqual(replaceFiles(path, [{ path: join(path, 'a.c'), before: key('old'), bytes }]), []);
      assert.equal(readFileSync(join(path, 'victim'), 'utf8'), 'mine');
    }));
});
