import assert from 'node:assert/strict';
import type { Parser } from '../../../analysis/syntax/types.js';
import { Fixer } from '../../../analysis/workspace/fixes.js';
import { runToEnd } from '../../../analysis/workspace/index.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';
import { analysed } from './support.js';

const parser = await createNodeParser();
const compiler = new Compiler([], parser);

/** Each function takes its lock and calls all others: a finding for each pair. */
function mesh(size: number): string {
  const numbers = Array.from({ length: size }, (_, index) => index);
  const calls = (own: number): string =>
    numbers.map((other) => (other === own ? '' : `\tf${other}();\n`)).join('');
  const bodies = numbers.map(
    (n) => `int f${n}(void)\n{\n\tmutex_lock(&l${n});\n${calls(n)}\tmutex_unlock(&l${n});\n\treturn 0;\n}\n`,
  );
  return [...numbers.map((n) => `static DEFINE_MUTEX(l${n});\nint f${n}(void);\n`), ...bodies].join('');
}

describe('proposals of fixes', () => {
  it('parse each function once, however many findings it has', async () => {
    const { workspace, snapshot, textOf } = await analysed({ 'a.c': mesh(10) });
    let parses = 0;
    const counting: Parser = {
      ...parser,
      parse: (text) => {
        parses += 1;
        return parser.parse(text);
      },
    };
    const fixer = new Fixer(workspace, { parser: counting, compiler, textOf }, 'all');
    assert.ok(snapshot.findings.length >= 45);
    runToEnd(fixer.fixAll(snapshot, () => true));
    // Once as a function that locks, once as one that is called.
    assert.ok(parses <= 20, `${parses} parses`);
  });

  it('stop at a bound if one function has many findings, and say so', async () => {
    const sleeps = Array.from({ length: 60 }, (_, index) => `\tmsleep(${index});\n`).join('');
    const text = `static DEFINE_SPINLOCK(l);\nvoid f(void)\n{\n\tspin_lock(&l);\n${sleeps}\tspin_unlock(&l);\n}\n`;
    const { workspace, snapshot, textOf } = await analysed({ 'a.c': text });
    assert.equal(snapshot.findings.length, 60);
    const fixer = new Fixer(workspace, { parser, compiler, textOf }, 'all');
    const { refusals } = runToEnd(fixer.fixAll(snapshot, () => true));
    const left = [...(refusals ?? [])].filter(([, all]) =>
      all.some(({ reason }) => reason.startsWith('too many fixes')),
    );
    assert.equal(left.length, 10);
  });

  it('stop at a bound if one file has too many findings, and say so', async () => {
    const { workspace, snapshot, textOf } = await analysed({
      'a.c': mesh(4),
      'b.c': mesh(2).replaceAll('f', 'g'),
    });
    const fixer = new Fixer(workspace, { parser, compiler, textOf }, 'all', undefined, 6);
    const { refusals } = runToEnd(fixer.fixAll(snapshot, () => true));
    const reasonOf = (file: string): string[] =>
      snapshot.findings
        .filter(({ at }) => at.file === file)
        .map(({ id }) => (refusals?.get(id) ?? []).map(({ reason }) => reason).join('; '));
    const isLeft = reasonOf('a.c').map((reason) => reason.startsWith('too many fixes'));
    // Four functions each: two findings are within the bound.
    assert.deepEqual(
      isLeft,
      isLeft.map((_, index) => index >= 2),
    );
    assert.ok(isLeft.length > 2);
    assert.ok(!reasonOf('b.c').some((reason) => reason.startsWith('too many')));
  });

  describe('in a text that was replaced by one of the same meaning', () => {
    const TEXT = `static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
static int n;
void forwards(void)
{
\tmutex_lock(&a);
\tmutex_lock(&b);
\tn++;
\tmutex_unlock(&b);
\tmutex_unlock(&a);
}
void backwards(void)
{
\tmutex_lock(&b);
\tpr_info("old"); /* old */
\tmutex_lock(&a);
\tn--;
\tmutex_unlock(&a);
\tmutex_unlock(&b);
}
`;
    const others: Readonly<Record<string, string>> = {
      'another string': TEXT.replace('"old"', '"new"'),
      'another comment': TEXT.replace('* old', '* brand new'),
      'a comment above': TEXT.replace('static int n;', 'static int n; /* a count */'),
      'other ends of lines': TEXT.replaceAll('\n', '\r\n'),
    };
    for (const [what, text] of Object.entries(others)) {
      it(`are those for the new text: ${what}`, async () => {
        let now = TEXT;
        const { workspace, snapshot } = await analysed({ 'a.c': TEXT });
        const fixer = new Fixer(workspace, { parser, compiler, textOf: () => now }, 'all');
        const [finding] = snapshot.findings;
        assert.ok(finding);
        const before = runToEnd(fixer.fixesOf(finding, snapshot));
        now = text;
        workspace.apply([{ file: 'a.c', ...compiler.compile(text) }]);
        assert.ok(workspace.isCurrent);
        const after = runToEnd(fixer.fixesOf(finding, snapshot));
        const fresh = await analysed({ 'a.c': text });
        const freshFixer = new Fixer(fresh.workspace, { parser, compiler, textOf: () => text }, 'all');
        assert.ok(before.fixes.length > 0);
        assert.deepEqual(after.fixes, runToEnd(freshFixer.fixesOf(finding, fresh.snapshot)).fixes);
      });
    }
  });
});
