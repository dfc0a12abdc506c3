import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { kindText } from '../../../../analysis/report/graph/kind-text.js';

describe('the kind of a lock in words', () => {
  it('is spelled as kernel developers write it', () => {
    const texts = ['mutex', 'raw_spinlock', 'rt_mutex', 'bit_lock', 'section'].map(kindText);
    assert.deepEqual(texts, ['mutex', 'raw spinlock', 'rt_mutex', 'bit spinlock', 'lockdep map']);
  });
});
