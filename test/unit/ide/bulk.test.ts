import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FileEdit, Finding, Fix } from '../../../analysis/checks/types.js';
import { bulkFixes } from '../../../analysis/ide/bulk.js';
import { finding, step } from '../server/findings.js';

function edit(file: string, startLine: number): FileEdit {
  return { file, range: { startLine, startColumn: 1, endLine: startLine, endColumn: 1 }, newText: 'x' };
}

function fix(kind: string, ...edits: readonly FileEdit[]): Fix {
  return { title: `${kind} ${edits[0]?.range.startLine}`, kind, verified: true, edits };
}

function leak(name: string, line: number, fixes: readonly Fix[], more: Partial<Finding> = {}): Finding {
  const at = { ...step(0, 'a.c', line), function: name };
  return finding(name, [at], { rule: 'missing-unlock', at, fixes, ...more });
}

const titles = (findings: readonly Finding[]): string[] =>
  bulkFixes(findings, 'a.c').map(({ title }) => title);

describe('fixes in bulk', () => {
  it('leave nothing to decide', () => {
    const release = fix('release', edit('a.c', 3));
    assert.deepEqual(titles([leak('f', 3, [release]), leak('g', 9, [fix('reorder', edit('a.c', 9))])]), [
      'release 3',
    ]);
    assert.deepEqual(titles([leak('f', 3, [release, fix('release', edit('a.c', 4))])]), []);
    assert.deepEqual(titles([leak('f', 3, [release], { confidence: 'medium' })]), []);
    assert.deepEqual(titles([leak('f', 3, [{ ...release, verified: false }])]), []);
  });

  it('stay within the file', () => {
    assert.deepEqual(titles([leak('f', 3, [fix('release', edit('a.c', 3), edit('b.c', 3))])]), []);
  });

  it('touch each function once', () => {
    const findings = [3, 5, 9].map((line) =>
      leak(line < 9 ? 'f' : 'g', line, [fix('release', edit('a.c', line))]),
    );
    assert.deepEqual(titles(findings), ['release 3', 'release 9']);
  });
});
