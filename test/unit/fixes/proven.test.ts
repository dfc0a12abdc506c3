import assert from 'node:assert/strict';
import { standingOf } from '../../../analysis/fixes/proven.js';

describe('standing of a kind of repair', () => {
  it('is an edit for a certain finding if enough of its kind were judged and all were right', () => {
    assert.equal(standingOf('irq-safe', 'high').as, 'edit');
    assert.match(standingOf('irq-safe', 'high').reason, /^(\d+) of \1 repairs of the kind irq-safe/);
  });

  it('is a suggestion for a finding that is not certain: none of these were judged', () => {
    for (const confidence of ['medium', 'low'] as const) {
      const { as, reason } = standingOf('irq-safe', confidence);
      assert.equal(as, 'suggestion');
      assert.match(reason, /^the finding is not certain/);
    }
  });

  it('is a suggestion for kinds of which too few were judged, or none', () => {
    assert.match(standingOf('reorder', 'high').reason, /; 20 are asked for$/);
    assert.deepEqual(standingOf('none such', 'high'), {
      as: 'suggestion',
      reason: 'no repair of the kind none such in real code was judged yet; 20 are asked for',
    });
  });
});
