import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { declareOrder } from '../../../analysis/fixes/ideas/declare-order.js';
import { applyFileEdits } from '../../support/edits.js';

/** The file that is changed, and what it says then. */
function declared(texts: Readonly<Record<string, string>>, files: readonly string[]): string[] | undefined {
  const made = declareOrder(['a.x', 'b.y'], files, (file) => texts[file]);
  return (
    made && [made.file, String(made.isNew), applyFileEdits(made.file, texts[made.file] ?? '', made.edits)]
  );
}

describe('declaring an order', () => {
  it('creates a file in the folder that the code shares', () => {
    assert.deepEqual(declared({}, ['drivers/a/x.c', 'drivers/a/sub/y.c']), [
      'drivers/a/.lockorder',
      'true',
      'a.x < b.y\n',
    ]);
    assert.deepEqual(declared({}, ['fs/x.c', 'mm/y.c']), ['.lockorder', 'true', 'a.x < b.y\n']);
  });

  it('extends the nearest existing file', () => {
    const texts = { '.lockorder': '', 'drivers/.lockorder': '# order\nc < d' };
    assert.deepEqual(declared(texts, ['drivers/a/x.c']), [
      'drivers/.lockorder',
      'false',
      '# order\nc < d\na.x < b.y\n',
    ]);
  });

  it('does not repeat a declaration', () => {
    assert.equal(declared({ '.lockorder': 'a.x  <  b.y # so it is\n' }, ['x.c']), undefined);
  });
});
