import assert from 'node:assert/strict';
import type { Finding } from '../../../analysis/checks/types.js';
import { toFileEdits } from '../../../analysis/fixes/text/edits.js';
import type { ProposedFix } from '../../../analysis/fixes/index.js';
import { codeBefore } from '../../../analysis/fixes/before.js';
import { isToldOtherwise } from '../../../analysis/fixes/same-story.js';
import { verifyFix, type Reanalyse } from '../../../analysis/fixes/verify.js';
import { runToEnd } from '../../../analysis/workspace/index.js';
import { analysed } from './support.js';

const CYCLE = `DEFINE_MUTEX(a);
DEFINE_MUTEX(b);
DEFINE_MUTEX(c);
static int n;

void right(void)
{
	mutex_lock(&a);
	mutex_lock(&b);
	mutex_unlock(&b);
	mutex_unlock(&a);
}

void also(void)
{
	mutex_lock(&c);
	mutex_lock(&b);
	mutex_unlock(&b);
	mutex_unlock(&c);
}

int wrong(int k)
{
	mutex_lock(&b);
	mutex_lock(&a);
	note(k);
	if (k < 0) {
		mutex_unlock(&a);
		mutex_unlock(&b);
		return -EINVAL;
	}
	n += k;
	mutex_unlock(&a);
	mutex_unlock(&b);
	return 0;
}
`;

/** With a mistake that has nothing to do with the first. */
const TWICE = `${CYCLE}
void again(void)
{
	mutex_lock(&c);
	mutex_lock(&c);
}
`;

/**
 * What verification says of a fix that puts some words in place of others, from where `region` begins to its end, if the
 * fixed program's analysis has no summary of the function `without`.
 */
async function verdict(
  changes: readonly (readonly [string, string])[],
  region = '',
  without = '',
): Promise<string> {
  const { snapshot, textOf, reanalyse } = await analysed({ 'a.c': CYCLE });
  const finding = snapshot.findings.find((each) => each.rule === 'lock-order-cycle');
  assert.ok(finding);
  const edits = changes.map(([words, text]) => {
    const start = CYCLE.lastIndexOf(words);
    return { start, end: start + words.length, text };
  });
  const start = CYCLE.lastIndexOf(region);
  const fix: ProposedFix = {
    title: 'Try',
    kind: 'reorder',
    verified: false,
    edits: toFileEdits('a.c', CYCLE, edits),
    regions: region === '' ? [] : [{ file: 'a.c', start, end: start + region.length }],
  };
  const input = { finding, before: codeBefore(snapshot, ['a.c']), textOf };
  const shortened: Reanalyse = function* (texts) {
    const after = yield* reanalyse(texts);
    const { analysis } = after ?? {};
    if (after === undefined || analysis === undefined) return undefined;
    const summary: typeof analysis.summary = (fn) => (fn.name === without ? undefined : analysis.summary(fn));
    return {
      program: after.program,
      analysis: new Proxy(analysis, {
        get: (target, name) => (name === 'summary' ? summary : Reflect.get(target, name)),
      }),
      before: () => after.before(),
    };
  };
  const verdict = runToEnd(verifyFix(input, fix, shortened));
  return 'verified' in verdict ? 'verified' : verdict.reason;
}

const TAKES = '\tmutex_lock(&b);\n\tmutex_lock(&a);\n';
const TURNED = '\tmutex_lock(&a);\n\tmutex_lock(&b);\n';

