import assert from 'node:assert/strict';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles, rootPath } from '../../../../host/node/files/list.js';
import { within } from '../temporary.js';

describe('listing files', () => {
  it('lists C files and headers, sorted, without hidden folders, packages and build output', () =>
    within(
      {
        'b.c': '',
        'a/x.h': '',
        'a/x.txt': '',
        '.git/y.c': '',
        'node_modules/z.c': '',
        'm.mod.c': '',
        'B.c': '',
      },
      ({ path }) => {
        assert.deepEqual(listFiles(path, [path]), { files: ['B.c', 'a/x.h', 'b.c'], skipped: [] });
      },
    ));

  it('reports missing paths and folders without C, and continues', () =>
    within({ 'a.c': '', 'doc/readme.txt': '' }, ({ path }) => {
      const paths = ['missing.c', 'doc', 'a.c'].map((name) => join(path, name));
      assert.deepEqual(listFiles(path, paths), {
        files: ['a.c'],
        skipped: [
          { file: 'doc', reason: 'no-c-files' },
          { file: 'missing.c', reason: 'not-found' },
        ],
      });
    }));

  it('lists an explicitly given file whatever its name', () =>
    within({ 'a.inc': '' }, ({ path }) => {
      assert.deepEqual(listFiles(path, [join(path, 'a.inc')]).files, ['a.inc']);
    }));

  it('terminates on a cycle of symbolic links, and reports it', () =>
    within({ 'd/a.c': '' }, ({ path }) => {
      symlinkSync('..', join(path, 'd/up'));
      symlinkSync('self.c', join(path, 'd/self.c'));
      symlinkSync('nowhere', join(path, 'd/gone.c'));
      assert.deepEqual(listFiles(path, [path]), {
        files: ['d/a.c'],
        skipped: [
          { file: 'd/gone.c', reason: 'broken-symlink' },
          { file: 'd/self.c', reason: 'symlink-cycle' },
          { file: 'd/up', reason: 'symlink-cycle' },
        ],
      });
    }));

  it('lists a linked folder once, under its own name if it has one', () =>
    within({ 'common/a.c': '', 'driver/b.c': '' }, ({ path }) => {
      symlinkSync('../common', join(path, 'driver/common'));
      assert.deepEqual(listFiles(path, [path]).files, ['common/a.c', 'driver/b.c']);
      assert.deepEqual(listFiles(path, [join(path, 'driver')]).files, ['driver/b.c', 'driver/common/a.c']);
    }));

  it('reports an unreadable folder', function () {
    if (process.getuid?.() === 0) this.skip();
    return within({ 'a.c': '', 'secret/b.c': '' }, ({ path }) => {
      chmodSync(join(path, 'secret'), 0);
      const { files, skipped } = listFiles(path, [path]);
      chmodSync(join(path, 'secret'), 0o700);
      assert.deepEqual(
        { files, skipped },
        { files: ['a.c'], skipped: [{ file: 'secret', reason: 'unreadable' }] },
      );
    });
  });

  it('applies include and exclude', () =>
    within({ 'a/x.c': '', 'a/y.c': '', 'b/z.c': '' }, ({ path }) => {
      assert.deepEqual(listFiles(path, [path], { include: ['a/**'] }).files, ['a/x.c', 'a/y.c']);
      assert.deepEqual(listFiles(path, [path], { exclude: ['a', '**/z.c'] }).files, []);
      assert.deepEqual(listFiles(path, [path], { exclude: ['**/y.c'] }).files, ['a/x.c', 'b/z.c']);
    }));

  it('recognises paths outside the root', () => {
    assert.equal(rootPath('/r', '/r/a/b.c'), 'a/b.c');
    assert.equal(rootPath('/r', '/r'), '.');
    assert.equal(rootPath('/r', '/other/b.c'), undefined);
    assert.equal(rootPath('/r', '/r/..b.c'), '..b.c');
  });
});
