import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { FolderEntry } from '../../../../host/api.js';
import { DiskFiles } from '../../../../host/node/files/disk.js';
import { IncludeResolver } from '../../../../host/includes.js';
import { within } from '../temporary.js';

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
  'drivers/foo/Makefile':
    'ccflags-y += -I$(srctree)/drivers/bar -I $(src)/inc\ncmd_as = cc -I$(srctree)/include/uapi\n',
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

  it('finds a header anywhere in a tree that is no kernel, since variables of its makefiles name the folder', () =>
    within(
      {
        'module/pool.c': '',
        'include/sys/pool.h': '',
        'include/os/linux/spl/sys/mutex.h': '',
        'include/os/linux/zfs/sys/pool.h': '',
        'main.c': '',
      },
      ({ path }) => {
        const resolver = new IncludeResolver(new DiskFiles(path), ['x86']);
        const find = (name: string, from: string): string | undefined =>
          resolver.resolve({ path: name, system: true }, from);
        assert.equal(find('sys/pool.h', 'module/pool.c'), 'include/sys/pool.h');
        assert.equal(find('sys/mutex.h', 'include/sys/pool.h'), 'include/os/linux/spl/sys/mutex.h');
        assert.equal(find('sys/mutex.h', 'main.c'), 'include/os/linux/spl/sys/mutex.h');
        assert.equal(find('stdio.h', 'module/pool.c'), undefined);
      },
    ));

  it('follows symbolic links to headers and to folders of headers', () =>
    within({ ...KERNEL, 'drivers/foo/foo.c': '' }, ({ path }) => {
      symlinkSync('foo.h', join(path, 'drivers/foo/link.h'));
      symlinkSync('../bar', join(path, 'drivers/foo/other'));
      symlinkSync('nowhere.h', join(path, 'drivers/foo/broken.h'));
      const resolver = new IncludeResolver(new DiskFiles(path), ['x86']);
      const find = (name: string): string | undefined =>
        resolver.resolve({ path: name, system: false }, 'drivers/foo/foo.c');
      assert.equal(find('link.h'), 'drivers/foo/link.h');
      assert.equal(find('other/bar.h'), 'drivers/foo/other/bar.h');
      assert.equal(find('broken.h'), undefined);
    }));

  it('lists each folder once, however many queries', () =>
    within(KERNEL, ({ path }) => {
      const listed: string[] = [];
      let asked = 0;
      class Watched extends DiskFiles {
        override entries(folder: string): readonly FolderEntry[] {
          listed.push(folder);
          return super.entries(folder);
        }
        override kindOf(name: string): 'file' | 'folder' | undefined {
          asked += 1;
          return super.kindOf(name);
        }
      }
      const disk = new Watched(path);
      const resolver = new IncludeResolver(disk, ['x86']);
      const before = asked;
      for (let at = 0; at < 50; at++) {
        resolver.resolve({ path: `linux/none${at}.h`, system: true }, 'include/linux/mutex.h');
        resolver.resolve({ path: `deep/none${at}.h`, system: false }, 'include/linux/mutex.h');
      }
      assert.equal(asked, before);
      assert.deepEqual(listed, [...new Set(listed)]);
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

  it('matches the end of the path inside the subsystem, nearest first', () =>
    within(KERNEL, ({ path }) => {
      const resolver = new IncludeResolver(new DiskFiles(path), ['x86']);
      const find = (name: string, from: string): string | undefined =>
        resolver.resolve({ path: name, system: false }, from);
      assert.equal(find('dc.h', 'drivers/gpu/deep/core/dc.c'), 'drivers/gpu/deep/inc/dc.h');
      assert.equal(find('inc/dc.h', 'drivers/gpu/other/x.c'), 'drivers/gpu/deep/inc/dc.h');
      assert.equal(find('dc.h', 'drivers/bar/x.c'), undefined);
      assert.equal(find('dc.h', 'x.c'), undefined);
    }));

  it('separates the programs inside the tree', () =>
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
