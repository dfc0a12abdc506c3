import assert from 'node:assert/strict';
import { differsFrom, expectedIn } from '../../../bench/support/records/versions.js';

const EVERYWHERE = { name: 'mutex_lock' };
const NEW = { name: 'res_spin_unlock', seenIn: ['7.2', '7.3'] };

describe('the kernels that have the subject of a record', () => {
  it('are all of them, unless the record lists its own', () => {
    assert.deepEqual(expectedIn(EVERYWHERE, ['6.1', '6.12']), ['6.1', '6.12']);
    assert.deepEqual(expectedIn(NEW, ['6.12', '7.2']), ['7.2']);
    assert.deepEqual(expectedIn(NEW, ['6.1', '6.12']), []);
  });

  it('match seenIn if exactly the listed trees at hand define it', () => {
    assert.equal(differsFrom(NEW, ['6.12', '7.2', '7.3'], ['7.2', '7.3']), undefined);
    assert.equal(
      differsFrom(NEW, ['6.12', '7.2', '7.3'], ['6.12', '7.2', '7.3']),
      'defined in 6.12, 7.2, 7.3; seenIn says 7.2, 7.3',
    );
  });

  it('differ where only some trees have what a record places nowhere', () => {
    assert.equal(
      differsFrom(EVERYWHERE, ['6.1', '6.12'], ['6.12']),
      'defined in 6.12; it has no seenIn, since or until',
    );
    assert.equal(differsFrom({ ...EVERYWHERE, since: '6.8' }, ['6.1', '6.12'], ['6.12']), undefined);
  });
});
