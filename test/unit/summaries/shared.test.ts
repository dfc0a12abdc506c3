import assert from 'node:assert/strict';
import { Shared } from '../../../analysis/summaries/facts/shared.js';

describe('Shared', () => {
  it('copies the map when one owner writes and another still reads', () => {
    const one = Shared.of(new Map([['a', 1]]));
    const other = one.clone();
    one.own().set('b', 2);
    assert.deepEqual([...other.map], [['a', 1]]);
    assert.equal(one.isSame(other), false);
  });

  it('stays one map until an owner writes', () => {
    const one = Shared.of(new Map([['a', 1]]));
    assert.equal(one.isSame(one.clone()), true);
    assert.equal(one.isSame(Shared.of(new Map([['a', 1]]))), false);
  });

  it('writes in place for the last owner', () => {
    const one = Shared.of(new Map([['a', 1]]));
    const { map } = one;
    const ended = one.clone();
    ended.release();
    assert.equal(one.own(), map);
  });
});
