import assert from 'node:assert/strict';
import { lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { writeResult } from '../../../../cli/terminal.js';
import { within } from '../../host/temporary.js';

describe('--out', () => {
  it('replaces a file, and writes through a symbolic link', () =>
    within({ 'real.json': 'old', 'plain.json': 'old' }, ({ path }) => {
      const [link, plain] = [join(path, 'link.json'), join(path, 'plain.json')];
      symlinkSync('real.json', link);
      for (const file of [link, plain]) writeResult('new', file);
      assert.ok(lstatSync(link).isSymbolicLink());
      assert.equal(readFileSync(join(path, 'real.json'), 'utf8'), 'new');
      assert.equal(readFileSync(plain, 'utf8'), 'new');
      return Promise.resolve();
    }));
});
