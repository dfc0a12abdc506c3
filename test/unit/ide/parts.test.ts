import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Finding, Fix, StoryStep } from '../../../analysis/checks/types.js';
import { partsAt, partsByFile, partsOf } from '../../../analysis/ide/parts.js';

function step(path: number, file: string, line: number): StoryStep {
  return {
    path,
    file,
    line,
    column: 2,
    endLine: line,
    endColumn: 9,
    function: 'f',
    text: `takes at ${line}`,
    held: [],
  };
}

function finding(id: string, story: readonly StoryStep[], fixes: Finding['fixes'] = []): Finding {
  const [first = step(0, 'a.c', 1)] = story;
  const { file, line, column, endLine, endColumn } = first;
  return {
    id,
    rule: 'lock-order-cycle',
    severity: 'error',
    confidence: 'high',
    message: 'm',
    at: { file, line, column, endLine, endColumn, function: 'f' },
    locks: [],
    story,
    assumes: [],
    witnesses: [],
    evidence: [],
    fixes,
  };
}

describe('parts of a finding', () => {
  const places = (found: Finding): readonly (readonly [string, number])[] =>
    partsOf(found).map(({ file, at }) => [file, at.line]);

  it("include the finding's place and the other side in its file, and only the place for other rules", () => {
    const found = finding('x', [step(0, 'a.c', 5), step(1, 'a.c', 8), step(1, 'a.c', 9)]);
    assert.deepEqual(places(found), [
      ['a.c', 5],
      ['a.c', 9],
    ]);
    assert.deepEqual(places({ ...found, rule: 'irq-inversion' }), [['a.c', 5]]);
  });

  it('mark the call of a helper if a lock is acquired twice', () => {
    const call = { ...step(0, 'a.c', 12), function: 'caller', held: ['lock'] };
    const found: Finding = {
      ...finding('x', [{ ...step(0, 'a.c', 11), function: 'caller' }, call, step(0, 'a.c', 5)]),
      rule: 'self-deadlock',
    };
    assert.deepEqual(places({ ...found, at: { ...found.at, line: 5 } }), [
      ['a.c', 5],
      ['a.c', 12],
    ]);
  });

  it('include the last step in every other file', () => {
    const parts = partsOf(
      finding('x', [step(0, 'a.c', 5), step(1, 'b.c', 3), step(1, 'b.c', 4), step(1, 'c.c', 7)]),
    );
    assert.deepEqual(
      parts.map(({ file, at }) => `${file}:${at.line}`),
      ['a.c:5', 'b.c:4', 'c.c:7'],
    );
  });

  it('are sorted by place', () => {
    const byFile = partsByFile([finding('late', [step(0, 'a.c', 9)]), finding('early', [step(0, 'a.c', 2)])]);
    assert.deepEqual(
      byFile.get('a.c')?.map((part) => part.finding.id),
      ['early', 'late'],
    );
  });
});

function fix(title: string, verified: boolean): Fix {
  return { title, kind: 'reorder', verified, edits: [] };
}

describe('findings at a position', () => {
  const parts = partsOf(finding('x', [step(0, 'a.c', 5)], [fix('good', true), fix('unproven', false)]));

  function hits(start: readonly [number, number], end = start): number {
    return partsAt(parts, { line: start[0], column: start[1] }, { line: end[0], column: end[1] }).length;
  }

  it('are found under the cursor, at both ends and inside a selection', () => {
    assert.equal(hits([5, 2]), 1);
    assert.equal(hits([5, 9]), 1);
    assert.equal(hits([5, 1]), 0);
    assert.equal(hits([4, 1], [6, 1]), 1);
    assert.equal(hits([5, 10]), 0);
  });
});
