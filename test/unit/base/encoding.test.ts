import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CodecError } from '../../../analysis/base/encoding/bytes.js';
import { framed } from '../../../analysis/base/encoding/columns.js';
import { decode, encode } from '../../../analysis/base/encoding/encoding.js';
import { names, string } from '../../../analysis/base/encoding/shapes.js';

const HEAD = [7];
const NONE = new Uint8Array();

describe('encodings', () => {
  it('reject references to missing strings', () => {
    const noTexts = Uint8Array.of(0);
    const numbered = (...numbers: readonly number[]): Uint8Array =>
      framed(HEAD, [noTexts, NONE, Uint8Array.of(...numbers), NONE]);
    assert.throws(() => decode(HEAD, string, numbered(5)), CodecError);
    assert.throws(() => decode(HEAD, names, numbered(2, 5)), CodecError);
    assert.deepEqual(decode(HEAD, names, numbered(0)), []);
  });

  it('reject columns with a wrong length', () => {
    const bytes = encode(HEAD, names, ['a', 'b']);
    assert.deepEqual(decode(HEAD, names, bytes), ['a', 'b']);
    for (const length of bytes.keys())
      assert.throws(() => decode(HEAD, names, bytes.subarray(0, length)), CodecError);
    assert.throws(() => decode(HEAD, names, Uint8Array.of(...bytes, 0)), CodecError);
    const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    assert.throws(() => decode(HEAD, names, Uint8Array.of(...HEAD, ...huge, 0, 0, 0)), CodecError);
  });
});
