import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Finding } from '../../../../analysis/checks/types.js';
import type { FixResult } from '../../../../analysis/workspace/fixes.js';
import { VerifiedFixes } from '../../../../server/programs/verified.js';
import { finding, step } from '../findings.js';

const one = finding('one', [step(0, 'a.c', 1), step(1, 'b.c', 2)]);
const other = finding('other', [step(0, 'c.c', 3)]);
const RESULT: FixResult = { fixes: [], suggestions: [], refusals: [{ kind: 'reorder', reason: 'none' }] };
const open = (texts: Readonly<Record<string, string>>): ReadonlyMap<string, { readonly text: string }> =>
  new Map(Object.entries(texts).map(([file, text]) => [file, { text }]));

describe('verified fixes', () => {
  const known = (): VerifiedFixes => {
    const fixes = new VerifiedFixes();
    const results = new Map([one, other].map(({ id }) => [id, RESULT]));
    fixes.remember([one, other], results, (file) => `text of ${file}`);
    return fixes;
  };
  const ids = (
    fixes: VerifiedFixes,
    findings: readonly Finding[],
    texts: Readonly<Record<string, string>>,
  ): string[] => [...fixes.of(findings, open(texts)).keys()];

  it('stay while their finding exists and no text of its story changes', () => {
    const fixes = known();
    assert.deepEqual(ids(fixes, [one, other], { 'a.c': 'text of a.c', 'z.c': 'new' }), ['one', 'other']);
    assert.deepEqual(ids(fixes, [one, other], { 'b.c': 'new' }), ['other']);
    assert.deepEqual(ids(fixes, [one, other], { 'b.c': 'text of b.c' }), ['one', 'other']);
    assert.deepEqual(ids(fixes, [other], {}), ['other']);
    assert.deepEqual(ids(fixes, [one, other], {}), ['other']);
  });

  it('are compared with the current texts, even between two results', () => {
    const fixes = known();
    assert.equal(fixes.result('one', open({ 'a.c': 'text of a.c' })), RESULT);
    assert.equal(fixes.result('one', open({ 'a.c': 'text of a.c;' })), undefined);
    assert.equal(fixes.result('nobody', open({})), undefined);
  });

  it('are dropped when files change on disk', () => {
    const fixes = known();
    fixes.forget(['b.c', 'z.c']);
    assert.deepEqual(ids(fixes, [one, other], {}), ['other']);
  });
});
