import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Compiler } from '../../../../host/compile.js';
import { createNodeParser } from '../../../../host/node/parser.js';
import { compileEdited, OpenFile } from '../../../../server/documents/open-file.js';

describe('documents opened together', () => {
  it('are compiled one at a time, including those edited meanwhile', async () => {
    const compiler = new Compiler([], await createNodeParser());
    const open = new Map(
      ['a.c', 'b.c', 'c.c'].map((name): [string, OpenFile] => [
        name,
        new OpenFile(`file:///${name}`, name, `int ${name[0]};\n`, 1),
      ]),
    );
    const compiled = (): string[] => [...open].flatMap(([name, file]) => (file.update ? [name] : []));
    const edited = new Set(['a.c', 'b.c', 'gone.c']);
    const steps = compileEdited(edited, open, compiler, (reason) => assert.fail(String(reason)));
    steps.next();
    assert.deepEqual(compiled(), ['a.c']);
    open.get('a.c')?.edit('int again;\n', 2);
    edited.add('a.c').add('c.c');
    while (steps.next().done !== true);
    assert.deepEqual(compiled(), ['a.c', 'b.c', 'c.c']);
    assert.equal(open.get('a.c')?.analysed, 'int again;\n');
    assert.equal(edited.size, 0);
  });
});
