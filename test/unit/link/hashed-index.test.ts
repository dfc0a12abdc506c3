import assert from 'node:assert/strict';
import { array, assert as check, nat, oneof, property } from 'fast-check';
import { describe, it } from 'mocha';
import { hashNumber } from '../../../analysis/base/hash.js';
import type { EntryRange } from '../../../analysis/link/files/entry-ranges.js';
import { HashedIndex } from '../../../analysis/link/names/hashed-index.js';

/** The names that one file defines. */
const file = array(
  nat(40).map((at) => `NAME_${at}`),
  { maxLength: 60 },
);
/** Files that come, and of those that are there one that goes. */
const steps = array(
  oneof(
    file,
    nat(1000).map((going) => ({ going })),
  ),
  { maxLength: 80 },
);

function found(index: HashedIndex, name: string): readonly string[] {
  const places: string[] = [];
  const number = hashNumber(name);
  for (let entry = index.first(number); entry >= 0; entry = index.after(entry)) {
    assert.equal(index.name(entry), number);
    places.push(`${index.file(entry)}:${index.item(entry)}`);
  }
  return places.sort();
}

describe('an index by hashes of names', () => {
  it('finds every entry of a name and no other, after any additions and removals', () => {
    check(
      property(steps, (all) => {
        const index = new HashedIndex();
        const files = new Map<number, { readonly names: readonly string[]; readonly range: EntryRange }>();
        for (const [id, step] of all.entries()) {
          if (Array.isArray(step)) {
            const triples = step.flatMap((name, item) => [hashNumber(name), item, 0]);
            files.set(id, { names: step, range: index.add(id, triples) });
            continue;
          }
          const [going, there] = [...files][step.going % Math.max(1, files.size)] ?? [];
          if (going === undefined || there === undefined) continue;
          index.remove(there.range);
          files.delete(going);
        }
        for (let at = 0; at <= 41; at++) {
          const name = `NAME_${at}`;
          const expected = [...files].flatMap(([id, { names }]) =>
            names.flatMap((each, item) => (each === name ? [`${id}:${item}`] : [])),
          );
          assert.deepEqual(found(index, name), expected.sort());
        }
      }),
    );
  });

  it('finds every entry after it has grown', () => {
    const index = new HashedIndex();
    const names = Array.from({ length: 20_000 }, (_, at) => `REG_${at}`);
    names.forEach((name, at) => index.add(at, [hashNumber(name), at * 2, 0]));
    for (const [at, name] of names.entries()) assert.deepEqual(found(index, name), [`${at}:${at * 2}`]);
    assert.deepEqual(found(index, 'REG_20000'), []);
  });
});

describe('the number of a name', () => {
  it('is an integer that distinguishes names', () => {
    const names = Array.from({ length: 200_000 }, (_, at) => `mmREG_${at.toString(36)}_MASK`);
    const numbers = new Set(names.map(hashNumber));
    assert.equal(numbers.size, names.length);
    assert.ok([...numbers].every((number) => Number.isSafeInteger(number) && number >= 0));
  });
});
