import assert from 'node:assert/strict';
import { serialize } from 'node:v8';
import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  CodecError,
  decodeSkeleton,
  decodeSummary,
  encodeSkeleton,
  encodeSummary,
} from '../../../analysis/skeleton/codec/codec.js';
import { StringPool } from '../../../analysis/base/encoding/pool.js';
import { createModels } from '../../../analysis/models/index.js';
import { outlineFile } from '../../../analysis/outline/index.js';
import type { FileSummary, Skeleton } from '../../../analysis/skeleton/types.js';
import { skeleton, summary } from './arbitrary.js';
import { collect } from '../../support/memory.js';
import { patience, runs } from '../../support/runs.js';

const at = { line: 3, column: 9, endLine: 3, endColumn: 20 };

/** With skeletons as they were given. */
const unpacked = ({ outline, skeletons, macroSkeletons }: FileSummary): FileSummary => ({
  outline,
  skeletons: new Map(skeletons),
  macroSkeletons: new Map(macroSkeletons),
});

/** One function that takes foo->lock, tests, and releases. */
const small: Skeleton = {
  name: 'work',
  returns: 'int',
  parameters: [{ name: 'foo', type: 'struct foo*' }],
  locals: [],
  exprs: [
    { k: 'parameter', index: 0 },
    { k: 'deref', base: 0 },
    { k: 'field', base: 1, name: 'lock' },
    { k: 'address', base: 2 },
    { k: 'constant', value: -22 },
  ],
  blocks: [
    {
      events: [{ k: 'acquire', id: 0, api: 'mutex_lock', lock: 3, args: [3], at }],
      exit: { k: 'goto', to: 1 },
    },
    {
      events: [{ k: 'release', id: 1, api: 'mutex_unlock', lock: 3, args: [3], at }],
      exit: { k: 'return', value: 4, at },
    },
  ],
  annotations: [],
  gaps: [],
  lockSites: 2,
};

describe('summary codec', function () {
  this.timeout(patience());

  it('round-trips every skeleton', () => {
    fc.assert(
      fc.property(skeleton, (one) => assert.deepStrictEqual(decodeSkeleton(encodeSkeleton(one)), one)),
    );
  });

  it('round-trips every summary', () => {
    fc.assert(
      fc.property(summary, (one) => assert.deepStrictEqual(unpacked(decodeSummary(encodeSummary(one))), one)),
    );
  });

  it('writes the same bytes every time', () => {
    fc.assert(
      fc.property(summary, (one) => {
        const bytes = encodeSummary(one);
        assert.deepStrictEqual(encodeSummary(decodeSummary(bytes)), bytes);
      }),
    );
  });

  it('distinguishes an absent property from a false one', () => {
    const [first, second] = small.blocks;
    assert.ok(first && second);
    const [acquire] = first.events;
    assert.ok(acquire?.k === 'acquire');
    for (const event of [acquire, { ...acquire, implied: true }, { ...acquire, implied: false }]) {
      const one: Skeleton = { ...small, blocks: [{ ...first, events: [event] }, second] };
      assert.deepStrictEqual(decodeSkeleton(encodeSkeleton(one)), one);
    }
  });

  it('needs fewer than 110 bytes for a small function', () => {
    assert.ok(encodeSkeleton(small).length < 110, String(encodeSkeleton(small).length));
  });

  it('does not keep alive the bytes of a decoded summary', async () => {
    const macros = Array.from({ length: 100 }, (_, at) => `#define LIMIT_${at} ${at}`).join('\n');
    const outline = outlineFile(`int work(struct foo *foo) { return 0; }\n${macros}\n`, createModels());
    const given: FileSummary = { outline, skeletons: new Map([[0, small]]), macroSkeletons: new Map() };
    const pool = new StringPool();
    const read = (): { readonly summary: FileSummary; readonly pack: WeakRef<ArrayBufferLike> } => {
      // As Node reads files: `slice` of these is no copy.
      const { buffer } = encodeSummary(given);
      return { summary: decodeSummary(Buffer.from(buffer), pool), pack: new WeakRef(buffer) };
    };
    const { summary, pack } = read();
    // What a weak reference was made to stays until the turn is over.
    await setImmediate();
    collect();
    assert.equal(pack.deref(), undefined);
    assert.deepEqual(summary.skeletons.get(0), small);
    assert.deepEqual(summary.outline.macros, outline.macros);
  });

  it('decodes equal parameters and calls of several functions into the memory of one', () => {
    const names = Array.from({ length: 20 }, (_, at) => `f${at}`);
    const text = names.map((name) => `int ${name}(struct dev *dev, int n) { return g(n); }\n`).join('');
    const outline = outlineFile(text, createModels());
    const back = decodeSummary(encodeSummary({ outline, skeletons: new Map(), macroSkeletons: new Map() }));
    assert.deepEqual(back.outline, outline);
    // An object that occurs again is only referred to.
    const bytes = (count: number): number =>
      serialize(back.outline.functions.slice(0, count).map(({ parameters, calls }) => [parameters, calls]))
        .length;
    assert.ok(bytes(20) < 3 * bytes(1), `${bytes(20)} against ${bytes(1)}`);
  });

  it('interns strings in the given pool', () => {
    const seen: string[] = [];
    decodeSkeleton(encodeSkeleton(small), (text) => (seen.push(text), text));
    assert.ok(seen.includes('mutex_lock'));
  });
});

describe('summary codec on damaged bytes', function () {
  this.timeout(patience());

  const refuses = (read: () => unknown): void => {
    try {
      read();
    } catch (error) {
      assert.ok(error instanceof CodecError, String(error));
    }
  };

  it('rejects every truncated encoding', () => {
    const bytes = encodeSkeleton(small);
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decodeSkeleton(bytes.subarray(0, length)), CodecError);
    }
  });

  it('rejects trailing bytes, another version and another kind', () => {
    const bytes = encodeSkeleton(small);
    assert.throws(() => decodeSkeleton(Uint8Array.of(...bytes, 0)), CodecError);
    assert.throws(
      () => decodeSkeleton(Uint8Array.of(...bytes.slice(0, 2), 255, ...bytes.slice(3))),
      CodecError,
    );
    assert.throws(() => decodeSummary(bytes), CodecError);
  });

  it('decodes or rejects any bytes, and fails in no other way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const head = encodeSkeleton(small).slice(0, 4);
        refuses(() => decodeSkeleton(Uint8Array.of(...head, ...noise)));
        refuses(() => decodeSkeleton(noise));
      }),
    );
  });

  it('decodes or rejects an encoding with one changed byte', () => {
    fc.assert(
      fc.property(summary, fc.nat(), fc.nat(255), (one, where, value) => {
        const bytes = encodeSummary(one);
        bytes[where % bytes.length] = value;
        refuses(() => unpacked(decodeSummary(bytes)));
      }),
      { numRuns: runs(500) },
    );
  });

  it('rejects references to items that do not exist', () => {
    const [first, second] = small.blocks;
    assert.ok(first && second);
    const bad: readonly Skeleton[] = [
      { ...small, exprs: [{ k: 'deref', base: 7 }] },
      { ...small, exprs: [{ k: 'result', event: 9 }, ...small.exprs.slice(1)] },
      { ...small, blocks: [{ ...first, exit: { k: 'goto', to: 2 } }, second] },
      { ...small, blocks: [first, { ...second, exit: { k: 'return', value: 5, at } }] },
      { ...small, parameters: [] },
      { ...small, blocks: [] },
    ];
    for (const one of bad) assert.throws(() => decodeSkeleton(encodeSkeleton(one)), CodecError);
  });
});
