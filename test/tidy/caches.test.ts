import assert from 'node:assert/strict';
import { read, sourcesUnder } from '../support/sources.js';

/** State that no object owns: something reassigned, or a collection that begins empty. Capitals name what stays empty. */
const STATE =
  /^(?:export )?(?:let (\w+)|const ([a-z]\w+)(?:: [^=\n]+)? = new (?:Weak)?(?:Map|Set)(?:<[^\n]*>)?\(\);)|^ +(?:private )?static readonly (\w+)(?:: [^=\n]+)? = new (?:Weak)?(?:Map|Set)/gm;
/** A row of docs/caches.md: a file, then the names it has. */
const ROW = /^\| `(analysis\/[\w/-]+\.ts): ([^|]+)\|/gm;

describe('caches', () => {
  it('at module level of analysis/ are listed in docs/caches.md, and only those', () => {
    const found: string[] = [];
    for (const file of sourcesUnder('analysis')) {
      for (const [, variable, constant, member] of read(file).matchAll(STATE))
        found.push(`${file}: ${variable ?? constant ?? member}`);
    }
    const listed: string[] = [];
    for (const [, file, names] of read('docs/caches.md').matchAll(ROW)) {
      for (const [name] of (names ?? '').matchAll(/\w+/g)) listed.push(`${file}: ${name}`);
    }
    assert.deepEqual(listed.sort(), found.sort());
  });
});
