import assert from 'node:assert/strict';
import type { Finding } from '../../../../analysis/checks/types.js';
import type { Program } from '../../../../analysis/link/types.js';
import { selectFixes } from '../../../../cli/patch/patch.js';
import { edited, editsByFile, renderPatch } from '../../../../host/patch.js';
import { CYCLE, SOURCE } from '../../report/sample.js';

const functions = [
  { line: 1, endLine: 5 },
  { line: 7, endLine: 12 },
];
const program = { outline: () => ({ functions }) } as unknown as Program;
const text = `${SOURCE['a.c'] ?? ''}\n`;

describe('patches', () => {
  it('are unified diffs', () => {
    const edits = editsByFile(selectFixes([CYCLE], program)).get('a.c') ?? [];
    assert.equal(
      renderPatch('a.c', text, edited(text, edits)),
      `--- a/a.c
+++ b/a.c
@@ -6,7 +6,7 @@
 
 static void another_function(void)
 {
+\tdown(&sem1);
 \tdown(&sem2);
 \t/* nothing */
-\tdown(&sem1);
 }
`,
    );
  });

  it('contain the same fix of two findings once', () => {
    const selection = selectFixes([CYCLE, { ...CYCLE, id: 'beef' }], program);
    assert.equal(selection.chosen.length, 2);
    assert.equal(editsByFile(selection).get('a.c')?.length, 2);
  });

  it('leave a second change to the same function for the next run', () => {
    const [fix] = CYCLE.fixes;
    assert.ok(fix);
    const [edit] = fix.edits;
    assert.ok(edit);
    const other: Finding = { ...CYCLE, id: 'beef', fixes: [{ ...fix, edits: [{ ...edit, newText: 'x' }] }] };
    const selection = selectFixes([CYCLE, other], program);
    assert.deepEqual(
      [selection.chosen.map(({ finding }) => finding.id), selection.postponed.map(({ id }) => id)],
      [['f00d'], ['beef']],
    );
  });

  it('contain no unverified fix', () => {
    const fixes = CYCLE.fixes.map((fix) => ({ ...fix, verified: false }));
    assert.deepEqual(selectFixes([{ ...CYCLE, fixes }], program), { chosen: [], postponed: [] });
  });
});
