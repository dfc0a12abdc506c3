import assert from 'node:assert/strict';
import { AlikeLists } from '../../../analysis/base/alike-lists.js';

describe('lists that are alike', () => {
  it('become one where their elements are the same objects, in the same order', () => {
    const [a, b] = [{ n: 1 }, { n: 2 }];
    const lists = new AlikeLists();
    const first = lists.one([a, b]);
    assert.equal(lists.one([a, b]), first);
    for (const other of [[a], [b, a], [a, b, a], [a, { n: 2 }], []]) assert.equal(lists.one(other), other);
  });

  it('are what they were, however many begin alike', () => {
    const lists = new AlikeLists();
    for (let round = 0; round < 2; round++)
      for (let n = 0; n < 50; n++) assert.deepEqual(lists.one(['a', n]), ['a', n]);
  });
});
