import assert from 'node:assert/strict';
import { Shared } from '../../../analysis/effects/shared.js';

describe('maps that paths share', () => {
  it('are copied when one path learns something and another still looks at it', () => {
    const one = Shared.of(new Map([['a', 1]]));
    const other = one.clone();
    one.own().set('b', 2);
    assert.deepEqual([...other.map], [['a', 1]]);
    assert.equal(one.isSame(other), false);
  });

  it('are one as long as nobody changed them', () => {
    const one = Shared.of(new Map([['a', 1]]));
    assert.equal(one.isSame(one.clone()), true);
    assert.equal(one.isSame(Shared.of(new Map([['a', 1]]))), false);
  });

  it('are changed in place by the last path that is left', () => {
    const one = Shared.of(new Map([['a', 1]]));
    const { map } = one;
    const ended = one.clone();
    ended.release();
    assert.equal(one.own(), map);
  });
});
