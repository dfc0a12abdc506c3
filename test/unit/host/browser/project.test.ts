import assert from 'node:assert/strict';
import { BrowserProject } from '../../../../host/browser/project.js';
import { VirtualFiles } from '../../../../host/browser/virtual-files.js';
import { drive } from '../../../../host/drive.js';
import { createNodeParser } from '../../../../host/node/parser.js';
import { decode } from '../../../../host/node/files/read.js';
import { folderPath, joinPath, normalizePath } from '../../../../host/paths.js';
import { decodeText } from '../../../../host/text.js';

const HEADER = 'struct dev { struct mutex a; struct mutex b; };\n';
const both = (name: string, first: string, second: string): string => `#include "dev.h"
int ${name}(struct dev *d)
{
	mutex_lock(&d->${first});
	mutex_lock(&d->${second});
	mutex_unlock(&d->${second});
	mutex_unlock(&d->${first});
	return 0;
}
`;

function virtual(files: Record<string, string>): { readonly files: VirtualFiles; readonly asked: string[] } {
  const asked: string[] = [];
  const source = {
    list: () => Promise.resolve(Object.keys(files)),
    read: (file: string) => {
      asked.push(file);
      const text = files[file];
      return Promise.resolve(text === undefined ? undefined : new TextEncoder().encode(text));
    },
  };
  return { files: new VirtualFiles('test', source), asked };
}

describe('a project without a disk', () => {
  const texts: Record<string, string> = {
    'drivers/one.c': both('one', 'a', 'b'),
    'drivers/two.c': both('two', 'b', 'a'),
    'drivers/inc/dev.h': HEADER,
    'drivers/Makefile': 'ccflags-y := -I$(src)/inc\n',
    'drivers/.git/dev.h': 'struct dev { int none; };\n',
  };

  async function open(files: VirtualFiles, paths: readonly string[]): Promise<BrowserProject> {
    await files.open();
    return new BrowserProject({
      files,
      parser: await createNodeParser(),
      paths,
      config: {},
      confidence: 'high',
      signal: new AbortController().signal,
    });
  }

  it('finds the bugs in its files, with headers that makefiles lead to', async () => {
    const { files, asked } = virtual(texts);
    const project = await open(files, ['.']);
    await project.load();
    const { findings } = await drive(project.workspace, project);
    assert.deepEqual(
      findings.map(({ rule, locks }) => `${rule} ${[...locks].sort().join()}`),
      ['lock-order-cycle dev.a,dev.b'],
    );
    assert.deepEqual(
      asked.filter((file) => file.includes('.git')),
      [],
    );
    assert.equal(project.analysed('drivers/one.c'), texts['drivers/one.c']);
  });

  it('reads changed files again, and removes deleted ones', async () => {
    const changing = { ...texts };
    const { files } = virtual(changing);
    const project = await open(files, ['.']);
    await project.load();
    await drive(project.workspace, project);
    changing['drivers/two.c'] = both('two', 'a', 'b');
    await project.refresh(['drivers/two.c']);
    assert.deepEqual((await drive(project.workspace, project)).findings, []);
    delete changing['drivers/two.c'];
    await project.refresh(['drivers/two.c']);
    assert.equal(project.workspace.program.files.has('drivers/two.c'), false);
    assert.equal(files.kindOf('drivers/two.c'), undefined);
  });

  it('reports unreadable files', async () => {
    const { files } = virtual({ 'a.c': 'int a;\0' });
    const project = await open(files, ['.']);
    await project.load();
    assert.deepEqual(project.skipped, [{ file: 'a.c', reason: 'not-text' }]);
  });
});

describe('texts and paths without Node', () => {
  it('are decoded as in Node', () => {
    for (const bytes of [
      [0x61, 0x0d, 0x0a],
      [0xef, 0xbb, 0xbf, 0x62],
      [0xc3, 0xa9, 0xf0, 0x9f, 0x94, 0x92],
      [0xe9, 0x80, 0x61],
      [0x61, 0],
      [],
    ]) {
      assert.deepEqual(decodeText(Uint8Array.from(bytes)), decode(Uint8Array.from(bytes)));
    }
  });

  it('are joined as in Node', () => {
    assert.equal(joinPath('drivers/a', '../b/./c.h'), 'drivers/b/c.h');
    assert.equal(joinPath('.', 'x.h'), 'x.h');
    assert.equal(normalizePath('../x'), '../x');
    assert.equal(normalizePath('a/..'), '.');
    assert.equal(folderPath('x.c'), '.');
  });
});
