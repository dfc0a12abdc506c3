import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { names, outline } from './support.js';

/** `name: condition` of every function. */
function conditions(text: string): string[] {
  return outline(text).functions.map(({ name, condition }) => `${name}: ${condition}`);
}

/** The condition a test of the preprocessor gives. */
function conditionOf(directive: string): string {
  return outline(`int before;\n${directive}\nint x;\n#endif\n`).variables[1]?.condition ?? 'missing';
}

describe('outline: conditions', () => {
  it('writes plain tests of one name as a literal', () => {
    assert.equal(conditionOf('#ifdef A'), 'A');
    assert.equal(conditionOf('#ifndef A'), '!A');
    assert.equal(conditionOf('#if A'), 'A');
    assert.equal(conditionOf('#if !defined A'), '!A');
    assert.equal(conditionOf('#if defined(A) /* c */ && !IS_ENABLED(CONFIG_B)'), 'A && !CONFIG_B');
    assert.equal(conditionOf('#if (defined(A) && \\\n (B))'), 'A && B');
    assert.equal(conditionOf('#if !(defined(A) || defined(B))'), '!A && !B');
  });

  it('keeps the rest as text', () => {
    assert.equal(conditionOf('#if A  >  3'), '(A > 3)');
    assert.equal(conditionOf('#if defined(A) || B'), '(A || B)');
    assert.equal(conditionOf('#if A && B(1, 2) >= 4'), 'A && (B ( 1 , 2 ) >= 4)');
    assert.equal(conditionOf('#if !(A && B)'), '!(A && B)');
    assert.equal(conditionOf('#if __has_attribute(x)'), '(__has_attribute ( x ))');
  });

  it('folds 0 and 1', () => {
    assert.equal(conditionOf('#if 0'), '(0)');
    assert.equal(conditionOf('#if 1'), '');
    assert.equal(conditionOf('#if 0 || A'), 'A');
    assert.equal(conditionOf('#if A && 0'), '(0)');
    assert.equal(conditionOf('#if 1\n#else'), '(0)');
  });

  it('negates earlier arms and adds enclosing ones', () => {
    const text =
      'int start;\n#ifdef A\n#if B\nint a(void) { }\n#elif C == 1\nint b(void) { }\n#else\nint c(void) { }\n#endif\n' +
      '#else\nint d(void) { }\n#ifdef A\nint e(void) { }\n#endif\n#endif\nint f(void) { }\n';
    assert.deepEqual(conditions(text), [
      'a: A && B',
      'b: A && !B && (C == 1)',
      'c: A && !B && !(C == 1)',
      'd: !A',
      'e: (0)',
      'f: ',
    ]);
  });

  it('ignores an include guard', () => {
    assert.deepEqual(conditions('/* c */\n#ifndef X_H\n#define X_H\nint a(void) { }\n#endif\n'), ['a: ']);
    const trace = '#if !defined(X_H) || defined(MULTI)\n#define X_H\nint a(void) { }\n#endif\n';
    assert.deepEqual(conditions(trace), ['a: ']);
    assert.deepEqual(conditions('#ifndef A\nint a(void) { }\n#endif\n'), ['a: !A']);
  });
});

