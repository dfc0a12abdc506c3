import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ignoreComment, insertIgnore } from '../../../analysis/ide/suppress.js';

const ENTRY = { rule: 'lock-order-cycle', locks: ['a', 'b'], reason: 'one after the other' };

function inserted(text: string): string | undefined {
  const at = insertIgnore(text, ENTRY);
  return at && text.slice(0, at.offset) + at.text + text.slice(at.offset);
}

describe('an entry in lockorder.json', () => {
  const texts: Readonly<Record<string, string>> = {
    'no file': '',
    'an empty object': '{}',
    'other keys': '{\n  "arch": ["x86"],\n  "rules": { "irq-state": "off" }\n}\n',
    'an empty list': '{ "ignore": [] }',
    'a list with entries': '{\n  "ignore": [\n    { "rule": "irq-state", "reason": "[x], {y}" }\n  ]\n}\n',
    'brackets and keys in strings':
      '{ "$schema": "a]\\"ignore\\": [", "ignore": [{ "rule": "irq-state", "reason": "]" }] }',
    'a list that is not the last key': '{ "ignore": [], "arch": [] }',
  };

  for (const [name, text] of Object.entries(texts)) {
    it(`goes into ${name}, and everything else stays`, () => {
      const before = (text === '' ? {} : JSON.parse(text)) as { readonly ignore?: readonly unknown[] };
      const after = inserted(text);
      assert.ok(after);
      assert.deepEqual(JSON.parse(after), { ...before, ignore: [...(before.ignore ?? []), ENTRY] });
      const start = text.slice(0, insertIgnore(text, ENTRY)?.offset);
      assert.ok(after.startsWith(start));
    });
  }

  it('is not inserted into an invalid configuration', () => {
    for (const text of ['[]', 'nonsense', '{ "ignore": 3 }', '{ "a": 1, }'])
      assert.equal(inserted(text), undefined);
  });
});

describe('a suppressing comment', () => {
  it('is one line for any reason', () => {
    assert.equal(
      ignoreComment('irq-state', 'ends */ here\nand goes on', '\t'),
      '\t/* lockorder-ignore irq-state: ends * / here and goes on */',
    );
  });
});
