import assert from 'node:assert/strict';
import { AlikeLists } from '../../../analysis/base/encoding/alike-lists.js';

describe('AlikeLists', () => {
  it('merges lists with identical elements in the same order', () => {
    const [a, b] = [{ n: 1 }, { n: 2 }];
    const lists = new AlikeLists();
    const first = lists.one([a, b]);
    assert.equal(lists.one([a, b]), first);
    for (const other of [[a], [b, a], [a, b, a], [a, { n: 2 }], []]) assert.equal(lists.one(other), other);
  });

  it('leaves other lists unchanged, even with a common beginning', () => {
    const lists = new AlikeLists();
    for (let round = 0; round < 2; round++)
      for (let n = 0; n < 50; n++) assert.deepEqual(lists.one(['a', n]), ['a', n]);
  });
});
