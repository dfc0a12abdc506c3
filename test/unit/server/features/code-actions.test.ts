import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FileEdit, Fix } from '../../../../analysis/checks/types.js';
import { toAction } from '../../../../server/features/code-actions.js';
import { TextMap } from '../../../../server/documents/text-map.js';

function edit(file: string, startLine: number): FileEdit {
  return { file, range: { startLine, startColumn: 2, endLine: startLine, endColumn: 5 }, newText: 'new' };
}

function fix(...edits: FileEdit[]): Fix {
  return { title: 'Take a before b', kind: 'reorder', verified: true, edits };
}

describe('a fix as a code action', () => {
  const files = {
    uriOf: (file: string): string => `file:///${file}`,
    open: new Map([['a.c', { version: 7, map: new TextMap('', '', []) }]]),
  };

  it('edits an open document only in the verified version', () => {
    const { edit: edits, title, kind } = toAction(files, fix(edit('a.c', 3), edit('a.c', 5)));
    assert.deepEqual([title, kind], ['Take a before b', 'quickfix']);
    assert.deepEqual(edits, {
      documentChanges: [
        {
          textDocument: { uri: 'file:///a.c', version: 7 },
          edits: [3, 5].map((line) => ({
            range: { start: { line: line - 1, character: 1 }, end: { line: line - 1, character: 4 } },
            newText: 'new',
          })),
        },
      ],
    });
  });

  it('requires confirmation for several files', () => {
    const { edit: edits } = toAction(files, fix(edit('a.c', 3), edit('b.c', 4)));
    const [annotation] = Object.entries(edits?.changeAnnotations ?? {});
    assert.equal(annotation?.[1].needsConfirmation, true);
    const changes = (edits?.documentChanges ?? []).flatMap((change) => ('edits' in change ? [change] : []));
    assert.deepEqual(
      changes.map(({ textDocument }) => textDocument.version),
      [7, null],
    );
    for (const { edits: each } of changes) {
      assert.ok(each.every((one) => 'annotationId' in one && one.annotationId === annotation[0]));
    }
  });
});
