import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { CodecError } from '../../../../analysis/base/encoding/bytes.js';
import { encodeSummary } from '../../../../analysis/skeleton/codec/codec.js';
import { OUTLINE_HEAD } from '../../../../analysis/skeleton/codec/encodings.js';
import { contentKey } from '../../../../host/node/cache/cache.js';
import { PackFile, readPacks } from '../../../../host/node/cache/pack-file.js';
import { decodePack, encodePack, type PackEntry, type Pack } from '../../../../host/node/cache/pack.js';
import { patience, runs } from '../../../support/runs.js';
import { summary } from '../../skeleton/arbitrary.js';
import { within } from '../temporary.js';

const key = fc.string().map((text) => contentKey(Buffer.from(text)));
const noise = fc.uint8Array({ maxLength: 40 });
/** Results of files: encodings with something behind them, what only begins like one, and anything else. */
const data = fc.oneof(
  fc.tuple(summary, noise).map(([one, rest]) => Uint8Array.of(...encodeSummary(one), ...rest)),
  noise.map((rest) => Uint8Array.of(...OUTLINE_HEAD, ...rest)),
  noise,
);
const entry: fc.Arbitrary<PackEntry> = fc.record({ key, data });
const packed = fc
  .uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), entry), { maxLength: 6, selector: ([name]) => name })
  .map((entries): Pack => new Map(entries));

const plain = (pack: Pack): unknown =>
  [...pack]
    .map(([name, one]) => [name, one.key, Buffer.from(one.data).toString('hex')])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));

const results = (text: string, size: number): Pack =>
  new Map([['a.c:summary', { key: contentKey(Buffer.from(text)), data: Buffer.alloc(size, text) }]]);

function renewed(file: string, packs: ReadonlyMap<string, Pack>): Buffer {
  const stored = PackFile.read(file);
  return stored.with(stored.renewed(packs));
}

describe('packs', function () {
  this.timeout(patience());

  it('round-trip any result', () => {
    fc.assert(
      fc.property(packed, (pack) => assert.deepEqual(plain(decodePack(encodePack(pack))), plain(pack))),
      { numRuns: runs(300) },
    );
  });

  it('have the same bytes in any order of results', () => {
    fc.assert(
      fc.property(packed, (pack) => {
        assert.deepEqual(encodePack(new Map([...pack].reverse())), encodePack(pack));
      }),
    );
  });

  it('are rejected or read after one byte is changed or the end cut off', () => {
    const tried = (bytes: Uint8Array): void => {
      try {
        decodePack(bytes);
      } catch (error) {
        assert.ok(error instanceof CodecError, String(error));
      }
    };
    fc.assert(
      fc.property(packed, fc.nat(), fc.nat(255), (pack, where, value) => {
        const bytes = encodePack(pack);
        tried(bytes.subarray(0, where % bytes.length));
        bytes[where % bytes.length] = value;
        tried(bytes);
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('files of packs', () => {
  it('put small neighbours into one segment, and find each', () =>
    within({}, ({ path }) => {
      const file = join(path, 'x.pack');
      const all = new Map(['d/a', 'd/b', 'd/c'].map((name) => [name, results(name, 1000)]));
      writeFileSync(file, renewed(file, all));
      assert.deepEqual([...readPacks(file, 'd/b').keys()], [...all.keys()]);
      for (const [name, pack] of all) {
        assert.deepEqual(plain(readPacks(file, name).get(name) ?? new Map()), plain(pack));
        assert.deepEqual(plain(PackFile.read(file).pack(name)), plain(pack));
      }
      assert.equal(readPacks(file, 'd/d').size, 0);
    }));

  it('rewrite a changed segment and keep the others byte for byte', () =>
    within({}, ({ path }) => {
      const file = join(path, 'x.pack');
      const large = new Map(['d/a', 'd/b'].map((name) => [name, results(name, 600_000)]));
      const before = renewed(file, large);
      writeFileSync(file, before);
      const after = renewed(file, new Map([['d/b', results('other', 600_000)]]));
      writeFileSync(file, after);
      assert.equal(readPacks(file, 'd/a').size, 1);
      assert.deepEqual(plain(PackFile.read(file).pack('d/a')), plain(results('d/a', 600_000)));
      assert.deepEqual(plain(PackFile.read(file).pack('d/b')), plain(results('other', 600_000)));
      writeFileSync(file, renewed(file, large));
      assert.deepEqual(readFileSync(file).length, before.length);
    }));

  it('keep what another process has written since they were read', () =>
    within({}, ({ path }) => {
      const file = join(path, 'x.pack');
      const mine = PackFile.read(file).renewed(new Map([['d/a', results('d/a', 1000)]]));
      writeFileSync(file, renewed(file, new Map([['d/b', results('d/b', 1000)]])));
      writeFileSync(file, PackFile.read(file).with(mine));
      for (const name of ['d/a', 'd/b']) assert.equal(readPacks(file, name).get(name)?.size, 1);
    }));

  it('drop a pack that is empty', () =>
    within({}, ({ path }) => {
      const file = join(path, 'x.pack');
      writeFileSync(file, renewed(file, new Map([['d/a', results('d/a', 1000)]])));
      const empty = PackFile.read(join(path, 'none'));
      const without = renewed(file, new Map([['d/a', new Map()]]));
      assert.deepEqual(without, empty.with(empty.renewed(new Map())));
    }));

  it('fill a small segment with a new pack', () =>
    within({}, ({ path }) => {
      const file = join(path, 'x.pack');
      for (const name of ['d/b', 'd/a', 'd/c'])
        writeFileSync(file, renewed(file, new Map([[name, results(name, 1000)]])));
      assert.deepEqual([...readPacks(file, 'd/a').keys()], ['d/a', 'd/b', 'd/c']);
    }));

  it('lose what follows a cut, and are repaired by the next write', () =>
    within({}, ({ path }) => {
      const file = join(path, 'x.pack');
      const all = new Map(['d/a', 'd/b'].map((name) => [name, results(name, 600_000)]));
      const bytes = renewed(file, all);
      writeFileSync(file, bytes.subarray(0, bytes.length - 1));
      writeFileSync(file, renewed(file, new Map([['d/c', results('d/c', 600_000)]])));
      const sizes = ['d/a', 'd/b', 'd/c'].map((name) => readPacks(file, name).get(name)?.size);
      assert.deepEqual(sizes, [1, undefined, 1]);
    }));

  it('lose one segment if it is damaged', () =>
    within({}, ({ path }) => {
      const file = join(path, 'x.pack');
      const all = new Map(['d/a', 'd/b'].map((name) => [name, results(name, 600_000)]));
      const bytes = renewed(file, all);
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
      writeFileSync(file, bytes);
      assert.equal(readPacks(file, 'd/b').size, 0);
      assert.equal(PackFile.read(file).pack('d/b').size, 0);
      assert.equal(readPacks(file, 'd/a').size, 1);
      writeFileSync(file, renewed(file, new Map([['d/b', results('d/b', 10)]])));
      for (const name of all.keys()) assert.equal(readPacks(file, name).get(name)?.size, 1);
    }));
});
