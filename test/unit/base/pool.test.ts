import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { decode, encode } from '../../../analysis/base/encoding/encoding.js';
import { StringPool } from '../../../analysis/base/encoding/pool.js';
import { list, string } from '../../../analysis/base/encoding/shapes.js';
import { patience } from '../../support/runs.js';

const all = list(string);

describe('string pool', function () {
  this.timeout(patience());

  it('reads the same strings as without a pool', () => {
    const pool = new StringPool();
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.string({ unit: 'binary' }))), (texts) => {
        assert.deepStrictEqual(decode([], all, encode([], all, texts), pool), texts);
      }),
    );
  });

  it('contains every text once', () => {
    const pool = new StringPool();
    const first = encode([], all, ['mutex_lock', 'mutex_unlock', 'é']);
    const second = encode([], all, ['mutex_lock_nested', 'mutex_unlock', 'é', 'x'.repeat(10_000)]);
    decode([], all, first, pool);
    const size = pool.size;
    decode([], all, second, pool);
    decode([], all, first, pool);
    assert.equal(pool.size, size + 2);
  });

  it('keeps every string when it grows', () => {
    const pool = new StringPool();
    const texts = Array.from({ length: 20_000 }, (_, index) => `name_${String(index)}`);
    assert.deepStrictEqual(decode([], all, encode([], all, texts), pool), texts);
    assert.equal(pool.size, texts.length);
  });
});
