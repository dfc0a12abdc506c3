import assert from 'node:assert/strict';
import { SymbolTable, withSymbols } from '../../../../analysis/evidence/read/symbols.js';
import { parse } from '../samples.js';

describe('symbol tables', () => {
  it("name addresses, for any tool's output and any chunks", () => {
    const table = new SymbolTable();
    const text = `ffffffff81000000 T _stext
ffffffff81000100 0000000000000040 t foo_open
ffffffffa0000020 t foo_put\t[foo]
0000000000000000 T hidden
`;
    for (const piece of text.match(/[^]{1,7}/g) ?? []) table.push(piece);
    table.finish();
    assert.equal(table.size, 3);
    assert.deepEqual(table.at('ffffffff81000110'), { name: 'foo_open', module: '', offset: 16 });
    assert.deepEqual(table.at('ffffffffa0000030'), { name: 'foo_put', module: 'foo', offset: 16 });
    assert.equal(table.at('ffffffff80000000'), undefined);
  });

  it('name frames that have only an address', () => {
    const table = new SymbolTable();
    table.push('ffffffffa0000020 t foo_put\t[foo]\n');
    const source = parse(
      'BUG: scheduling while atomic: a/1/0x2\nCall Trace:\n [<ffffffffa0000028>]\n ? 0xffffffffa0000030\n',
    );
    assert.deepEqual(
      withSymbols(source, table).events[0]?.stack.map(
        (frame) => `${frame.function}+${frame.offset} ${frame.module}`,
      ),
      ['foo_put+8 foo', 'foo_put+16 foo'],
    );
  });
});
