import assert from 'node:assert/strict';
import { link, macro, record, variable, type Source } from './builder.js';

function fieldOf(files: Readonly<Record<string, Source>>, type: string, name: string, file: string): string {
  const found = link(files).resolveField(type, name, file);
  return found === undefined
    ? ''
    : `${found.owner.file}:${found.owner.item.tag}.${found.path.join('.')}: ${found.type}`;
}

const foo = (field: string) => ({ records: [record('struct foo', { [field]: 'int' })] });

const queue = (file: string, holder: string) => ({
  [`${file}.h`]: { records: [record('struct queue', { lock: 'spinlock_t' })] },
  [`${file}.c`]: {
    includes: [`"${file}.h"`],
    records: [record(`struct ${holder}`, { q: 'struct queue' })],
  },
});

describe('a record', () => {
  it('resolves to the same file, then its includes, then the nearest header', () => {
    const files = {
      'drivers/a/a.c': foo('own'),
      'drivers/a/b.c': { includes: ['"../b/inc.h"'] },
      'drivers/a/c.c': {},
      'drivers/a/z.h': foo('near'),
      'drivers/b/inc.h': foo('included'),
      'fs/x.c': {},
    };
    const program = link(files);
    const at = (file: string): string | undefined => program.resolveRecord('struct foo', file)?.file;
    assert.equal(at('drivers/a/a.c'), 'drivers/a/a.c');
    assert.equal(at('drivers/a/b.c'), 'drivers/b/inc.h');
    assert.equal(at('drivers/a/c.c'), 'drivers/a/z.h');
    assert.equal(at('fs/x.c'), 'drivers/a/a.c');
    assert.equal(program.resolveRecord('struct bar', 'fs/x.c'), undefined);
  });

  it('resolves in the source that includes this one', () => {
    const program = link({
      'd/all.c': { includes: ['<x.h>', '"part.c"'] },
      'd/part.c': {},
      'd/other.c': foo('other'),
      'include/x.h': foo('public'),
      'd/x.h': foo('private'),
    });
    assert.equal(program.resolveRecord('foo', 'd/part.c')?.file, 'include/x.h');
  });

  it('resolves to the one with members before the empty stub', () => {
    const files = {
      'a.c': { includes: ['<a.h>', '<b.h>'] },
      'include/a.h': { records: [record('struct foo', {})] },
      'include/b.h': foo('x'),
    };
    assert.equal(link(files).resolveRecord('foo', 'a.c')?.file, 'include/b.h');
  });

  it('of the kernel never resolves to tools/', () => {
    const program = link({ 'tools/a.h': foo('x'), 'mm/a.c': {} });
    assert.equal(program.resolveRecord('foo', 'mm/a.c'), undefined);
  });

  it('is ambiguous if another file defines the tag, not if another arm does', () => {
    const two = link({ 'a.c': foo('x'), 'b.c': foo('y') });
    assert.equal(two.resolveRecord('foo', 'a.c')?.ambiguous, true);
    const arms = link({
      'a.c': { records: [record('struct foo', { x: 'int' }), record('struct foo', { y: 'int' })] },
    });
    assert.equal(arms.resolveRecord('foo', 'a.c')?.ambiguous, false);
    two.setFile('b.c', undefined);
    assert.equal(two.resolveRecord('foo', 'a.c')?.ambiguous, false);
  });
});

describe('a typedef', () => {
  it('resolves to a type that is no typedef, and keeps the suffix', () => {
    const program = link({
      'a.c': { typedefs: { one: 'two*', two: 'struct foo', loop: 'loop2', loop2: 'loop' } },
    });
    assert.equal(program.expand('one[]', 'a.c'), 'struct foo*[]');
    assert.equal(program.expand('struct one*', 'a.c'), 'struct one*');
    assert.equal(program.expand('loop', 'a.c'), 'loop');
    assert.equal(program.expand('missing*', 'a.c'), 'missing*');
  });

  it('may be a macro', () => {
    const program = link({ 'a.c': { macros: [macro('foo_t', 'struct foo'), macro('limit', '3')] } });
    assert.equal(program.expand('foo_t*', 'a.c'), 'struct foo*');
    assert.equal(program.expand('limit', 'a.c'), 'limit');
  });
});

