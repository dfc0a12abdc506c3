import assert from 'node:assert/strict';
import { createModels } from '../../../../analysis/models/index.js';
import { outlineFile } from '../../../../analysis/outline/index.js';
import {
  decodeSkeleton,
  decodeSummary,
  encodeSkeleton,
  encodeSummary,
} from '../../../../analysis/skeleton/codec/codec.js';

describe('objects preallocated for reading', () => {
  it('have exactly the properties that were written', () => {
    const text = [
      'struct s { int a; struct mutex lock; };',
      'static int count = 1;',
      'int g(struct s *s);',
      '#define F(x) g(x)',
      'int f(struct s *s) { return g(s); }',
    ].join('\n');
    const outline = outlineFile(text, createModels());
    const read = decodeSummary(
      encodeSummary({ outline, skeletons: new Map(), macroSkeletons: new Map() }),
    ).outline;
    const lists = ['functions', 'prototypes', 'records', 'variables', 'macros'] as const;
    for (const list of lists) {
      const [given, back] = [outline[list][0], read[list][0]];
      assert.notEqual(given, undefined, list);
      assert.deepEqual(back, given);
      assert.deepEqual(Object.keys(back ?? {}).sort(), Object.keys(given ?? {}).sort());
    }
  });

  it('keep their own values when another one is read', () => {
    const at = { line: 1, column: 1, endLine: 1, endColumn: 2 };
    const call = (id: number) => ({ k: 'call' as const, id, callee: 'f', args: [], at });
    const skeleton = decodeSkeleton(
      encodeSkeleton({
        name: 'g',
        returns: '',
        parameters: [],
        locals: [],
        exprs: [],
        blocks: [{ events: [call(0), call(1)], exit: { k: 'stop' } }],
        annotations: [],
        gaps: [],
        lockSites: 0,
      }),
    );
    const [one, other] = skeleton.blocks[0]?.events ?? [];
    assert.deepEqual([one?.id, other?.id], [0, 1]);
  });
});