describe('the verification of a fix', () => {
  it('accepts swapped acquisitions', async () => {
    assert.equal(await verdict([[TAKES, TURNED]], TAKES), 'verified');
  });
  it('starts with known results for functions that the fix does not touch', async () => {
    const caller = 'void other(void)\n{\n\twrong(1);\n}\n';
    const { snapshot, reanalyse } = await analysed({ 'a.c': CYCLE, 'b.c': caller });
    const tried = runToEnd(reanalyse(new Map([['a.c', CYCLE.replace(TAKES, TURNED)]])));
    const isShared = (file: string, index: number): boolean =>
      tried?.program.functionAt(file, index) === snapshot.program.functionAt(file, index);
    assert.deepEqual([isShared('a.c', 0), isShared('a.c', 2), isShared('b.c', 0)], [true, false, true]);
    assert.deepEqual(
      tried?.analysis.findings.map(({ rule }) => rule),
      [],
    );
  });
  it('does not need an untouched function that nothing demands any more', async () => {
    assert.equal(await verdict([[TAKES, TURNED]], TAKES, 'also'), 'verified');
    const lost = await verdict([[TAKES, TURNED]], TAKES, 'wrong');
    assert.equal(lost, 'the effect of wrong() would not be known');
  });
  it('refuses a fix that leaves the finding', async () => {
    assert.equal(await verdict([['n += k;', 'n += k + 0;']]), 'the finding would remain');
  });
  it('refuses a fix that adds another finding', async () => {
    const other = '\tmutex_lock(&a);\n\tmutex_lock(&b);\n\tmutex_lock(&c);\n\tmutex_unlock(&c);\n';
    assert.match(await verdict([[TAKES, other]], TAKES), /^another finding would appear: takes/);
  });
  it('refuses a fix that loses an acquisition', async () => {
    const reason = await verdict([
      [TAKES, '\tmutex_lock(&b);\n'],
      ['\t\tmutex_unlock(&a);\n', ''],
      ['\tmutex_unlock(&a);\n', ''],
    ]);
    assert.match(reason, /wrong\(\) would (affect its callers differently|take different locks)/);
  });
  it('refuses a fix that leaves a lock held on an exit', async () => {
    const reason = await verdict(
      [
        [TAKES, TURNED],
        ['\t\tmutex_unlock(&b);\n', ''],
      ],
      TAKES,
    );
    assert.match(reason, /another finding|wrong\(\) would return with different locks held/);
  });
  it('refuses a fix that changes the held set of a statement elsewhere', async () => {
    const reason = await verdict([[`${TAKES}\tnote(k);\n`, `\tnote(k);\n${TURNED}`]], '');
    assert.match(reason, /would behave differently|different locks would be held/);
  });
  it('refuses a fix that makes code harder to analyse', async () => {
    const reason = await verdict([[TAKES, `${TURNED}\tif (k {\n`]], TAKES);
    assert.match(reason, /less of the changed code|other functions|not be known|would remain/);
  });

  it('analyses the original program only if there are unknown findings', async () => {
    const { snapshot, textOf, reanalyse } = await analysed({ 'a.c': TWICE });
    const finding = snapshot.findings.find((each) => each.rule === 'lock-order-cycle');
    assert.ok(finding);
    const start = TWICE.lastIndexOf(TAKES);
    const fix: ProposedFix = {
      title: 'Try',
      kind: 'reorder',
      verified: false,
      edits: toFileEdits('a.c', TWICE, [{ start, end: start + TAKES.length, text: TURNED }]),
      regions: [{ file: 'a.c', start, end: start + TAKES.length }],
    };
    const verdictKnowing = (findings: readonly Finding[]): readonly [string, number] => {
      let asked = 0;
      const counting: Reanalyse = function* (texts) {
        const after = yield* reanalyse(texts);
        return after && { ...after, before: () => (asked++, after.before()) };
      };
      const input = { finding, before: { ...codeBefore(snapshot, ['a.c']), findings }, textOf };
      const verdict = runToEnd(verifyFix(input, fix, counting));
      return ['verified' in verdict ? 'verified' : verdict.reason, asked];
    };
    assert.deepEqual(verdictKnowing(snapshot.analysis.findings), ['verified', 0]);
    assert.deepEqual(verdictKnowing([finding]), ['verified', 1]);
    assert.deepEqual(verdictKnowing(snapshot.analysis.findings), ['verified', 0]);
  });
});

describe('a finding that the program had before', () => {
  const span = { line: 3, column: 1, endLine: 3, endColumn: 9 };
  const told = (...steps: readonly Partial<Finding['story'][number]>[]): Finding => ({
    id: '1',
    rule: 'self-deadlock',
    severity: 'error',
    confidence: 'high',
    message: 'takes big again while holding it',
    at: { file: 'a.c', ...span, function: 'f' },
    locks: ['big'],
    story: steps.map((step) => ({
      path: 0,
      file: 'a.c',
      ...span,
      function: 'f',
      text: '',
      held: [],
      ...step,
    })),
    assumes: [],
    witnesses: [],
    evidence: [],
    fixes: [],
  });
  const takes = { function: 'f', text: 'takes big', takes: { lock: 'big' } };
  const again = { function: 'g', text: 'takes big again', takes: { lock: 'big' } };
  const fix = { untaken: { lock: 'big' } } as unknown as Pick<ProposedFix, 'untaken'>;

  it('is known by what its steps do, whatever the words and the calls between them', () => {
    const before = told(takes, { text: 'calls h(), which calls g()', calls: 'h' }, again);
    assert.ok(isToldOtherwise(told(takes, { ...again, text: 'takes big' }), [before], fix));
    assert.ok(!isToldOtherwise(told(takes, { ...again, function: 'h' }), [before], fix));
  });

  it('is another one if a step that does more than call is gone', () => {
    const before = told(takes, { text: 'calls once()' }, again);
    assert.ok(!isToldOtherwise(told(takes, again), [before], fix));
  });
});
