import assert from 'node:assert/strict';
import { FileTable } from '../../../analysis/link/files/files.js';
import { Includes } from '../../../analysis/link/files/includes.js';
import { summary } from './builder.js';

/** A tree of files by their includes. */
function tree(files: Readonly<Record<string, readonly string[]>>) {
  const table = new FileTable();
  const includes = new Includes(table, ['x86']);
  for (const [path, list] of Object.entries(files))
    includes.learn(table.add(path, summary({ includes: list })));
  const file = (path: string) => {
    const found = table.get(path);
    assert.ok(found, path);
    return found;
  };
  const target = (from: string, text: string): string | undefined =>
    includes.resolve({ path: text.slice(1, -1), system: text.startsWith('<') }, file(from))?.path;
  const reaches = (from: string, to: string): boolean => includes.reaches(file(from), file(to));
  return { table, includes, file, target, reaches };
}

describe('an include', () => {
  it('in quotes resolves beside the file, in angle brackets to the public header', () => {
    const { target } = tree({ 'net/a.c': [], 'net/x.h': [], 'include/x.h': [], 'include/uapi/y.h': [] });
    assert.equal(target('net/a.c', '"x.h"'), 'net/x.h');
    assert.equal(target('net/a.c', '<x.h>'), 'include/x.h');
    assert.equal(target('net/a.c', '"y.h"'), 'include/uapi/y.h');
    assert.equal(target('net/a.c', '"../include/x.h"'), 'include/x.h');
    assert.equal(target('net/a.c', '"../../../x.h"'), 'net/x.h');
  });

  it('of an architecture header resolves to the own architecture, and to x86 from common code', () => {
    const { target } = tree({
      'arch/arm/a.c': [],
      'arch/arm/include/asm/io.h': [],
      'arch/x86/include/asm/io.h': [],
      'arch/x86/include/uapi/asm/ioctl.h': [],
      'arch/mips/include/asm/only.h': [],
      'include/asm-generic/fallback.h': [],
      'mm/m.c': [],
    });
    assert.equal(target('arch/arm/a.c', '<asm/io.h>'), 'arch/arm/include/asm/io.h');
    assert.equal(target('mm/m.c', '<asm/io.h>'), 'arch/x86/include/asm/io.h');
    assert.equal(target('mm/m.c', '<asm/ioctl.h>'), 'arch/x86/include/uapi/asm/ioctl.h');
    assert.equal(target('mm/m.c', '<asm/fallback.h>'), 'include/asm-generic/fallback.h');
    assert.equal(target('mm/m.c', '<asm/only.h>'), 'arch/mips/include/asm/only.h');
    assert.equal(target('arch/arm/a.c', '<asm/only.h>'), undefined);
  });

  it('found in no known directory resolves to the nearest file with that suffix', () => {
    const { target } = tree({
      'drivers/gpu/a/core/x.c': [],
      'drivers/gpu/a/inc/core/os.h': [],
      'drivers/gpu/b/inc/core/os.h': [],
      'drivers/gpu/a/inc/notcore/os.h': [],
    });
    assert.equal(target('drivers/gpu/a/core/x.c', '<core/os.h>'), 'drivers/gpu/a/inc/core/os.h');
    assert.equal(target('drivers/gpu/a/core/x.c', '<score/os.h>'), undefined);
  });

  it('from the kernel never resolves to a file of tools/', () => {
    const { target } = tree({
      'mm/m.c': [],
      'tools/include/linux/x.h': [],
      'include/linux/x.h': [],
      'tools/t.c': [],
    });
    assert.equal(target('mm/m.c', '<linux/x.h>'), 'include/linux/x.h');
    assert.equal(target('tools/t.c', '<linux/x.h>'), 'tools/include/linux/x.h');
  });
});

describe('reaching through includes', () => {
  it('follows any number of files, and cycles', () => {
    const { reaches } = tree({
      'a.c': ['"a.h"'],
      'a.h': ['"b.h"'],
      'b.h': ['"a.h"', '"c.h"'],
      'c.h': [],
      'd.h': [],
    });
    assert.equal(reaches('a.c', 'c.h'), true);
    assert.equal(reaches('b.h', 'a.h'), true);
    assert.equal(reaches('a.c', 'd.h'), false);
    assert.equal(reaches('c.h', 'a.h'), false);
  });

  it('is updated when a file is added or changes', () => {
    const { table, includes, file, reaches } = tree({ 'a.c': ['"a.h"'], 'b.h': [] });
    assert.equal(reaches('a.c', 'b.h'), false);
    includes.learn(table.add('a.h', summary({ includes: ['"b.h"'] })));
    includes.pathsChanged();
    assert.equal(reaches('a.c', 'b.h'), true);
    includes.forget(file('a.h'));
    file('a.h').summary = summary({});
    includes.learn(file('a.h'));
    assert.equal(reaches('a.c', 'b.h'), false);
  });
});
