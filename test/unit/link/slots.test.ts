import assert from 'node:assert/strict';
import { assign, fn, link, macro, record, shown, skeleton, variable, type Source } from './builder.js';

const OPS = record('struct ops', { open: 'int(*)', close: 'int(*)' });

function slot(files: Readonly<Record<string, Source>>, type: string, field: string, file: string): string[] {
  return shown(link(files).resolveSlot(type, field, file));
}

const driver = (name: string) => ({
  [`${name}/a.c`]: {
    records: [OPS],
    functions: [fn(`static ${name}_open`)],
    variables: [variable('static ops', 'struct ops', { open: `${name}_open` })],
  },
});

const assigning = (target: string, value: string): Source => ({
  includes: ['"ops.h"'],
  functions: [fn('static setup'), fn('static handler')],
  skeletons: {
    0: skeleton(
      [
        { k: 'parameter', index: 0 },
        { k: 'deref', base: 0 },
        { k: 'field', base: 1, name: target },
        { k: 'global', name: value },
      ],
      [assign(0, 2, 3)],
      { parameters: { o: 'struct ops*' } },
    ),
  },
});

describe('a slot', () => {
  it('contains the functions in initialisers of the record', () => {
    const files = {
      'a.c': {
        records: [OPS],
        functions: [fn('static open_a'), fn('static close_a')],
        variables: [
          variable('static ops', 'struct ops', { open: 'open_a', close: 'close_a' }),
          variable('static other', 'struct other', { open: 'close_a' }),
        ],
      },
    };
    assert.deepEqual(slot(files, 'struct ops', 'open', 'a.c'), ['a.c:open_a']);
    assert.deepEqual(slot(files, 'struct ops', 'missing', 'a.c'), []);
  });

  it('is found through nested members, arrays, typedefs and aliases', () => {
    const files = {
      'a.c': {
        typedefs: { ops_t: 'struct ops' },
        records: [OPS, record('struct driver', { base: 'struct ops', table: 'ops_t[]' })],
        macros: [macro('base_open', 'base.open')],
        functions: [fn('static one'), fn('static two'), fn('static three'), fn('static four')],
        variables: [
          variable('static d', 'struct driver', { 'base.open': 'one', 'table.open': 'two' }),
          variable('static list', 'ops_t[]', { open: 'three' }),
          variable('static aliased', 'struct driver', { base_open: 'four' }),
        ],
      },
    };
    assert.deepEqual(slot(files, 'ops_t', 'open', 'a.c'), ['a.c:one', 'a.c:two', 'a.c:three', 'a.c:four']);
  });

  it('resolves functions from the file of the initialiser', () => {
    const files = {
      'ops.h': { records: [OPS] },
      'a.c': {
        includes: ['"ops.h"'],
        functions: [fn('static my_open')],
        variables: [variable('static ops', 'struct ops', { open: 'my_open' })],
      },
      'b.c': { functions: [fn('my_open')] },
    };
    assert.deepEqual(slot(files, 'struct ops', 'open', 'b.c'), ['a.c:my_open']);
  });

  it('distinguishes records of one name', () => {
    const files = { ...driver('x'), ...driver('y') };
    assert.deepEqual(slot(files, 'struct ops', 'open', 'x/a.c'), ['x/a.c:x_open']);
  });

  it('contains the functions that skeletons assign', () => {
    const files = { 'ops.h': { records: [OPS] }, 'a.c': assigning('open', 'handler') };
    assert.deepEqual(slot(files, 'struct ops', 'open', 'ops.h'), ['a.c:handler']);
    assert.deepEqual(slot(files, 'struct ops', 'close', 'ops.h'), []);
  });

  it('is updated by supplied skeletons and replaced files', () => {
    const { skeletons, ...bare } = assigning('open', 'handler');
    const program = link({ 'ops.h': { records: [OPS] }, 'a.c': bare });
    const open = (): string[] => shown(program.resolveSlot('struct ops', 'open', 'ops.h'));
    assert.deepEqual(open(), []);
    const setup = program.functionAt('a.c', 0);
    const supplied = skeletons?.[0];
    assert.ok(setup?.item && supplied);
    program.supplySkeleton('a.c', false, 0, setup.item.hash, supplied);
    assert.deepEqual(open(), ['a.c:handler']);
    const follower = link({ 'ops.h': { records: [OPS] }, 'a.c': bare });
    assert.deepEqual(shown(follower.resolveSlot('struct ops', 'open', 'ops.h')), []);
    follower.adopt('a.c', program.supplied('a.c') ?? new Map());
    assert.deepEqual(shown(follower.resolveSlot('struct ops', 'open', 'ops.h')), ['a.c:handler']);
    program.setFile('a.c', undefined);
    assert.deepEqual(open(), []);
  });
});
