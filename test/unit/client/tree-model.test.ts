import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findingNodes, groups, NO_FILTER, sections, type Severity } from '../../../client/tree-model.js';
import type { OverviewFinding } from '../../../protocol/views.js';

function finding(rule: string, severity: Severity, line: number): OverviewFinding {
  const end = { line, character: 0 };
  return {
    id: `${rule}${line}`,
    rule,
    severity,
    message: '',
    function: 'f',
    folder: 'drivers',
    place: { uri: 'file:///drivers/a.c', range: { start: end, end }, label: `drivers/a.c:${line}` },
  } as OverviewFinding;
}

describe('findings in the tree', () => {
  const all = [
    finding('many-hints', 'hint', 1),
    finding('many-hints', 'hint', 2),
    finding('many-hints', 'hint', 3),
    finding('mixed', 'hint', 4),
    finding('mixed', 'error', 9),
    finding('mixed', 'warning', 8),
  ];

  it('lists a rule with findings before one with more hints', () => {
    const names = groups(all, 'rule').map((node) => (node.kind === 'group' ? node.name : ''));
    assert.deepEqual(names, ['mixed', 'many-hints']);
  });

  it('counts what a filter lets pass, of all', () => {
    const overview = { findings: all, suppressed: [], orders: [], classes: 0, scope: 'open' } as const;
    const [whole] = sections(overview, NO_FILTER);
    assert.deepEqual(whole, { kind: 'section', section: 'findings', count: 2, hints: 4 });
    const [part] = sections(overview, { words: '', severities: ['error'] });
    assert.deepEqual(part, { kind: 'section', section: 'findings', count: 1, hints: 0, of: [2, 4] });
  });

  it('lists hints after findings in a group, and findings in file order', () => {
    const [first] = groups(all, 'rule');
    assert.equal(first?.kind, 'group');
    assert.deepEqual(
      first.findings.map(({ place }) => place.label),
      ['drivers/a.c:8', 'drivers/a.c:9', 'drivers/a.c:4'],
    );
  });

  it('have as many folders in their names as tell files of one name apart', () => {
    const labels = ['usb/a/core.c:7', 'usb/b/core.c:7', 'net/b/core.c:9', 'net/b/core.c:12', 'fs/inode.c:3'];
    const found = labels.map((label, line) => {
      const one = finding('r', 'error', line);
      return { ...one, place: { ...one.place, label } };
    });
    assert.deepEqual(
      findingNodes(found, false).map((node) => (node.kind === 'finding' ? node.name : '')),
      ['a/core.c:7', 'usb/b/core.c:7', 'net/b/core.c:9', 'net/b/core.c:12', 'inode.c:3'],
    );
  });
});