describe('outline: arms that cut through a function', () => {
  it('reads two heads with one name and one body as one function', () => {
    const text =
      '#ifdef A\nint f(int a)\n#else\nint f(int a, int b)\n#endif\n{\n\tg();\n}\nint h(void) { }\n';
    const { functions } = outline(text);
    assert.deepEqual(conditions(text), ['f: ', 'h: ']);
    assert.equal(
      text.slice(functions[0]?.start, functions[0]?.end),
      text.slice(9, text.indexOf('int h') - 1),
    );
  });

  it('reads two heads with two names and one body as two functions', () => {
    const text =
      '#ifdef A\nint f(int a)\n#else\nint g(int a)\n#endif\n{\n\tmutex_lock(&m);\n}\nint h(void) { }\n';
    assert.deepEqual(conditions(text), ['f: A', 'g: !A', 'h: ']);
    // The body they share is one lock site of the file.
    assert.equal(outline(text).lockSites, 1);
  });

  it('follows one arm if each opens a brace', () => {
    const text =
      'int f(int a)\n{\n#ifdef A\n\tif (a) {\n#else\n\tif (!a) {\n#endif\n\t\tg();\n\t}\n\treturn 0;\n}\nint h(void)\n{\n}\n';
    assert.deepEqual(conditions(text), ['f: ', 'h: ']);
    assert.deepEqual(outline(text).gaps, []);
  });

  it('chooses the same side when a brace is opened and closed under one condition', () => {
    const text =
      'int f(int a)\n{\n#ifndef A\n\tg();\n#else\n\tif (a) {\n#endif\n\t\tg();\n#ifdef A\n\t}\n#endif\n\treturn 0;\n}\n' +
      'int h(void)\n{\n}\n';
    assert.deepEqual(conditions(text), ['f: ', 'h: ']);
    assert.deepEqual(outline(text).gaps, []);
  });

  it('finds the functions of both arms if both share the end of a body', () => {
    const text =
      '#ifdef A\nint f(void)\n{\n\ta();\n#else\nint g(int x)\n{\n\tb();\n#endif\n\tc();\n}\nint h(void)\n{\n}\n';
    assert.deepEqual(conditions(text), ['f: A', 'g: !A', 'h: ']);
  });

  it('never follows code under #if 0', () => {
    const text = "int f(void)\n{\n#if 0\n\tdon't {\n#endif\n\tg();\n}\nint h(void)\n{\n}\n";
    assert.deepEqual(conditions(text), ['f: ', 'h: ']);
    assert.deepEqual(outline(text).gaps, []);
  });

  it('reads a definition with specifiers in arms', () => {
    const text = 'static\n#ifdef A\nint\n#else\nlong\n#endif\nf(int a\n#ifdef B\n, int b\n#endif\n)\n{\n}\n';
    const [item] = outline(text).functions;
    assert.equal(item?.returns, 'int');
    assert.deepEqual(names(item?.parameters ?? []), ['a', 'b']);
  });
});

describe('outline: mismatched braces', () => {
  it('ends a function that is being typed at the brace in column one', () => {
    const text = 'int f(int a)\n{\n\tif (a) {\n\t\tg();\n}\n\nint h(void)\n{\n\tk();\n}\n';
    const { functions, gaps } = outline(text);
    assert.deepEqual(names(functions), ['f', 'h']);
    assert.deepEqual(functions[1]?.calls, ['k']);
    assert.deepEqual(
      gaps.map(({ kind }) => kind),
      ['unbalanced-braces'],
    );
  });

  it('ends a function without its brace where the next one begins', () => {
    const text = 'int f(int a)\n{\n\tg(;\n\nstatic int h(void)\n{\n\tk();\n}\nint l(void)\n{\n}\n';
    assert.deepEqual(names(outline(text).functions), ['f', 'h', 'l']);
  });

  it('does not end a function at a superfluous brace', () => {
    const text = 'int f(int a)\n{\n\tif (a)\n\t\tg();\n\t}\n\tm();\n}\nint h(void)\n{\n}\n';
    const { functions } = outline(text);
    assert.deepEqual(names(functions), ['f', 'h']);
    assert.deepEqual(functions[0]?.calls, ['g', 'm']);
  });

  it('recognises definitions whose brace is at the end of the line', () => {
    const text =
      'void f(void) {\n\tif (x) {\n\t\tg();\n\nvoid h(int a,\n\tint b) {\n\tk();\n}\n\nint l(void) {\n}\n';
    assert.deepEqual(names(outline(text).functions), ['f', 'h', 'l']);
  });

  it('restarts after an initialiser or struct without its semicolon', () => {
    const text =
      'static int x = 3\n\nint f(void)\n{\n}\nstruct s {\n\tint a;\n}\nstatic int g(void)\n{\n}\nchar *s = "open\nint h(void)\n{\n}\n';
    assert.deepEqual(names(outline(text).functions), ['f', 'g', 'h']);
    assert.deepEqual(names(outline(text).variables), ['x', 's']);
    assert.deepEqual(
      outline(text).records.map(({ tag }) => tag),
      ['s'],
    );
  });

  it('reads the code before an unclosed comment', () => {
    assert.deepEqual(names(outline('int f(void) { }\n/* open').functions), ['f']);
  });
});
