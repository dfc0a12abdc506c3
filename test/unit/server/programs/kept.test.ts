import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { KeptFindings, store } from '../../../../server/programs/kept.js';
import { finding, step } from '../findings.js';

const both = finding('both', [step(0, 'a.c', 1), step(1, 'b.c', 2)]);
const other = finding('other', [step(0, 'c.c', 3)]);
const keys: Readonly<Record<string, string>> = { 'a.c': '1', 'b.c': '2', 'c.c': '3' };
const ids = (kept: KeptFindings): string[] => kept.all.map(({ id }) => id);

describe('stored findings', () => {
  const text = store([both, other], 'r', (file) => keys[file]);
  const restored = (recipe: string, now: Readonly<Record<string, string>>): string[] => {
    const kept = new KeptFindings();
    kept.restore(text, recipe, (file) => now[file]);
    return ids(kept);
  };

  it('are restored if none of their files changed', () => {
    assert.deepEqual(restored('r', keys), ['both', 'other']);
    assert.deepEqual(restored('r', { ...keys, 'b.c': 'new' }), ['other']);
    assert.deepEqual(restored('r', { 'a.c': '1', 'b.c': '2' }), ['both']);
  });

  it('are not restored from another build or configuration, or from a damaged file', () => {
    assert.deepEqual(restored('s', keys), []);
    const kept = new KeptFindings();
    for (const broken of ['', '{', '{"version":2}', '[]', 'null']) kept.restore(broken, 'r', () => '1');
    assert.deepEqual(ids(kept), []);
  });

  it('are dropped when their files change', () => {
    const kept = new KeptFindings();
    kept.restore(text, 'r', (file) => keys[file]);
    assert.equal(kept.drop(['x.c']), false);
    assert.equal(kept.drop(['b.c']), true);
    assert.deepEqual([...kept.parts.keys()], ['c.c']);
  });

  it('are replaced by a new scan of their files', () => {
    const kept = new KeptFindings();
    kept.restore(text, 'r', (file) => keys[file]);
    kept.replace(new Set(['a.c']), [finding('fresh', [step(0, 'a.c', 9)])]);
    assert.deepEqual(ids(kept), ['other', 'fresh']);
    assert.deepEqual(
      kept.besides([other]).map(({ id }) => id),
      ['other', 'fresh'],
    );
  });
});
