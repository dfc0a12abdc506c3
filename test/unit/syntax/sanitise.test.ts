import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { createModels } from '../../../analysis/models/index.js';
import { sanitise } from '../../../analysis/syntax/sanitise.js';
import { createNodeParser } from '../../../host/node/parser.js';
import { patience } from '../../support/runs.js';

const models = createModels();
const parser = await createNodeParser();

/** The shadow of a function with this body. */
function shadow(body: string): string {
  const head = 'static int f(void)\n';
  return sanitise(`${head}{\n${body}\n}`, head.length, models).text.slice(head.length + 2, -2);
}

function errors(body: string): readonly number[] {
  const tree = parser.parse(`{${shadow(body)}\n}`);
  const { errors } = tree.flatten();
  tree.delete();
  return errors;
}

describe('sanitised source', function () {
  this.timeout(patience());

  it('keeps length and line breaks of any text', () => {
    const piece = fc.constantFrom(
      'a',
      'lock(',
      ')',
      '{',
      '}',
      ';',
      '\n',
      '#if A\n',
      '#else\n',
      '#endif\n',
      '"s',
      '"',
      "'",
      '/*',
      '*/',
      '//',
      '\\\n',
      'case 1 ... 2:',
      'typeof(',
      'for',
      'list_for_each(',
      'x:',
      'struct s',
      ',',
      '\r\n',
      '__attribute__((',
      'é',
      'guard(mutex)(',
      '0x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const source = `{${pieces.join(' ')}}`;
        const { text } = sanitise(source, 0, models);
        assert.equal(text.length, source.length);
        assert.equal(text.replace(/[^\r\n]/gu, ''), source.replace(/[^\r\n]/gu, ''));
      }),
    );
  });

  it('equals the original for plain C', () => {
    const plain = 'int x = y + 1;\nif (x > 3)\n return f(x, &y->z);';
    assert.equal(shadow(plain), plain);
  });

  it('keeps the call on the line behind a half-typed condition', () => {
    for (const word of ['if', 'while', 'switch']) {
      const typed = `${word}\n mutex_unlock(&g->lock);`;
      assert.equal(shadow(typed), typed);
      assert.notDeepEqual(errors(typed), []);
    }
    assert.equal(shadow('if unlikely(x) f();'), 'if         (x) f();');
  });

  it('blanks comments, directives and attributes', () => {
    assert.equal(
      shadow('int x __maybe_unused; /* a */\n#define X 1\nf(); // b'),
      'int x               ;        \n           \nf();     ',
    );
  });

  it('keeps all arms of whole statements, and one of the others', () => {
    assert.equal(shadow('#if A\nf();\n#else\ng();\n#endif'), '     \nf();\n     \ng();\n      ');
    assert.equal(
      shadow('if (a\n#if A\n && b\n#else\n && c\n#endif\n) f();'),
      'if (a\n     \n && b\n     \n     \n      \n) f();',
    );
  });

  it('shows loop macros as while, or as if before an else', () => {
    assert.equal(shadow('list_for_each_entry(p, &l, n) f(p);'), 'while              (p, &l, n) f(p);');
    assert.equal(shadow('if_ready(x) f(); else g();'), 'if      (x) f(); else g();');
  });

  const constructs: Readonly<Record<string, string>> = {
    'type arguments':
      'x = container_of(p, struct foo, m); y = va_arg(ap, unsigned long); z = min_t(u8 *, a, b);',
    'casts one behind the other': 'v = (void *)(unsigned long)css->id; w = (u8)(u16)(x);',
    typeof: 'typeof(*p) *q = (typeof(q))r; __auto_type s = t;',
    'inline assembler':
      'asm volatile("nop" : : "r"(x)); register long r asm("r0") = 1; asm goto("1:" : : : : out);',
    'case ranges': "switch (c) { case 'a' ... 'z': f(); case A ... B: }",
    'strings and macros side by side':
      'printk(KERN_ERR PFX "a" PRIu64 "b" __stringify(X) "\\n", __func__); return "a" B;',
    'statements as arguments': 'wait(x, return -1;); wait(y, if (a) b(), c);',
    'operators as arguments': 'BUG_IF(a, ==, b); cmp(a, > 5); cmp(, b); cmp(a, , b);',
    'numbers of a kind': 'REG(330A); x = 0x1p-3f + 1ULL + 08;',
    'macro statements': 'DEBUG_ENTER(x)\nif (a)\n LOG(b)\nelse\n LOG(c)\nSTATE\nreturn 1;',
    'a macro statement before the brace': 'EXIT(x)',
    'macro labels': 'switch (x) { CASE_OF(a): f(); break; default: }',
    'labels before the brace': '{ if (a) goto out; out: }',
    'local labels and label addresses': '__label__ a; void *t[] = { &&a, &&b }; goto *t[i]; a: b: ;',
    'declarations by macro':
      'static DEFINE_MUTEX(m); DECLARE_BITMAP(b, 8) = { 0 }; static const DECLARE_X(y);',
    'declarators of type names': 'foo_t *x = y, **z; foo_t (*fn)(int) = g; for (foo_t *i = a; i; i++) f(i);',
    'unknown attributes': 'struct foo __odd *x = y; int ODD z = 1; foo_t w __odd2;',
    'if with its brackets in a macro': 'if unlikely(x) f(); else if likely(y) g();',
    'offsets and alignments':
      'x = offsetof(struct foo, a.b[3]) + __alignof__(struct bar) + __builtin_offsetof(T, m);',
    'compound literals and initialisers':
      'f(&(struct foo){ .a = 1, .b = { [0 ... 3] = 2 } }); struct s t[] = { { 1 }, { 2 } };',
    'statement expressions': 'x = ({ int y = f(); y; }) + max(({ g(); }), 3);',
    'macros that take a block': 'WITH(x, { f(); g(); });',
    'empty loop heads': 'for_each_thing() f(); forever() { g(); }',
    guards:
      'guard(mutex)(&x->l); scoped_guard(spinlock, &x->s) f(); scoped_cond_guard(mutex_intr, return -EINTR, &m) { g(); }',
    'pointers to functions':
      'ssize_t (*fn)(const char *, size_t) = x; g = (void (*)(FOO *, struct bar *))y; bool (*h)(int a);',
    'increments before an operator': 'if (!x++ && y) f(); while (n-- && m) g(); COUNT(x, y)--; F(z)++;',
    'old designators and lists as arguments':
      'int x[] = { [A] 1, [B] 2 }; send(p, {0x00, 1}); D2(list_for_each(p, l) { f(p); });',
    'bit fields without a name': 'struct { u32 : 24; u8 a : 8; struct { int b; }; } *x;',
    'loop ends that are macros': 'do { f(); } while_each_thread(g, t); do g(); while_more();',
    'increments as loop bodies':
      'list_for_each_entry(p, &l, n) ++count; list_for_each_entry(p, &l, n) (void)f(p); list_for_each(p, l);',
    'operands of assembler as arguments':
      'alternative_io("a", "b", X, "=r" (p), [q] "m" (*q)); call("x" : "=r"(y) : "0"(z));',
    'pointers to arrays and multiplied numbers': 'u8 (*patch)[MAX]; x = 16 KB + (1 MB - y);',
    'extension words': '__extension__ ({ f(); }); const volatile int *restrict p = q;',
  };
  for (const [name, body] of Object.entries(constructs)) {
    it(`makes the grammar understand ${name}`, () => {
      assert.deepEqual(errors(body), [], shadow(body));
    });
  }
});
