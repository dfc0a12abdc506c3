import assert from 'node:assert/strict';
import { array, assert as holds, constantFrom, nat, oneof, property, string, tuple } from 'fast-check';
import { describe, it } from 'mocha';
import { countLockSites, printOutline } from '../../../analysis/outline/index.js';
import type { FileOutline } from '../../../analysis/outline/index.js';
import { models, outline } from './support.js';
import { patience, runs } from '../../support/runs.js';

const PIECES = [
  'int f(void)',
  'static ',
  'struct s ',
  'struct ',
  'union u ',
  'enum ',
  'typedef ',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ',',
  '=',
  '*',
  '&',
  ':',
  '.',
  '->',
  '...',
  '##',
  '"',
  "'",
  '\\',
  '\n',
  '\n{',
  '\n}\n',
  ' ',
  '\t',
  '\r\n',
  '/*',
  '*/',
  '//',
  '#if A\n',
  '\n#if 0\n',
  '\n#ifdef B\n',
  '\n#elif C > 1\n',
  '\n#else\n',
  '\n#endif\n',
  '\n#define M(x) ',
  '\n#define N 3\n',
  '\n#include <a.h>\n',
  '\n#',
  'mutex_lock(&m)',
  'spin_unlock(&s->l);',
  'guard(mutex)(&m);',
  'SYSCALL_DEFINE1(x, int, y)',
  'DEFINE_MUTEX(m)',
  '__acquires(x)',
  '__attribute__((a))',
  'typeof(x)',
  '.open = f',
  '0x1f',
  '1e+5',
  'a',
  'b ',
  'X',
  '\0',
  'é',
  '\u{1F512}',
  'return',
  'if (x)',
  'extern "C"',
];

const mutated = array(oneof({ weight: 9, arbitrary: constantFrom(...PIECES) }, string()), {
  maxLength: 80,
});

const SOURCE = `#ifndef G_H
#define G_H
struct s { struct { spinlock_t lock; }; int (*fn)(struct s *); DECLARE_BITMAP(b, 3); };
#ifdef A
static int f(struct s *s)
#else
static int f(struct s *s, int n)
#endif
	__must_hold(&s->lock)
{
	spin_lock(&s->lock);
#if B
	if (s) {
#else
	while (s) {
#endif
		s->fn(s); mutex_unlock(&m);
	}
	return 0;
}
static const struct ops ops = { .f = f, { 1, g }, };
EXPORT_SYMBOL(f)
enum e { X, Y = 1 << 3 };
#define M(a, b...) do { down(a); } while (0)
static DEFINE_MUTEX(m);
#endif
`;

function check(text: string, found: FileOutline): void {
  let sites = 0;
  let from = 0;
  for (const item of found.functions) {
    assert.ok(item.start >= 0 && item.start <= item.bodyStart && item.bodyStart < item.end, item.name);
    assert.ok(item.end <= text.length, item.name);
    assert.ok(item.line <= item.endLine && item.endLine <= found.lines, item.name);
    assert.deepEqual([...new Set(item.calls)].sort(), item.calls);
    // Heads that share a body overlap; all others follow one another.
    if (item.start >= from) {
      sites += item.lockSites;
      from = item.end;
    } else assert.ok(item.end <= from, `${item.name} crosses the function before`);
  }
  sites += found.gaps.filter(({ kind }) => kind === 'lock-outside-tree').length;
  assert.equal(found.lockSites, sites);
  assert.equal(found.lockSites, countLockSites(text, models));
  assert.equal(typeof printOutline(found), 'string');
}

describe('outline: any text', function () {
  this.timeout(patience());

  it('never fails, keeps spans within the text, and loses no lock site', () => {
    holds(
      property(mutated, (pieces) => {
        const text = pieces.join('');
        check(text, outline(text));
      }),
      { numRuns: runs(800) },
    );
  });

  it('survives cuts and insertions in real code', () => {
    const at = nat(SOURCE.length);
    const edit = tuple(at, nat(30), constantFrom('', ...PIECES));
    holds(
      property(array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let text = SOURCE;
        for (const [from, length, insert] of edits)
          text = text.slice(0, from) + insert + text.slice(from + length);
        check(text, outline(text));
      }),
      { numRuns: runs(800) },
    );
  });

  it('does not depend on the texts read before', () => {
    holds(
      property(mutated, (pieces) => {
        const first = outline(SOURCE);
        outline(pieces.join(''));
        assert.deepEqual(outline(SOURCE), first);
      }),
      { numRuns: runs(50) },
    );
  });

  const HUGE = 100_000;
  const hard: readonly (readonly [string, string])[] = [
    ['open brackets', '('.repeat(HUGE)],
    ['closing braces', '}'.repeat(HUGE)],
    ['wrong pairs', '('.repeat(HUGE) + '}'.repeat(HUGE) + ']'.repeat(HUGE)],
    ['braces in one line', `int f(void) ${'{'.repeat(HUGE)}${'}'.repeat(HUGE - 1)}`],
    ['nested declarators', `int ${'(*'.repeat(HUGE)}x${')'.repeat(HUGE)};`],
    ['nested records', 'struct { '.repeat(HUGE / 10)],
    ['nested arms', '#if A\n'.repeat(HUGE / 10)],
    ['cut arms', '#if A\n{\n#else\n{{\n#endif\n'.repeat(HUGE / 20)],
    ['arms in a head', `int f(${'\n#if A\nint a,\n#else\nint b,\n#endif\n'.repeat(HUGE / 40)}int c) { }`],
    ['heads in arms', '#if A\nint f(void) {\n#else\nint g(void) {\n#endif\n'.repeat(HUGE / 40)],
    ['words', 'a '.repeat(HUGE)],
    ['commas', `int a${', a'.repeat(HUGE)};`],
    ['macros', 'A(b)\n'.repeat(HUGE / 4)],
    ['condition', `#if ${'('.repeat(HUGE)}A\n#endif\n`],
    ['constant', `#define A ${'('.repeat(HUGE)}1${')'.repeat(HUGE)}\n`],
    ['enumerators', `enum { ${'a = b + 1, '.repeat(HUGE / 10)} };`],
    ['initialiser', `int a[] = ${'{ '.repeat(HUGE)};`],
    ['elif', `#if A\n${'#elif B\n'.repeat(HUGE / 30)}#endif\n`],
    ['names before #', '# # '.repeat(HUGE / 4)],
    ['unclosed comment', `/*${' *'.repeat(HUGE)}`],
    ['NULs', '\0'.repeat(HUGE)],
    ['heads without end', 'int f(\n{\n'.repeat(HUGE / 10)],
    ['braces to guess', `}${'void f(void) {\n'.repeat(HUGE / 15)}`],
  ];
  for (const [name, text] of hard) {
    it(`ends: ${name}`, () => {
      // Steps by the square of the length would be minutes, which mocha ends.
      check(text, outline(text));
    });
  }
});
