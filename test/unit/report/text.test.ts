import assert from 'node:assert/strict';
import {
  actor,
  COLOURED,
  describeStep,
  renderFinding,
  renderText,
} from '../../../analysis/report/formats/text.js';
import { CYCLE, lineOf } from './sample.js';

describe('text report', () => {
  it('shows both sides with source, carets and held locks', () => {
    assert.equal(
      renderFinding(CYCLE, lineOf),
      `error[lock-order-cycle]: sem1 is taken while sem2 is held, elsewhere the other way round
  --> a.c:11:2 in another_function
   |
   | one side: bad_function
  ::: a.c:3:2 in bad_function
 3 |         down(&sem1);
   |         ^^^^^^^^^^^ takes sem1
 4 |         down(&sem2);
   |         ^^^^^^^^^^^ takes sem2, holding sem1
   |
   | the other side: another_function
 9 |         down(&sem2);
   |         ^^^^^^^^^^^ takes sem2
  ...
11 |         down(&sem1);
   |         ^^^^^^^^^^^ takes sem1, holding sem2
   |
   = assumes: no other lock keeps the two functions apart
   = help: Take sem1 before sem2 (lockorder fix)
   = note: high confidence; lockorder explain f00d
`,
    );
  });

  it('does not repeat the held locks', () => {
    const [first] = CYCLE.story;
    assert.ok(first);
    const leaves = { ...first, text: 'leaves with sem1 held', held: ['sem1'], named: ['sem1'] };
    assert.equal(describeStep(leaves), 'leaves with sem1 held');
    assert.equal(describeStep({ ...leaves, held: ['sem1', 'sem2'] }), 'leaves with sem1 held, holding sem2');
  });

  it('names no function if the step names its subject', () => {
    assert.equal(actor({ function: 'probe', text: 'takes sem1' }), 'probe() ');
    assert.equal(
      actor({ function: 'probe', text: 'request_irq() registers on_irq() as an interrupt handler' }),
      '',
    );
    assert.equal(actor({ function: '', text: 'sem1 comes before sem2' }), '');
  });

  it('puts carets under the code if text precedes it on the line', () => {
    const [first] = CYCLE.story;
    assert.ok(first);
    const finding = {
      ...CYCLE,
      story: [{ ...first, file: 'b.c', line: 1, endLine: 1, column: 8, endColumn: 15 }],
    };
    const text = renderFinding(finding, () => 'if (x)\tlock(a);');
    assert.match(text, /\| if \(x\) {2}lock\(a\);\n +\| {9}\^{7} takes sem1/);
  });

  it('tells the story without source, too', () => {
    const text = renderFinding(CYCLE, () => undefined);
    assert.match(text, /11 \| \(source not available\) takes sem1, holding sem2/);
  });

  it('ends with the number of findings and skipped paths', () => {
    const skipped = [{ file: 'x.c', reason: 'not-text' }];
    assert.match(
      renderText({ version: '1', findings: [CYCLE], skipped }, lineOf),
      /\n1 finding, 1 path skipped\n$/,
    );
    assert.equal(renderText({ version: '1', findings: [], skipped: [] }, lineOf), 'no findings\n');
  });

  it('has colours only on request', () => {
    const escape = '\u001b[';
    assert.ok(!renderFinding(CYCLE, lineOf).includes(escape));
    assert.ok(renderFinding(CYCLE, lineOf, COLOURED).includes(escape));
  });
});
