import assert from 'node:assert/strict';
import { hashText } from '../../../analysis/base/hash.js';

describe('the hash of a text', () => {
  it('never changes, since finding ids depend on it', () => {
    assert.deepEqual(['', 'lock', 'a:b'].map(hashText), [
      '4a068a13c4c9e462',
      '42ae6cd41105bb85',
      '3b012385b35f4653',
    ]);
  });

  it('has sixteen digits, including leading zeros', () => {
    for (let at = 0; at < 2000; at++) assert.match(hashText(`text ${at}`), /^[0-9a-f]{16}$/);
  });
});
