import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { partsOf, type SizedFile } from '../../../host/partition.js';
import { folderOf } from '../../../analysis/base/paths.js';

const sized = (files: Readonly<Record<string, number>>): readonly SizedFile[] =>
  Object.entries(files)
    .map(([file, bytes]) => ({ file, bytes }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));

const OF_100 = { most: 100, shared: 100 };

describe('the parts of a scan', () => {
  it('are one if everything fits', () => {
    assert.deepEqual(partsOf(sized({ 'a/x.c': 40, 'b/y.c': 40, 'z.c': 20 }), OF_100), [
      ['z.c', 'a/x.c', 'b/y.c'],
    ]);
  });

  it('keep a folder together that fits', () => {
    const files = sized({ 'a/x.c': 40, 'a/sub/y.c': 40, 'b/x.c': 70, 'c/x.c': 20, 'c/y.c': 20 });
    assert.deepEqual(partsOf(files, OF_100), [['a/x.c', 'a/sub/y.c'], ['b/x.c'], ['c/x.c', 'c/y.c']]);
  });

  it('share small folders, with the files of their parent first', () => {
    const files = sized({ 'n/a/x.c': 30, 'n/big/x.c': 90, 'n/c/x.c': 30, 'n/own.c': 30, 'n/z/x.c': 30 });
    assert.deepEqual(partsOf(files, OF_100), [['n/own.c', 'n/a/x.c', 'n/c/x.c'], ['n/big/x.c'], ['n/z/x.c']]);
  });

  it('hold less if several folders share them', () => {
    const files = sized({ 'n/a/x.c': 30, 'n/b/x.c': 30, 'n/big/x.c': 60, 'n/big/y.c': 30, 'n/c/x.c': 30 });
    assert.deepEqual(partsOf(files, { most: 100, shared: 60 }), [
      ['n/a/x.c', 'n/b/x.c'],
      ['n/big/x.c', 'n/big/y.c'],
      ['n/c/x.c'],
    ]);
  });

  it('stay the same when a file grows a little', () => {
    const before = { 'a/x.c': 40, 'b/x.c': 40, 'c/x.c': 60 };
    assert.deepEqual(partsOf(sized({ ...before, 'a/x.c': 40.4 }), OF_100), partsOf(sized(before), OF_100));
  });

  it('divide a folder of many files', () => {
    assert.deepEqual(partsOf(sized({ 'a/1.c': 60, 'a/2.c': 60, 'a/3.c': 30 }), OF_100), [
      ['a/1.c', 'a/3.c'],
      ['a/2.c'],
    ]);
  });

  it('count headers as small, since their functions are rarely parsed', () => {
    assert.equal(partsOf(sized({ 'a/regs.h': 1000, 'a/x.c': 40 }), OF_100).length, 1);
  });

  it('are none without files', () => {
    assert.deepEqual(partsOf([], OF_100), []);
  });

  const name = fc.constantFrom('a', 'b', 'c');
  const file = fc
    .tuple(fc.array(name, { maxLength: 4 }), name, fc.constantFrom('.c', '.h'))
    .map(([folders, base, end]) => [...folders, `${base}${end}`].join('/'));
  const tree = fc
    .dictionary(file, fc.integer({ min: 0, max: 120 }), { maxKeys: 40 })
    .map((files) => sized(files));

  it('have every file once, none is larger than allowed, and a folder that fits is in one', () => {
    fc.assert(
      fc.property(tree, (files) => {
        const parts = partsOf(files, OF_100);
        const all = parts.flat().sort();
        assert.deepEqual(all, files.map((each) => each.file).sort());
        const cost = (some: readonly SizedFile[]): number =>
          some.reduce(
            (sum, each) => sum + Math.min(100, each.bytes * (each.file.endsWith('.c') ? 1 : 0.05)),
            0,
          );
        const of = (part: readonly string[]): readonly SizedFile[] =>
          files.filter((each) => part.includes(each.file));
        for (const part of parts) assert.ok(cost(of(part)) <= 100 + 1e-6, part.join());
        for (const folder of new Set(files.map((each) => folderOf(each.file)))) {
          if (folder === '') continue;
          const below = files.filter((each) => each.file.startsWith(`${folder}/`));
          const within = parts.filter((part) => below.some((each) => part.includes(each.file)));
          if (below.every((each) => each.bytes < 100) && cost(below) <= 100)
            assert.equal(within.length, 1, folder);
        }
      }),
    );
  });
});
