import assert from 'node:assert/strict';
import type { Finding } from '../../../analysis/checks/types.js';
import type { Program } from '../../../analysis/link/types.js';
import { findSuppressions } from '../../../analysis/report/suppression.js';
import { reselected, selectFindings, type FindingOptions } from '../../../analysis/workspace/findings.js';
import { isBelow } from '../../../analysis/base/paths.js';
import { CYCLE } from '../report/sample.js';

const program = { outline: () => undefined } as unknown as Program;
const at = (file: string, line: number): Finding => ({
  ...CYCLE,
  id: `${file}:${line}`,
  at: { ...CYCLE.at, file, line, endLine: line },
  story: [],
});

describe('selecting findings', () => {
  it('sorts them by place', () => {
    const all = [at('b.c', 1), at('a.c', 10), at('a.c', 9)];
    const { findings } = selectFindings(all, program, new Map(), { confidence: 'high', report: [] });
    assert.deepEqual(
      findings.map(({ id }) => id),
      ['a.c:9', 'a.c:10', 'b.c:1'],
    );
  });

  it('drops findings below the minimum confidence, and of disabled rules', () => {
    const medium: Finding = { ...CYCLE, confidence: 'medium' };
    const select = (options: Omit<FindingOptions, 'report'>): number =>
      selectFindings([CYCLE, medium], program, new Map(), { ...options, report: [] }).findings.length;
    assert.equal(select({ confidence: 'high' }), 1);
    assert.equal(select({ confidence: 'low' }), 2);
    assert.equal(select({ confidence: 'low', rules: ['self-deadlock'] }), 0);
    assert.equal(select({ confidence: 'low', severities: { 'lock-order-cycle': 'off' } }), 0);
  });

  it('drops findings that involve none of the requested files', () => {
    const select = (...report: string[]): number =>
      selectFindings([CYCLE, at('d/b.c', 1)], program, new Map(), { confidence: 'high', report }).findings
        .length;
    assert.equal(select('.'), 2);
    assert.equal(select('d'), 1);
    assert.equal(select('e'), 0);
  });

  it('applies severities of the configuration', () => {
    const severities = { 'lock-order-cycle': 'info' } as const;
    const { findings } = selectFindings([CYCLE], program, new Map(), {
      confidence: 'high',
      severities,
      report: [],
    });
    assert.equal(findings[0]?.severity, 'info');
  });

  it('drops suppressed findings, and reports suppressions that hide nothing', () => {
    const suppressions = new Map([
      ['a.c', findSuppressions('\n\n// lockorder-ignore lock-order-cycle: fine\nx\n')],
      ['b.c', findSuppressions('// lockorder-ignore lock-order-cycle: fine\nx\n')],
    ]);
    const ignore = [
      { locks: ['sem1'], function: 'bad_function', reason: 'one of the sides' },
      { locks: ['sem3'], reason: 'another lock' },
    ];
    const all = [at('a.c', 4), CYCLE, at('c.c', 1)];
    const { findings, suppressed, notes } = selectFindings(all, program, suppressions, {
      confidence: 'high',
      ignore,
      report: [],
    });
    assert.deepEqual(
      findings.map(({ id }) => id),
      ['c.c:1'],
    );
    assert.equal(suppressed, 2);
    assert.deepEqual(
      notes.map(({ file, line, text }) => `${file ?? ''}:${line} ${text}`),
      [
        'b.c:1 lockorder-ignore lock-order-cycle suppresses nothing of high confidence',
        ':0 ignore[1] (another lock) suppresses nothing of high confidence',
      ],
    );
    assert.deepEqual(notes[1]?.place, ['ignore', 1]);
    // A part of the tree need not have what the settings of the whole speak of.
    const part = { confidence: 'high', ignore, report: ['c.c'] } as const;
    assert.deepEqual(selectFindings(all, program, new Map(), part).notes, []);
  });
});

describe('an entry of the configuration', () => {
  const count = (locks: readonly string[], entry: readonly string[]): number =>
    selectFindings([{ ...CYCLE, locks: [...locks] }], program, new Map(), {
      confidence: 'high',
      report: [],
      ignore: [{ locks: [...entry], reason: 'fine' }],
    }).suppressed;

  it('still matches a lock that a namesake elsewhere has qualified by its file', () => {
    assert.equal(count(['d/a.c:sem1', 'd/a.c:sem2'], ['sem1', 'sem2']), 1);
    assert.equal(count(['d/a.c:sem1', 'd/a.c:sem2'], ['d/a.c:sem1', 'd/a.c:sem2']), 1);
    assert.equal(count(['d/a.c:sem1', 'd/a.c:sem2'], ['em1']), 0);
    assert.equal(count(['d/a.c:sem1', 'd/a.c:sem2'], ['e/a.c:sem1']), 0);
  });

  it('matches with its file what no namesake has qualified, in that file only', () => {
    assert.equal(count(['sem1', 'sem2'], ['a.c:sem1', 'a.c:sem2']), 1);
    assert.equal(count(['sem1', 'sem2'], ['b.c:sem1']), 0);
    assert.equal(count(['device.sem1'], ['a.c:sem1']), 0);
  });

  it('applies to known findings, as severities do', () => {
    const { ignore, severities } = {
      ignore: [{ locks: ['sem1'], reason: 'fine' }],
      severities: { 'lock-order-cycle': 'info' } as const,
    };
    assert.deepEqual(reselected([CYCLE], { ignore }), []);
    assert.deepEqual(
      reselected([CYCLE], { severities }).map(({ severity }) => severity),
      ['info'],
    );
    assert.deepEqual(reselected([CYCLE], { severities: { 'lock-order-cycle': 'off' } }), []);
  });
});

describe('reported paths', () => {
  it('are folders and files, not prefixes of names', () => {
    const isReported = isBelow(['fs/ext4', 'a.c']);
    assert.ok(isReported('fs/ext4/inode.c'));
    assert.ok(isReported('a.c'));
    assert.ok(!isReported('fs/ext4x/inode.c'));
    assert.ok(isBelow([])('any.c'));
    assert.ok(isBelow(['.'])('any.c'));
  });
});
