import assert from 'node:assert/strict';
import { read, sourcesUnder } from '../support/sources.js';

const PARTS = ['analysis', 'protocol', 'host', 'server', 'cli', 'client'];

/** Names with one meaning that two layers declare each for itself, since the lower one must not be imported. */
const SAME: ReadonlySet<string> = new Set(['Severity', 'IgnoreEntry', 'SkippedFile']);
describe('exported types', () => {
  it('have one meaning for each name', () => {
    const places = new Map<string, string[]>();
    for (const file of PARTS.flatMap(sourcesUnder)) {
      const declared = read(file).matchAll(/^export (?:abstract )?(?:interface|type|class) (\w+)/gm);
      for (const [, name = ''] of declared) places.set(name, [...(places.get(name) ?? []), file]);
    }
    const twice = [...places].filter(([name, files]) => files.length > 1 && !SAME.has(name));
    assert.deepEqual(twice, []);
    const settled = [...SAME].filter((name) => (places.get(name)?.length ?? 0) < 2);
    assert.deepEqual(settled, [], 'names that need no exception any more');
  });
});
