import assert from 'node:assert/strict';
import { BOUND_TABLE } from '../../analysis/base/bounds.js';
import { read, sourcesUnder } from '../support/sources.js';

const BOUNDED = ['link/calls', 'callgraph', 'summaries', 'graph', 'checks'].map(
  (layer) => `analysis/${layer}`,
);
/** A number at module level whose name says that it limits something. */
const LIMIT =
  /^(?:export )?const ((?:\w+_)?(?:MAX|MOST|MANY|FEW|LONGEST|DEEPEST|DEPTH|CALLS|LEVELS)(?:_\w+)?) = \d/gm;

describe('bounds of the engine', () => {
  it('stand only in analysis/base/bounds.ts', () => {
    const elsewhere = BOUNDED.flatMap(sourcesUnder).flatMap((file) =>
      [...read(file).matchAll(LIMIT)].map(([, name]) => `${file}: ${name}`),
    );
    assert.deepEqual(elsewhere, []);
  });

  it('are all used', () => {
    const text = [...BOUNDED, 'analysis/link'].flatMap(sourcesUnder).map(read).join('\n');
    const used = new Set([...text.matchAll(/\bBOUNDS\.(\w+)/g)].map(([, name]) => name));
    assert.deepEqual(
      Object.keys(BOUND_TABLE).filter((name) => !used.has(name)),
      [],
    );
  });

  it('state why they exist and what happens beyond them', () => {
    const silent = Object.entries(BOUND_TABLE).filter(
      ([, { why, result }]) => !/\w{3}/.test(why) || !/\w{3}/.test(result),
    );
    assert.deepEqual(silent, []);
  });
});
