import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { ByteReader, ByteWriter, CodecError } from '../../../analysis/base/encoding/bytes.js';
import { patience } from '../../support/runs.js';

function through<T>(write: (out: ByteWriter) => void, read: (from: ByteReader) => T): T {
  const out = new ByteWriter();
  write(out);
  const from = new ByteReader(out.finish());
  const value = read(from);
  from.finish();
  return value;
}

describe('bytes', function () {
  this.timeout(patience());

  it('round-trip integers', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer(), (one, other) => {
        assert.equal(
          through(
            (out) => out.unsigned(one),
            (from) => from.unsigned(),
          ),
          one,
        );
        assert.equal(
          through(
            (out) => out.signed(other),
            (from) => from.signed(),
          ),
          other,
        );
      }),
    );
  });

  it('round-trip any number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.constant(-0)), (value) => {
        assert.ok(
          Object.is(
            through(
              (out) => out.number(value),
              (from) => from.number(),
            ),
            value,
          ),
        );
      }),
    );
  });

  it('round-trip texts with shared prefixes, and lone surrogates', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, rest) => {
        const text = before + rest;
        assert.equal(
          through(
            (out) => out.text(text, before.length),
            (from) => from.text(before),
          ),
          text,
        );
      }),
    );
  });

  it('round-trip a text of any length', () => {
    const text = 'é'.repeat(100_000);
    assert.equal(
      through(
        (out) => out.text(text, 0),
        (from) => from.text(''),
      ),
      text,
    );
  });

  it('take one byte for a small number', () => {
    const out = new ByteWriter();
    out.unsigned(127);
    out.signed(-64);
    assert.equal(out.finish().length, 2);
  });

  it('reject endless numbers, and more elements than bytes', () => {
    assert.throws(() => new ByteReader(new Uint8Array(20).fill(255)).unsigned(), CodecError);
    assert.throws(() => new ByteReader(Uint8Array.of(200, 1)).count(), CodecError);
  });
});
