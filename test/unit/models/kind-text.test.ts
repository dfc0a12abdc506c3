import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { aKind, kindText } from '../../../analysis/models/kind-text.js';

describe('the kind of a lock in words', () => {
  it('is spelled as kernel developers write it', () => {
    const texts = ['mutex', 'raw_spinlock', 'rt_mutex', 'bit_lock', 'section'].map(kindText);
    assert.deepEqual(texts, ['mutex', 'raw spinlock', 'rt_mutex', 'bit spinlock', 'lockdep map']);
  });

  it('has the article of how it is spoken', () => {
    const texts = ['mutex', 'rwlock', 'rt_mutex', 'srcu', 'raw_spinlock'].map(aKind);
    assert.deepEqual(texts, ['a mutex', 'an rwlock', 'an rt_mutex', 'an SRCU', 'a raw spinlock']);
  });
});
