import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EarlyFindings } from '../../../../server/programs/early.js';
import { finding, step } from '../findings.js';

const texts = (text: string): ReadonlyMap<string, string> => new Map([['a.c', text]]);
const TEXT = 'one\ntwo     \nthree\n';

const ids = (found: readonly { readonly id: string }[] | undefined): string[] | undefined =>
  found?.map(({ id }) => id);

describe('EarlyFindings', () => {
  const both = finding('both', [step(0, 'a.c', 2)]);
  const far = finding('far', [step(0, 'a.c', 2), step(1, 'b.c', 2)]);
  const wrong = finding('wrong', [step(0, 'a.c', 2)]);
  const fresh = finding('fresh', [step(0, 'a.c', 2)]);

  it('reports nothing before both programs have a result', () => {
    assert.equal(new EarlyFindings().after([both], texts(TEXT)), undefined);
  });

  it('adds and removes findings as the small program does', () => {
    const early = new EarlyFindings();
    early.settle([both], [both], texts(TEXT));
    assert.deepEqual(ids(early.after([both, fresh], texts(TEXT))), ['both', 'fresh']);
    assert.deepEqual(ids(early.after([], texts(TEXT))), []);
  });

  it('keeps findings that only the large program sees, and excludes those it rejected', () => {
    const early = new EarlyFindings();
    early.settle([both, wrong], [both, far], texts(TEXT));
    assert.deepEqual(ids(early.after([both, wrong], texts(TEXT))), ['both', 'far']);
  });

  it("keeps the large program's form, and moves it with the text", () => {
    const early = new EarlyFindings();
    early.settle([{ ...both, message: 'small' }], [{ ...both, message: 'big' }, far], texts(TEXT));
    const [first, second] = early.after([{ ...both, message: 'small' }], texts(`zero\n${TEXT}`)) ?? [];
    assert.equal(first?.message, 'big');
    assert.equal(first.at.line, 3);
    assert.deepEqual(
      second?.story.map(({ file, line }) => `${file}:${line}`),
      ['a.c:3', 'b.c:2'],
    );
  });

  it('offers no fix made for another text', () => {
    const early = new EarlyFindings();
    const fixes = [{ title: 't', kind: 'reorder', verified: true, edits: [] }];
    early.settle([both], [{ ...both, fixes }], texts(TEXT));
    assert.deepEqual(early.after([both], texts(`\n${TEXT}`))?.[0]?.fixes, []);
  });

  it('maps places across any number of edits', () => {
    const early = new EarlyFindings();
    early.settle([both], [both, far], texts(TEXT));
    for (const text of [`zero\n${TEXT}`, `zero\n${TEXT}four\n`, `zero\nhalf\n${TEXT}four\n`])
      early.after([both], texts(text));
    const [first, second] = early.after([both], texts(`zero\nhalf\n${TEXT}four\nfive\n`)) ?? [];
    assert.equal(first?.at.line, 4);
    assert.equal(second?.at.line, 4);
  });

  it('excludes a rejected finding even if it disappears and reappears', () => {
    const early = new EarlyFindings();
    early.settle([both, wrong], [both], texts(TEXT));
    assert.deepEqual(ids(early.after([both], texts(TEXT))), ['both']);
    assert.deepEqual(ids(early.after([both, wrong, fresh], texts(TEXT))), ['both', 'fresh']);
  });
});
