import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FileEdit, Fix } from '../../../../analysis/checks/types.js';
import { isKnown, toAction, verifiedView } from '../../../../server/features/code-actions.js';
import { translator } from '../../../../server/words.js';
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

describe('the preview of a fix in several files', () => {
  it('is asked for by an edit that it neither lists nor performs, so that all others are ticked', () => {
    const root = { uriOf: (file: string): string => `file:///${file}`, open: new Map() };
    const reader = { t: translator(), options: { hasCommands: true } };
    const { edit: edits } = toAction(root, fix(edit('a.c', 3), edit('b.c', 4)), reader);
    const asking = new Set(
      Object.entries(edits?.changeAnnotations ?? {}).flatMap(([id, annotation]) =>
        annotation.needsConfirmation === true ? [id] : [],
      ),
    );
    const parts = (edits?.documentChanges ?? []).flatMap((part): readonly object[] =>
      'edits' in part ? part.edits : [part],
    );
    const asked = parts.filter((part) => 'annotationId' in part && asking.has(String(part.annotationId)));
    const create = { kind: 'create', uri: 'file:///a.c', options: { ignoreIfExists: true } };
    assert.deepEqual(asked, [{ ...create, annotationId: [...asking][0] }]);
  });
});

describe('the fixes that a save applies', () => {
  const view = (id: string): { readonly parts: ReadonlyMap<string, { finding: { id: string } }[]> } => ({
    parts: new Map([['a.c', [{ finding: { id } }]]]),
  });

  /** A root that works on something else each time a fix was verified, until nothing is left of `later`. */
  function rootWith(later: readonly ReturnType<typeof view>[]): {
    readonly asked: readonly string[];
    readonly root: Parameters<typeof verifiedView<ReturnType<typeof view>>>[0];
  } {
    const asked: string[] = [];
    const left = [...later];
    const root = {
      view: view('first'),
      isBusy: false,
      fixes: {
        known: (id: string): Promise<void> => {
          asked.push(id);
          root.isBusy = left.length > 0;
          return Promise.resolve();
        },
      },
      idle: (): Promise<void> => {
        root.view = (root.isBusy ? left.shift() : undefined) ?? root.view;
        root.isBusy = false;
        return Promise.resolve();
      },
    };
    return { asked, root };
  }

  it('are those of the last result if another file changes in the meantime', async () => {
    const { asked, root } = rootWith([view('second'), view('third')]);
    assert.deepEqual(await verifiedView(root, 'a.c', () => true), view('third'));
    assert.deepEqual(asked, ['first', 'second', 'third']);
  });

  it('are none once the file itself has changed', async () => {
    const { root } = rootWith([]);
    assert.equal(await verifiedView(root, 'a.c', () => false), undefined);
  });
});

describe('the menu of a document that was just opened', () => {
  const root = {
    view: { parts: new Map([['a.c', []]]) },
    textOnDisk: (): string => 'int a;',
  };
  const opened = { file: 'a.c', text: 'int a;', isUntouched: true };

  it('waits for nothing if a scan has found something in the same text', () => {
    assert.equal(isKnown(root, opened), true);
  });

  it('waits for a result if the text is another one, or nothing is known of it', () => {
    assert.equal(isKnown(root, { ...opened, text: 'int b;' }), false);
    assert.equal(isKnown(root, { ...opened, isUntouched: false }), false);
    assert.equal(isKnown(root, { ...opened, file: 'b.c' }), false);
    assert.equal(isKnown({ ...root, view: undefined }, opened), false);
  });
});
