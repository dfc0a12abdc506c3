import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { shortNames } from '../../../analysis/graph/orders/side.js';

describe('names of classes that are shown together', () => {
  it('are without their file, unless two of them share one', () => {
    const ids = ['a.c:lock', 'sub/b.c:lock', 'drivers/c.c:other', 'dev.lock', 'drivers/c.c:other'];
    assert.deepEqual(ids.map(shortNames(ids)), ['a.c:lock', 'sub/b.c:lock', 'other', 'dev.lock', 'other']);
  });
});
