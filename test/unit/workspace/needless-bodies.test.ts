import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import type { FunctionRef } from '../../../analysis/link/types.js';
import { analyse } from '../../support/analyse.js';
import { parseFixture } from '../../support/fixture.js';
import { patience, runs } from '../../support/runs.js';
import { filesUnder, read } from '../../support/sources.js';

const FIXTURES = filesUnder('test/fixtures').filter((name) => name.endsWith('.c'));

describe('bodies that nobody demanded', function () {
  this.timeout(patience());

  // A scan begins with the bodies that the last one demanded, and code may have changed since.
  it('change no finding', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...FIXTURES), fc.infiniteStream(fc.boolean()), async (path, flags) => {
        const { files } = parseFixture(read(path), path.slice(path.lastIndexOf('/') + 1));
        const texts = new Map(files.map(({ name, text }) => [name, text]));
        const given = new Map<FunctionRef, boolean>();
        const isGiven = (fn: FunctionRef): boolean => {
          const known = given.get(fn) ?? flags.next().value === true;
          given.set(fn, known);
          return known;
        };
        const [demanded, more] = [await analyse(texts), await analyse(texts, 'low', isGiven)];
        assert.deepEqual(more.snapshot.findings, demanded.snapshot.findings);
      }),
      { numRuns: runs(200) },
    );
  });

  it('do not make a caller give up whose answer waits for another body', async () => {
    const path = 'test/fixtures/sleep-in-atomic/raw-notifiers-called-under-a-spinlock.c';
    const { files } = parseFixture(read(path), 'a.c');
    const texts = new Map(files.map(({ name, text }) => [name, text]));
    const demanded = await analyse(texts);
    // The helper is known, but not yet the function that puts the callback into the chain.
    const more = await analyse(texts, 'low', ({ name }) => name === 'hub_tell');
    assert.equal(demanded.snapshot.findings.length, 1);
    assert.deepEqual(more.snapshot.findings, demanded.snapshot.findings);
  });
});
