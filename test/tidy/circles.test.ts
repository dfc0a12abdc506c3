import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { importsOf, read, sourcesUnder } from '../support/sources.js';

const PARTS = ['analysis', 'protocol', 'host', 'server', 'cli', 'client', 'test', 'bench'];

/** Files and what they import, of types too. */
function importGraph(): ReadonlyMap<string, readonly string[]> {
  const files = PARTS.flatMap(sourcesUnder);
  return new Map(
    files.map((file) => [
      file,
      importsOf(read(file))
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts')),
    ]),
  );
}

/** Sets of files that reach each other, sorted (Tarjan's strongly connected components). */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.size - 1);
    open.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (open.includes(next)) low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found;
}

describe('imports within a folder', () => {
  it('form no circle', () => {
    assert.deepEqual(circles(importGraph()), []);
  });
});

describe('the search for circles', () => {
  it('finds two that touch as one, and none in a chain', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'a']],
      ['c', ['b', 'd']],
      ['d', ['e']],
      ['e', []],
    ]);
    assert.deepEqual(circles(graph), [['a', 'b', 'c']]);
  });
});
