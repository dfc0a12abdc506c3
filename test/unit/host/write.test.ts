import assert from 'node:assert/strict';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { contentKey } from '../../../host/node/cache.js';
import { replaceFiles } from '../../../host/node/write.js';
import { within } from './temporary.js';

const key = (text: string): string => contentKey(Buffer.from(text));

describe('replacing files', () => {
  it('keeps the mode, and the link that leads to a file', () =>
    within({ 'a.c': 'old' }, ({ path }) => {
      chmodSync(join(path, 'a.c'), 0o640);
      symlinkSync('a.c', join(path, 'link.c'));
      const bytes = Buffer.from('new');
      assert.deepEqual(replaceFiles([{ path: join(path, 'link.c'), before: key('old'), bytes }]), []);
      assert.equal(readFileSync(join(path, 'a.c'), 'utf8'), 'new');
      assert.equal(statSync(join(path, 'a.c')).mode & 0o777, 0o640);
      assert.ok(lstatSync(join(path, 'link.c')).isSymbolicLink());
    }));

  it('replaces none when one has changed', () =>
    within({ 'a.c': 'old', 'b.c': 'changed' }, ({ path }) => {
      const bytes = Buffer.from('new');
      const bad = replaceFiles([
        { path: join(path, 'a.c'), before: key('old'), bytes },
        { path: join(path, 'b.c'), before: key('old'), bytes },
      ]);
      assert.deepEqual(bad, [join(path, 'b.c')]);
      assert.equal(readFileSync(join(path, 'a.c'), 'utf8'), 'old');
      assert.deepEqual(readdirSync(path), ['a.c', 'b.c']);
    }));
});
