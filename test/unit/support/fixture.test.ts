import assert from 'node:assert/strict';
import { parseFixture } from '../../support/fixture.js';

const lines = (...text: string[]): string => text.join('\n') + '\n';

describe('fixture notation', () => {
  it('takes a text without directives as one file under the fixture name', () => {
    const fixture = parseFixture(lines('int a;', 'int b;'), 'plain.c');
    assert.deepEqual(
      fixture.files.map((f) => [f.name, f.text]),
      [['plain.c', 'int a;\nint b;\n']],
    );
    assert.deepEqual(fixture.expectations, []);
  });

  it('removes expectation lines from the analysed text and keeps the way back', () => {
    const fixture = parseFixture(
      lines('    down(&sem2);', '    down(&sem1);', '//  ^^^^^^^^^^^ lock-order-cycle: sem1', 'end'),
      'a.c',
    );
    assert.equal(fixture.files[0]?.text, '    down(&sem2);\n    down(&sem1);\nend\n');
    assert.deepEqual(fixture.files[0]?.fixtureLines.slice(0, 3), [1, 2, 4]);
    assert.deepEqual(fixture.expectations, [
      {
        file: 'a.c',
        line: 2,
        column: 5,
        endColumn: 16,
        rule: 'lock-order-cycle',
        message: 'sem1',
        confidence: 'high',
        fixtureLine: 3,
      },
    ]);
  });

  it('measures carets below tabs as an editor shows them', () => {
    const fixture = parseFixture(lines('\tif (x) up(&s);', '//             ^^^^^^ self-deadlock: s'), 'a.c');
    const [found] = fixture.expectations;
    assert.deepEqual([found?.column, found?.endColumn], [9, 15]);
  });

  it('lets several expectations stand below one line', () => {
    const fixture = parseFixture(
      lines('    f(a); g(b);', '//  ^^^^ self-deadlock: a', '//        ^^^^ self-deadlock: b'),
      'a.c',
    );
    assert.deepEqual(
      fixture.expectations.map((e) => [e.line, e.column]),
      [
        [1, 5],
        [1, 11],
      ],
    );
  });

  it('reads labels before the rule', () => {
    const fixture = parseFixture(
      lines(
        '    f(a);',
        '//  ^^^^ missed low self-deadlock: x',
        '//  ^^^^ false medium self-deadlock: y: z',
        '//  ^^^^ medium self-deadlock:',
      ),
      'a.c',
    );
    assert.deepEqual(
      fixture.expectations.map((e) => [e.known, e.confidence, e.message]),
      [
        ['missed', 'low', 'x'],
        ['false', 'medium', 'y: z'],
        [undefined, 'medium', ''],
      ],
    );
  });

  it('splits several files, each with its own line numbers', () => {
    const fixture = parseFixture(
      lines('//- drivers/a.h', 'int x;', '//- drivers/a.c', '    f(a);', '//  ^^^^ self-deadlock: a'),
      'm.c',
    );
    assert.deepEqual(
      fixture.files.map((f) => f.name),
      ['drivers/a.h', 'drivers/a.c'],
    );
    assert.deepEqual(
      fixture.expectations.map((e) => [e.file, e.line]),
      [['drivers/a.c', 1]],
    );
  });

  it('reads the text after a fix of the only file, named or not', () => {
    for (const head of [[], ['//- a.c']]) {
      const fixture = parseFixture(lines(...head, 'before', '//- fix: Do it', 'after', ''), 'a.c');
      assert.deepEqual(fixture.fixes, [{ title: 'Do it', after: new Map([['a.c', 'after\n']]) }]);
      assert.equal(fixture.files[0]?.text, 'before\n');
    }
  });

  it('reads the text after a fix per file, and several fixes', () => {
    const fixture = parseFixture(
      lines('//- a.c', 'a', '//- b.c', 'b', '//- fix: One', '//- a.c', 'A', '//- fix: Two', '//- b.c', 'B'),
      'm.c',
    );
    assert.deepEqual(fixture.fixes, [
      { title: 'One', after: new Map([['a.c', 'A\n']]) },
      { title: 'Two', after: new Map([['b.c', 'B\n']]) },
    ]);
  });

  it('reads why a fix is refused', () => {
    const fixture = parseFixture(lines('a', '//- no-fix: the other lock protects it'), 'a.c');
    assert.deepEqual(fixture.refusals, ['the other lock protects it']);
    assert.deepEqual(fixture.fixes, []);
  });

  it('refuses carets that point nowhere and unreadable expectations', () => {
    assert.throws(() => parseFixture(lines('//  ^^^ self-deadlock: x'), 'a.c'), /without a line above/);
    assert.throws(() => parseFixture(lines('    f();', '//    ^^^^^^^ self-deadlock: x'), 'a.c'), /beyond/);
    assert.throws(() => parseFixture(lines('    f();', '//  ^^^ what is this'), 'a.c'), /expected/);
  });
});
