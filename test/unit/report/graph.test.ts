import assert from 'node:assert/strict';
import type { LockClass, LockEdge, LockGraph } from '../../../analysis/graph/events/types.js';
import { renderDot } from '../../../analysis/report/graph/dot.js';
import { graphOutput, graphSchema, renderGraphJson, selectPart } from '../../../analysis/report/graph.js';

const at = { file: 'a.c', line: 3, column: 1, endLine: 3, endColumn: 5 };
const lock = (key: string): LockClass => ({
  key: `key of ${key}`,
  id: key,
  kind: 'mutex',
  declaredAt: at,
  initAt: [],
  lockdepNames: [key],
});
const edge = (from: string, to: string): LockEdge => ({
  from: `key of ${from}`,
  to: `key of ${to}`,
  fromMode: 'write',
  toMode: 'write',
  trylock: false,
  confidence: 'high',
  contexts: ['hardirq', 'process'],
  witnesses: [
    {
      id: 'w',
      holds: [],
      chain: [{ at, function: 'f', text: '' }],
      confidence: 'high',
      condition: 'CONFIG_X',
    },
  ],
});

const edges = [edge('c', 'd'), edge('b', 'c'), edge('a', 'b')];
const graph: LockGraph = {
  classes: new Map(['d', 'c', 'b', 'a'].map((key) => [`key of ${key}`, lock(key)])),
  edges,
  edgesFrom: (key) => edges.filter(({ from }) => from === key),
  edgesTo: (key) => edges.filter(({ to }) => to === key),
};

describe('graph output', () => {
  it('names classes by their ids, sorted', () => {
    const part = selectPart(graph);
    assert.ok(part);
    const output = graphSchema.parse(JSON.parse(renderGraphJson(graphOutput(part))));
    assert.deepEqual(
      output.edges.map(({ from, to }) => `${from}${to}`),
      ['ab', 'bc', 'cd'],
    );
    assert.equal(output.edges[0]?.if, 'CONFIG_X');
    assert.equal(output.edges[0]?.irq, 'hardirq,process');
  });

  it('can be limited to the neighbourhood of a class', () => {
    const part = selectPart(graph, { around: ['b'], depth: 1 });
    assert.deepEqual(
      part?.classes.map(({ id }) => id),
      ['a', 'b', 'c'],
    );
    assert.equal(selectPart(graph, { around: ['nothing'], depth: 1 }), undefined);
    assert.deepEqual(
      selectPart(graph, { around: ['a'], depth: 2 })?.classes.map(({ id }) => id),
      ['a', 'b', 'c'],
    );
  });

  it('omits the farthest classes if there are too many', () => {
    const part = selectPart(graph, { around: ['a'], depth: 3, most: 3 });
    assert.deepEqual(
      part?.classes.map(({ id }) => id),
      ['a', 'b', 'c'],
    );
    assert.equal(part?.omitted, 1);
  });

  it('is a digraph for Graphviz', () => {
    const part = selectPart(graph, { around: ['a'], depth: 1 });
    assert.ok(part);
    assert.match(
      renderDot({ data: graphOutput(part), cycles: [] }),
      /^digraph locks \{[^]*"a" -> "b" \[style=solid, penwidth=1\.0, tooltip="a\.c:3"\];\n\}\n$/,
    );
  });
});
