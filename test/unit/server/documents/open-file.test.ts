import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { Compiler } from '../../../../host/compile.js';
import { createNodeParser } from '../../../../host/node/parser.js';
import { OpenFile } from '../../../../server/documents/open-file.js';

const TEXT = `static void one(void)
{
	mutex_lock(&a);
	mutex_unlock(&a);
}
`;

describe('OpenFile', () => {
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  it('has nothing new to analyse while a statement is typed', () => {
    const file = new OpenFile('file:///a.c', 'a.c', TEXT, 1);
    file.compile(compiler);
    const { update } = file;
    assert.ok(update);
    const typed = '\tx(y[1';
    for (let keys = 3; keys <= typed.length; keys += 1) {
      file.edit(TEXT.replace('\tmutex_unlock', `${typed.slice(0, keys)}\n\tmutex_unlock`), keys);
      file.compile(compiler);
      assert.equal(file.update, update, typed.slice(0, keys));
      assert.equal(file.analysed, TEXT);
      assert.deepEqual(
        file.map.toCurrent({ line: 4, column: 3, endLine: 4, endColumn: 4 }).line,
        TEXT.split('\n').length - 1,
      );
    }
    file.edit(TEXT.replace('\tmutex_unlock', '\tx();\n\tmutex_unlock'), 9);
    file.compile(compiler);
    assert.notEqual(file.update, update);
  });
});
