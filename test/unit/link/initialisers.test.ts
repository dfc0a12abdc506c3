import assert from 'node:assert/strict';
import { linkText, shown } from './builder.js';

const OPS = `
struct ops { int first; int (*open)(void); int (*close)(void); struct { int (*deep)(void); } inner; };
int one(void) { return 1; }
int two(void) { return 2; }
`;

function filled(text: string, field: string, record = 'struct ops'): string[] {
  const program = linkText({ 'a.c': OPS + text });
  return shown(program.resolveSlot(record, field, 'a.c')).map((name) => name.replace('a.c:', ''));
}

describe('an initialiser fills', () => {
  it('designated members, also in arrays and nested braces', () => {
    assert.deepEqual(filled('static struct ops o = { .open = one, .inner = { .deep = &two } };', 'open'), [
      'one',
    ]);
    assert.deepEqual(filled('struct ops o[] = { { .open = one }, [3] = { .open = two } };', 'open'), [
      'one',
      'two',
    ]);
    assert.deepEqual(filled('struct ops o = { .inner.deep = two };', 'inner'), []);
  });

  it('members by position', () => {
    assert.deepEqual(filled('static struct ops o = { 0, one, two };', 'open'), ['one']);
    assert.deepEqual(filled('static struct ops o = { 0, one, two };', 'close'), ['two']);
  });

  it('members that a macro names', () => {
    const macro = '#define OPS(o, c) .open = o, .close = maybe(c)\n';
    assert.deepEqual(filled(`${macro}static struct ops o = { OPS(one, two) };`, 'open'), ['one']);
    assert.deepEqual(filled(`${macro}static struct ops o = { OPS(one, two) };`, 'close'), ['two']);
    assert.deepEqual(filled('static struct ops o = { UNKNOWN(one, two) };', 'open'), []);
  });

  it('the variables that a macro at file scope defines, with pasted names', () => {
    const macros = `
      #define __OPS(o) { .open = o, .inner = { .deep = o } }
      #define DEFINE_OPS(name) static struct ops name##_ops = __OPS(name##_open)
      static int my_open(void) { return 0; }
    `;
    assert.deepEqual(filled(`${macros}DEFINE_OPS(my);`, 'open'), ['my_open']);
    assert.deepEqual(filled(`${macros}DEFINE_OPS(other);`, 'open'), []);
  });

  it('a variable that is itself a function pointer', () => {
    assert.deepEqual(filled('static int (*hook)(void) = one;', 'hook', ''), ['one']);
    assert.deepEqual(filled('static int (*hooks[])(void) = { one, two };', 'hooks', ''), ['one', 'two']);
    assert.deepEqual(filled('static int hook = one;', 'hook', ''), []);
  });

  it('an array of functions in a record', () => {
    const table = 'struct table { int (*entries[2])(void); };\n';
    assert.deepEqual(
      filled(`${table}struct table t = { .entries = { one, two } };`, 'entries', 'struct table'),
      ['one', 'two'],
    );
    assert.deepEqual(
      filled(`${table}struct table t = { .entries = { [1] = two } };`, 'entries', 'struct table'),
      ['two'],
    );
  });
});
