import assert from 'node:assert/strict';
import { withCodeSpans } from '../../../bench/support/pages/code-spans.js';

describe('C in the reason of a verdict', () => {
  const becomes = (text: string, expected: string): void => assert.equal(withCodeSpans(text), expected);

  it('becomes one span with its arguments', () => {
    becomes('returns without up_read(&cxl_dpa_rwsem).', 'returns without `up_read(&cxl_dpa_rwsem)`.');
    becomes('If kmalloc(tlb_cb) fails,', 'If `kmalloc(tlb_cb)` fails,');
  });

  it('leaves the brackets of the sentence outside', () => {
    becomes('(lock_all: srbm→grbm_idx) runs', '(`lock_all`: srbm→`grbm_idx`) runs');
    becomes('Defensive (dev_WARN_ONCE) path', 'Defensive (`dev_WARN_ONCE`) path');
  });

  it('keeps members and files whole', () => {
    becomes('holds ctxi->mutex at amdgpu_mes.c:313', 'holds `ctxi->mutex` at `amdgpu_mes.c:313`');
    becomes('see mm/slab.h:12-14', 'see `mm/slab.h:12-14`');
  });

  it('leaves English, and what stands in a span already', () => {
    becomes('the handler (a timer) runs', 'the handler (a timer) runs');
    becomes('`a_b (c)` and [x]<y>', '`a_b (c)` and \\[x\\]\\<y\\>');
    becomes('and/or 12(34)', 'and/or 12(34)');
  });
});
