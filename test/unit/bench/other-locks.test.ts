import assert from 'node:assert/strict';
import { bodyAt, locksNamed } from '../../../bench/support/records/other-locks.js';

const TEXT = `int phy_read(struct phy *p);

int
phy_speed(struct phy *p, bool sync)
{
	mutex_lock(&p->lock);
	devl_lock(p->devlink);
	guard(rwsem_write)(&p->card->rwsem);
	mutex_unlock(&p->lock);
	return 0;
}
`;

describe('locks that a body names', () => {
  it('are the members of general calls, and else the calls', () => {
    assert.deepEqual([...locksNamed(bodyAt(TEXT, 4) ?? '')].sort(), ['devl_lock', 'lock', 'rwsem']);
  });

  it('are those of a definition', () => {
    assert.equal(bodyAt(TEXT, 1), undefined);
    assert.equal(locksNamed('{ return 0; }').size, 0);
  });
});
