import assert from 'node:assert/strict';
import type { GraphEdge, GraphView } from '../../../../analysis/report/graph/data.js';
import { contextsOf, filterGraph, foldersOf } from '../../../../analysis/report/graph/filter.js';

const edge = (from: string, to: string, irq: string, ...files: string[]): GraphEdge => ({
  from,
  to,
  fromMode: 'write',
  toMode: 'write',
  trylock: false,
  irq,
  confidence: 'high',
  if: '',
  evidence: 'unknown',
  witnesses: files.map((file) => ({ file, line: 1, function: 'f', chain: [] })),
});

const view: GraphView = {
  data: {
    classes: ['a', 'b', 'c'].map((id) => ({ id, kind: 'mutex', initAt: [], lockdepNames: [] })),
    edges: [
      edge('a', 'b', 'process', 'fs/x.c', 'drivers/md/y.c'),
      edge('b', 'a', 'hardirq,process', 'fs/ext4/z.c'),
      edge('b', 'c', 'unknown', 'net/core/v.c'),
    ],
  },
  cycles: [],
};

const NONE = { folder: '', context: '', onlyCycles: false };
const shown = (filter: Partial<typeof NONE>): string[] =>
  filterGraph(view, { ...NONE, ...filter }).data.edges.map(
    ({ from, to, witnesses }) => `${from}${to}${witnesses.length}`,
  );

describe('filtering a graph', () => {
  it('keeps everything without a filter', () => {
    assert.deepEqual(filterGraph(view, NONE).data, view.data);
  });

  it('filters by a folder of places at any depth', () => {
    assert.deepEqual(shown({ folder: 'fs/' }), ['ab1', 'ba1']);
    assert.deepEqual(shown({ folder: './md' }), ['ab1']);
    assert.deepEqual(shown({ folder: 'sound' }), []);
  });

  it('filters by context', () => {
    assert.deepEqual(shown({ context: 'hardirq' }), ['ba1']);
    assert.deepEqual(shown({ context: 'unknown' }), ['bc1']);
  });

  it('can keep only cycles', () => {
    assert.deepEqual(shown({ onlyCycles: true }), ['ab2', 'ba1']);
  });

  it('leaves out the lock in the middle without its orders, which would look like a lock that has none', () => {
    const classes = (filter: Partial<typeof NONE>): readonly string[] =>
      filterGraph({ ...view, centre: 'c' }, { ...NONE, ...filter }).data.classes.map(({ id }) => id);
    assert.deepEqual(classes({ folder: 'sound' }), []);
    assert.deepEqual(classes({ onlyCycles: true }), ['a', 'b']);
  });

  it('offers the existing folders and contexts', () => {
    assert.deepEqual(foldersOf(view), ['drivers/', 'drivers/md/', 'fs/', 'fs/ext4/', 'net/', 'net/core/']);
    assert.deepEqual(contextsOf(view), ['hardirq', 'process', 'unknown']);
  });
});
