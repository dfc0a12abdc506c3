import assert from 'node:assert/strict';
import { DiskFiles } from '../../../host/node/disk.js';
import { IncludeResolver } from '../../../host/includes.js';
import { within } from './temporary.js';

const KERNEL = {
  Kbuild: '',
  Makefile: 'USERINCLUDE := -I$(srctree)/include/uapi\nLINUXINCLUDE := -I$(srctree)/include $(USERINCLUDE)\n',
  'include/linux/mutex.h': '',
  'include/linux/tty.h': '',
  'include/uapi/linux/tty.h': '',
  'include/asm-generic/percpu.h': '',
  'arch/x86/include/asm/page.h': '',
  'arch/arm/include/asm/page.h': '',
  'drivers/foo/foo.h': '',
  'drivers/foo/Makefile': 'ccflags-y += -I$(srctree)/drivers/bar -I $(src)/inc\n',
  'drivers/foo/inc/own.h': '',
  'drivers/bar/bar.h': '',
  'drivers/gpu/deep/inc/dc.h': '',
  'drivers/gpu/other/dc.h': '',
  'tools/include/linux/mutex.h': '',
  'fs/xfs/Makefile': 'ccflags-y += -I $(srctree)/$(src)/libxfs',
  'fs/xfs/libxfs/xfs.h': '',
};

describe('resolving includes', () => {
  it('follows the rules of a kernel tree', () =>
    within(KERNEL, ({ path }) => {
      const resolver = new IncludeResolver(new DiskFiles(path), ['x86']);
      const find = (name: string, system: boolean, from = 'drivers/foo/foo.c'): string | undefined =>
        resolver.resolve({ path: name, system }, from);
      assert.equal(find('foo.h', false), 'drivers/foo/foo.h');
      assert.equal(find('linux/mutex.h', true), 'include/linux/mutex.h');
      assert.equal(find('asm/page.h', true), 'arch/x86/include/asm/page.h');
      assert.equal(find('asm/page.h', true, 'arch/arm/mm/x.c'), 'arch/arm/include/asm/page.h');
      assert.equal(find('asm/percpu.h', true), 'include/asm-generic/percpu.h');
      assert.equal(find('linux/tty.h', true), 'include/linux/tty.h', 'before the one for user programs');
      assert.equal(find('stdio.h', true), undefined);
    }));

  it('reads the include flags of makefiles', () =>
    within(KERNEL, ({ path }) => {
      const resolver = new IncludeResolver(new DiskFiles(path), ['x86']);
      assert.equal(
        resolver.resolve({ path: 'bar.h', system: false }, 'drivers/foo/foo.c'),
        'drivers/bar/bar.h',
      );
      assert.equal(
        resolver.resolve({ path: 'own.h', system: true }, 'drivers/foo/x/y.c'),
        'drivers/foo/inc/own.h',
      );
    }));

  it('guesses by the end of the path inside the subsystem, the nearest first', () =>
    within(KERNEL, ({ path }) => {
      const resolver = new IncludeResolver(new DiskFiles(path), ['x86']);
      const find = (name: string, from: string): string | undefined =>
        resolver.resolve({ path: name, system: false }, from);
      assert.equal(find('dc.h', 'drivers/gpu/deep/core/dc.c'), 'drivers/gpu/deep/inc/dc.h');
      assert.equal(find('inc/dc.h', 'drivers/gpu/other/x.c'), 'drivers/gpu/deep/inc/dc.h');
      assert.equal(find('dc.h', 'drivers/bar/x.c'), undefined);
      assert.equal(find('dc.h', 'x.c'), undefined);
    }));

  it('keeps the programs inside the tree apart', () =>
    within(KERNEL, ({ path }) => {
      const resolver = new IncludeResolver(new DiskFiles(path), ['x86']);
      assert.equal(
        resolver.resolve({ path: 'linux/mutex.h', system: true }, 'tools/perf/x.c'),
        'tools/include/linux/mutex.h',
      );
    }));

  it('stays inside the root', () =>
    within({ 'a.c': '' }, ({ path }) => {
      const resolver = new IncludeResolver(new DiskFiles(path), []);
      assert.equal(resolver.resolve({ path: '../../../etc/passwd', system: false }, 'a.c'), undefined);
      assert.equal(resolver.resolve({ path: '/etc/passwd', system: false }, 'a.c'), undefined);
    }));
});
