import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { orderPairs } from '../../../analysis/ide/orders.js';
import type { EdgeWitness, LockClass, LockEdge, LockGraph } from '../../../analysis/graph/types.js';

function lockClass(key: string): LockClass {
  return { key, id: key, kind: 'mutex', declaredAt: undefined, initAt: [], lockdepNames: [] };
}

function witness(id: string, steps: number): EdgeWitness {
  const at = { file: 'a.c', line: 1, column: 1, endLine: 1, endColumn: 2 };
  const step = { at, function: id, text: `takes ${id}` };
  return {
    id,
    holds: [step],
    chain: Array.from({ length: steps }, () => step),
    confidence: 'high',
    condition: '',
  };
}

function graph(
  ...edges: readonly (readonly [from: string, to: string, ...witnesses: EdgeWitness[]])[]
): LockGraph {
  const all: LockEdge[] = edges.map(([from, to, ...witnesses]) => ({
    from,
    to,
    fromMode: 'write',
    toMode: 'write',
    trylock: false,
    confidence: 'high',
    witnesses,
  }));
  const keys = new Set(all.flatMap(({ from, to }) => [from, to]));
  return {
    classes: new Map([...keys].map((key) => [key, lockClass(key)])),
    edges: all,
    edgesFrom: (key) => all.filter((edge) => edge.from === key),
    edgesTo: (key) => all.filter((edge) => edge.to === key),
  };
}

describe('orderPairs', () => {
  it('tells what is held before and what is taken after, most frequent first', () => {
    const pairs = orderPairs(
      graph(
        ['rare', 'lock', witness('r', 1)],
        ['common', 'lock', witness('c1', 1), witness('c2', 1)],
        ['lock', 'inner', witness('i', 1)],
      ),
      'lock',
    );
    assert.deepEqual(
      pairs.before.map((pair) => [pair.other.id, pair.count]),
      [
        ['common', 2],
        ['rare', 1],
      ],
    );
    assert.deepEqual(
      pairs.after.map((pair) => pair.other.id),
      ['inner'],
    );
  });

  it('counts the opposite order', () => {
    const pairs = orderPairs(
      graph(['a', 'b', witness('1', 1)], ['b', 'a', witness('2', 1), witness('3', 1)]),
      'a',
    );
    assert.deepEqual(
      pairs.after.map((pair) => [pair.count, pair.opposite]),
      [[1, 2]],
    );
  });

  it('adds up the edges that differ only in how the locks are taken', () => {
    const pairs = orderPairs(graph(['a', 'b', witness('1', 1)], ['a', 'b', witness('2', 1)]), 'a');
    assert.equal(pairs.after[0]?.count, 2);
  });

  it('shows the shortest witness', () => {
    const pairs = orderPairs(graph(['a', 'b', witness('long', 3), witness('short', 1)]), 'b');
    assert.equal(pairs.before[0]?.witness.id, 'short');
  });

  it('does not count a class against itself', () => {
    const { before, after } = orderPairs(graph(['a', 'a', witness('1', 1)]), 'a');
    assert.deepEqual([before, after], [[], []]);
  });
});
