import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { countLockSites, printOutline } from '../../../analysis/outline/index.js';
import { models, names, outline } from './support.js';

const TEXT = `// a comment that goes on \\
int no(void) { }
#define LOCK(x) do { \\
	mutex_lock(x); \\
} while (0)
#if defined(A) && \\
    B
static int f(struct s *s)
{
	char c = '"', *t = "}\\"\\
{";
	mutex_lock(&s->m); /* } */
	return 0;
}
#endif
asm(".globl x\\n" "}");
static_assert(sizeof(int) == 4);
int g(void) { up(&sem); }
`;

describe('outline: text', () => {
  it('reads CR LF lines like LF lines', () => {
    const crlf = TEXT.replaceAll('\n', '\r\n');
    const left = outline(TEXT);
    const right = outline(crlf);
    assert.deepEqual(names(right.functions), ['f', 'g']);
    assert.deepEqual(names(right.functions), names(left.functions));
    for (const [index, item] of right.functions.entries()) {
      const other = left.functions[index];
      assert.deepEqual(
        [item.line, item.endLine, item.condition, item.calls, item.nameSpan],
        [other?.line, other?.endLine, other?.condition, other?.calls, other?.nameSpan],
      );
      assert.match(crlf.slice(item.start, item.end), /^(?:static )?int [fg][^]*\}$/u);
    }
    assert.deepEqual(right.macros, left.macros);
    assert.equal(right.macros[0]?.body, 'do { mutex_lock(x); } while (0)');
    assert.equal(right.lines, left.lines);
  });

  it('counts lines, bytes of UTF-8 and offsets in UTF-16 units', () => {
    const text = '/* \u00e9 \u20ac \u{1F512} */ int \u00e9t\u00e9(void)\n{ }';
    const found = outline(text);
    assert.equal(found.lines, 2);
    assert.equal(found.bytes, new TextEncoder().encode(text).length);
    assert.deepEqual(names(found.functions), ['\u00e9t\u00e9']);
    assert.equal(text.slice(found.functions[0]?.start, found.functions[0]?.end), text.slice(13));
    assert.equal(found.functions[0]?.nameSpan.column, 18);
    assert.equal(outline('\ufeffint f(void) { }').functions[0]?.start, 1);
    assert.deepEqual(outline('').gaps, []);
    assert.equal(outline('').lines, 1);
  });

  it('counts lock sites independently of functions', () => {
    assert.equal(countLockSites(TEXT, models), 2);
    assert.equal(countLockSites('mutex_lock(&a) = x; } up (&s) "up(&t)" // down(&u)', models), 2);
    assert.equal(countLockSites('p->up(&s); int up(struct semaphore *s); #define X up(&s)', models), 0);
  });

  it('prints as one line per item', () => {
    const text = `#include <a.h>
#define N 2
#define L(x) mutex_lock(x)
typedef struct s s_t;
struct s {
	int a;
};
static DEFINE_MUTEX(m);
static const struct ops ops = { .go = go };
int p(int);
#ifdef A
static inline int __init go(struct s *s) __must_hold(&m)
{
	s->fn(run, N);
	up(&sem);
}
#endif
late(go);
`;
    const lines = printOutline(outline(text)).split('\n');
    assert.match(lines[0] ?? '', /^outline bytes 292 lines 19 lockSites 1$/u);
    assert.deepEqual(lines.slice(1), [
      'include <a.h>',
      'macro 2:9 N',
      '  body 2',
      'macro 3:9 L(x)',
      '  body mutex_lock(x)',
      '  calls mutex_lock',
      '  lockSites 1',
      'constant N = 2',
      'typedef s_t: struct s',
      'struct 5:8 s',
      '  6 a: int',
      'variable 8:21 m: struct mutex (static DEFINE_MUTEX)',
      'variable 9:25 ops: struct ops (static)',
      '  .go = go',
      'prototype p(int): int',
      'function 12-16 go(s: struct s*): int (static inline __init) if A',
      '  __must_hold(&m)',
      '  calls up',
      '  calls fields fn',
      '  names run sem',
      '  lockSites 1',
      'use 18 late(go)',
      '',
    ]);
  });
});
