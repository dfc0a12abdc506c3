import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sourceOf } from '../../../../cli/commands/check.js';
import { within } from '../../host/temporary.js';
import { lockorder } from '../run.js';
import { CYCLE } from '../sources.js';

describe('the source file among compiler arguments', () => {
  it('is found first or last', () => {
    assert.equal(sourceOf(['a.c', '-O2', '-Wall']), 'a.c');
    assert.equal(sourceOf(['-D__KERNEL__', '-I./include', '-Wp,-MMD,.a.o.d', 'drivers/a.c']), 'drivers/a.c');
  });

  it('is not the value of an option', () => {
    assert.equal(sourceOf(['-include', 'kconfig.h', 'a.c', '-o', 'b.c']), 'a.c');
    assert.equal(sourceOf(['-include', 'kconfig.h']), undefined);
  });
});

describe('check', () => {
  it('prints paths relative to the current folder, and does not stop make', () =>
    within({ Kbuild: '', Kconfig: '', 'drivers/a.c': CYCLE }, async ({ path }) => {
      const firstLine = async (cwd: string, file: string): Promise<string> => {
        const { code, out } = await lockorder(['check', '-Wall', '-D__KERNEL__', file], cwd);
        assert.equal(code, 0);
        return out.split(':')[0] ?? '';
      };
      assert.equal(await firstLine(path, 'drivers/a.c'), 'drivers/a.c');
      assert.equal(await firstLine(join(path, 'drivers'), 'a.c'), 'a.c');
      const build = join(path, 'build');
      mkdirSync(build);
      assert.equal(await firstLine(build, '../drivers/a.c'), join(path, 'drivers/a.c'));
    }));
});
