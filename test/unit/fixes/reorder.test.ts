import assert from 'node:assert/strict';
import { applyFileEdits } from '../../../analysis/fixes/edits.js';
import { proposeReorder } from '../../../analysis/fixes/reorder.js';
import type { FixOutcome } from '../../../analysis/fixes/types.js';
import type { Parser } from '../../../analysis/syntax/types.js';
import { cycle, loadParser, type TestLock } from './support.js';

const SEM1: TestLock = { id: 'sem1', names: ['&sem1'] };
const SEM2: TestLock = { id: 'sem2', names: ['&sem2'] };
const HEADER = 'static DEFINE_SEMAPHORE(sem1);\nstatic DEFINE_SEMAPHORE(sem2);\nstatic int shared;\n\n';
const RIGHT = `static int bad_function(void *unused)
{
	down(&sem1);
	down(&sem2);
	work();
	up(&sem2);
	up(&sem1);
	return 0;
}

`;

describe('the reorder fix', () => {
  let parser: Parser;
  before(async () => {
    parser = await loadParser();
  });

  const propose = (text: string, locks: [TestLock, TestLock] = [SEM1, SEM2]): FixOutcome =>
    proposeReorder(cycle(parser, { 'a.c': text }, locks));

  /** The function after the fix, for the classic pair of semaphores. */
  const fixed = (body: string): string => {
    const text = HEADER + RIGHT + body;
    const { fixes, refusals } = propose(text);
    assert.deepEqual(refusals, []);
    const after = applyFileEdits(text, fixes[0]?.edits ?? []);
    assert.ok(after.startsWith(HEADER + RIGHT), 'what was right stays');
    return after.slice((HEADER + RIGHT).length);
  };
  const reasons = (body: string): string => {
    const { fixes, refusals } = propose(HEADER + RIGHT + body);
    assert.deepEqual(fixes, []);
    return refusals.map(({ reason }) => reason).join('; ');
  };

  it('swaps two acquisitions and their releases, and says why this side', () => {
    const before = `static int another_function(void *unused)
{
	down(&sem2);
	down(&sem1);
	work();
	up(&sem1);
	up(&sem2);
	return 0;
}
`;
    assert.equal(
      fixed(before),
      `static int another_function(void *unused)
{
	down(&sem1);
	down(&sem2);
	work();
	up(&sem2);
	up(&sem1);
	return 0;
}
`,
    );
    assert.equal(
      propose(HEADER + RIGHT + before).fixes[0]?.title,
      'Take sem1 before sem2, as bad_function() does (first of 2 equal witnesses; sem1 is declared first)',
    );
  });
});
