import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'mocha';
import { Compiler } from '../../../../host/compile.js';
import { createNodeParser } from '../../../../host/node/parser.js';
import { HalfTyped, syntaxErrors } from '../../../../server/documents/half-typed.js';

const TEXT = `static void one(void)
{
	mutex_lock(&a);
	mutex_unlock(&a);
}

static void two(void)
{
	mutex_lock(&b);
	mutex_unlock(&b);
}
`;

describe('HalfTyped', () => {
  let compiler: Compiler;
  let half: HalfTyped;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  beforeEach(() => {
    half = new HalfTyped();
  });

  function settle(text: string): ReturnType<HalfTyped['settle']> {
    return half.settle(text, compiler.compile(text).summary, (whole, index, functionHash) => {
      const [skeleton] = compiler.skeletons(whole, [{ isMacro: false, index, functionHash }]);
      return skeleton ? syntaxErrors(skeleton) : 0;
    });
  }

  it('analyses code that parses unchanged', () => {
    const { analysed, map } = settle(TEXT);
    assert.equal(analysed, TEXT);
    assert.ok(map.isIdentity);
  });

  it('analyses a broken function as it last parsed, and the others unchanged', () => {
    settle(TEXT);
    const changed = TEXT.replace('mutex_lock(&b)', 'mutex_lock(&c)');
    const { analysed, map } = settle(changed.replace('mutex_lock(&a);', 'mutex_lock(&a);\n\tif (x +) (;'));
    assert.equal(analysed, changed);
    assert.deepEqual(map.toCurrent({ line: 9, column: 2, endLine: 9, endColumn: 16 }), {
      line: 10,
      column: 2,
      endLine: 10,
      endColumn: 16,
    });
  });

  for (const header of [
    'if (x)',
    'if (x) /* why */',
    'while (busy(x))',
    'if (x)\n\t\ty++;\n\telse',
    'for (;;)',
    'foo();  if (x &&\n\t    y)',
  ])
    it(`waits for the statement of \`${header}\`, which is not the line below`, () => {
      settle(TEXT);
      const typed = TEXT.replace('mutex_lock(&a);', `mutex_lock(&a);\n\t${header}`);
      const { analysed, unfinished } = settle(typed);
      assert.equal(analysed, TEXT);
      assert.deepEqual([...unfinished], ['one']);
      const complete = typed.replace('\tmutex_unlock(&a);', '\t\tmutex_unlock(&a);');
      assert.equal(settle(complete).analysed, complete);
    });

  for (const header of [
    'if (x) {\n\t}',
    'if (x)\n\t{\n\t}',
    'if (x);',
    '/* if (x) */',
    'do\n\t\tx--;\n\twhile (x);',
  ])
    it(`takes \`${header}\` as it is`, () => {
      settle(TEXT);
      const typed = TEXT.replace('mutex_lock(&a);', `mutex_lock(&a);\n\t${header}`);
      assert.equal(settle(typed).analysed, typed);
    });

  it('takes a header without an indented statement as it is once accepted, or if it was always there', () => {
    settle(TEXT);
    const typed = TEXT.replace('mutex_lock(&a);', 'mutex_lock(&a);\n\tif (x)');
    assert.equal(settle(typed).analysed, TEXT);
    assert.ok(half.accept());
    assert.equal(settle(typed).analysed, typed);
    const more = typed.replace('mutex_lock(&a);', 'mutex_lock(&a);\n\ty++;');
    assert.equal(settle(more).analysed, more);
  });

  it('returns to the text when it parses again', () => {
    settle(TEXT);
    settle(TEXT.replace('mutex_lock(&a);', 'mutex_lock(&a) x +;'));
    const repaired = TEXT.replace('mutex_lock(&a);', 'mutex_lock(&c);');
    assert.equal(settle(repaired).analysed, repaired);
  });

  it('analyses a function that never parsed unchanged', () => {
    const text = TEXT.replace('mutex_lock(&a);', 'mutex_lock(&a) x +;');
    assert.equal(settle(text).analysed, text);
  });

  it('does not count errors that were always there as half-typed code', () => {
    const text = TEXT.replace('mutex_lock(&a);', 'mutex_lock(&a); x + + ;;');
    settle(text);
    const changed = text.replace('mutex_lock(&a)', 'mutex_lock(&c)');
    assert.equal(settle(changed).analysed, changed);
  });

  it('keeps a function that takes its locks only in callees', () => {
    const calls = `${TEXT}\nstatic int three(void)\n{\n\tone();\n\treturn two();\n}\n`;
    settle(calls);
    for (const typed of ['\n\tif', '\n\tif (x', '\n\tif (x +)'])
      assert.equal(settle(calls.replace('\tone();', `\tone();${typed}`)).analysed, calls, typed);
    const complete = calls.replace('\tone();', '\tone();\n\tif (x)\n\t\tone();');
    assert.equal(settle(complete).analysed, complete);
  });

  it('does not count errors that were always there in such a function, nor in a new one', () => {
    const calls = `${TEXT}\nstatic void three(void)\n{\n\tone() + + ;;\n}\n`;
    settle(calls);
    const changed = calls.replace('one() +', 'two() +');
    assert.equal(settle(changed).analysed, changed);
    const more = `${changed}\nstatic void four(void)\n{\n\tif\n\tone();\n}\n`;
    const { analysed, unfinished } = settle(more);
    assert.equal(analysed, more);
    assert.deepEqual([...unfinished], ['four']);
  });

  it('distinguishes functions of one name by their order', () => {
    const twice = TEXT.replace('two(void)', 'one(void)');
    settle(twice);
    assert.equal(settle(twice.replace('mutex_lock(&b);', 'mutex_lock(&b) x +;')).analysed, twice);
  });

  it('continues with the functions after a missing brace', () => {
    settle(TEXT);
    const { analysed, map } = settle(TEXT.replace('\tmutex_lock(&a);', '\tif (x) {\n\tmutex_lock(&a);'));
    assert.equal(analysed, TEXT);
    assert.equal(map.toCurrent({ line: 3, column: 2, endLine: 3, endColumn: 16 }).line, 4);
  });

  it('waits while a comment swallows functions', () => {
    settle(TEXT);
    const { analysed, map } = settle(TEXT.replace('\tmutex_lock(&a);', '\t/* because\n\tmutex_lock(&a);'));
    assert.equal(analysed, TEXT);
    assert.equal(map.toCurrent({ line: 9, column: 2, endLine: 9, endColumn: 16 }).line, 10);
  });

  it('waits while a comment is opened above functions, and accepts a closed one', () => {
    const text = `${TEXT}/* the end */\n`;
    settle(text);
    for (const begun of ['/*', '/* "it\'s" not', '/* not yet *']) {
      assert.equal(settle(begun + text).analysed, text, begun);
    }
    assert.equal(settle(`/${text}`).analysed, text);
    assert.equal(half.accept(), true);
    assert.equal(settle(`/*${text}`).analysed, `/*${text}`);
    settle(text);
    assert.equal(half.accept(), false);
    const commented = `/*${TEXT}*/\n`;
    assert.equal(settle(commented).analysed, commented);
  });

  it('keeps the function after a half-typed head', () => {
    settle(TEXT);
    const { analysed } = settle(TEXT.replace('static void two', 'static int three(int x\n\nstatic void two'));
    assert.ok(analysed.endsWith(TEXT.slice(TEXT.indexOf('static void two'))));
  });

  it('analyses a file whose braces never matched unchanged', () => {
    const text = TEXT.replace('\tmutex_lock(&a);', '\tif (x) {\n\tmutex_lock(&a);');
    settle(text);
    const changed = text.replace('mutex_lock(&a)', 'mutex_lock(&c)');
    assert.equal(settle(changed).analysed, changed);
  });
});