describe('a field', () => {
  it('is found through typedefs and in any arm', () => {
    const files = {
      'a.c': {
        typedefs: { foo_t: 'struct ::foo_t' },
        records: [record('struct ::foo_t', { a: 'int' }), record('struct ::foo_t', { lock: 'spinlock_t' })],
      },
    };
    assert.equal(fieldOf(files, 'foo_t', 'lock', 'a.c'), 'a.c:::foo_t.lock: spinlock_t');
    assert.equal(fieldOf(files, 'foo_t', 'missing', 'a.c'), '');
  });

  it('of a generated tag is found like any other', () => {
    const files = {
      'a.h': {
        records: [
          record('struct foo', { inner: 'struct foo::inner' }),
          record('struct foo::inner', { lock: 'spinlock_t' }),
        ],
      },
      'a.c': { includes: ['"a.h"'] },
    };
    const inner = link(files).resolveField('struct foo', 'inner', 'a.c')?.type ?? '';
    assert.equal(fieldOf(files, inner, 'lock', 'a.c'), 'a.h:foo::inner.lock: spinlock_t');
  });

  it('may be a macro that stands for a member path', () => {
    const files = {
      'a.h': {
        records: [
          record('struct outer', { common: 'struct common' }),
          record('struct common', { real: 'spinlock_t' }),
        ],
        macros: [macro('short', 'common.real'), macro('other', 'missing.real'), macro('self', 'self')],
      },
      'a.c': { includes: ['"a.h"'] },
    };
    assert.equal(fieldOf(files, 'struct outer', 'short', 'a.c'), 'a.h:common.common.real: spinlock_t');
    assert.equal(fieldOf(files, 'struct outer', 'other', 'a.c'), '');
    assert.equal(fieldOf(files, 'struct outer', 'self', 'a.c'), '');
  });

  it('decides between records of one name if nothing else does', () => {
    const files = {
      'x/a.c': {},
      'y/a.h': { records: [record('struct foo', { other: 'int' })] },
      'z/a.h': { records: [record('struct foo', { lock: 'spinlock_t' })] },
    };
    assert.equal(fieldOf(files, 'struct foo', 'lock', 'x/a.c'), 'z/a.h:foo.lock: spinlock_t');
    const included = { ...files, 'x/a.c': { includes: ['"../y/a.h"'] } };
    assert.equal(fieldOf(included, 'struct foo', 'lock', 'x/a.c'), '');
  });
});

describe('embedders', () => {
  it('are the fields that contain a record by value, also through a typedef', () => {
    const program = link({
      'a.h': {
        typedefs: { queue_t: 'struct queue', pointer_t: 'struct queue*' },
        records: [record('struct queue', { lock: 'spinlock_t' })],
      },
      'a.c': {
        includes: ['"a.h"'],
        records: [
          record('struct one', { a: 'struct queue', b: 'struct queue*', c: 'queue_t[]', d: 'pointer_t' }),
        ],
      },
    });
    assert.equal(program.embedders('queue', 'a.c'), 2);
    program.setFile('a.c', undefined);
    assert.equal(program.embedders('queue', 'a.h'), 0);
  });

  it('of one of two records with one name are those that resolve to it', () => {
    const program = link({ ...queue('a', 'x'), ...queue('b', 'y') });
    assert.equal(program.embedders('queue', 'a.c'), 1);
  });
});

describe('other symbols', () => {
  it('resolve to a constant only if its header may be included', () => {
    const program = link({
      'a.c': { constants: { MAX: 1 } },
      'b.c': {},
      'c.c': { includes: ['"c.h"'] },
      'c.h': { constants: { MAX: 2 } },
    });
    assert.equal(program.resolveConstant('MAX', 'a.c'), 1);
    assert.equal(program.resolveConstant('MAX', 'c.c'), 2);
    program.setFile('c.h', undefined);
    assert.equal(program.resolveConstant('MAX', 'b.c'), undefined);
  });

  it('resolve to the definition of a variable before its declaration', () => {
    const program = link({
      'a.c': { includes: ['"a.h"'] },
      'a.h': { variables: [variable('extern lock', 'spinlock_t')] },
      'b.c': { variables: [variable('lock', 'spinlock_t')] },
      'c.c': { variables: [variable('static lock', 'struct mutex')] },
      'd.c': { includes: ['"d.h"'] },
      'd.h': { variables: [variable('extern gone', 'spinlock_t')] },
    });
    assert.equal(program.resolveVariable('lock', 'a.c')?.file, 'b.c');
    assert.equal(program.resolveVariable('lock', 'c.c')?.file, 'c.c');
    assert.equal(program.resolveVariable('gone', 'd.c')?.file, 'd.h');
    assert.equal(program.resolveVariable('gone', 'a.c')?.file, 'd.h');
  });
});
