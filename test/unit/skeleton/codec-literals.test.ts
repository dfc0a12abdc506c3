import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { decode, encode } from '../../../analysis/base/encoding/encoding.js';
import { list, record } from '../../../analysis/base/encoding/shapes.js';
import { literalValue, macroBody } from '../../../analysis/skeleton/expressions/literals.js';
import { patience, runs } from '../../support/runs.js';

const shape = record<{ readonly body: string }>({ body: macroBody });
const bytes = (body: string): Uint8Array => encode([], shape, { body });

describe('macro bodies in the codec', function () {
  this.timeout(patience());

  it('round-trip', () => {
    const literal = fc.tuple(
      fc.constantFrom('0x', '0X', '', '0', '-', 'BIT(', '(1 << ', 'x', '.'),
      fc.oneof(fc.stringMatching(/^[0-9a-fA-F]{1,20}$/), fc.nat().map(String)),
      fc.constantFrom('', 'U', 'ull', ')', '.5', '\0', ' | 0x10'),
    );
    const body = fc.oneof(
      literal.map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(body, (text) => assert.equal(decode([], shape, bytes(text)).body, text)),
      { numRuns: runs(2000) },
    );
  });

  it('share everything except the number', () => {
    const bodies = Array.from({ length: 100 }, (_, index) => ({ body: `(1 << ${String(index)})` }));
    assert.ok(encode([], list(shape), bodies).length < 100 * 4);
  });

  it('give the value of a plain literal, and of nothing else', () => {
    assert.equal(literalValue('0x10'), 16);
    assert.equal(literalValue('10'), 10);
    for (const other of ['010', '-1', '10U', '1 + 1', 'FOO', '', '0x', '1.5']) {
      assert.equal(literalValue(other), undefined, other);
    }
  });
});
