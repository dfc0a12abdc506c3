import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { names, only, outline } from './support.js';

describe('outline: functions', () => {
  it('finds a definition with its place, body and parts', () => {
    const text = '\n/* c */ static inline struct foo *get(struct bar *b, int n)\n{\n\treturn b->f;\n}\n';
    const item = only(text);
    assert.equal(item.name, 'get');
    assert.equal(item.returns, 'struct foo*');
    assert.deepEqual(item.parameters, [
      { name: 'b', type: 'struct bar*' },
      { name: 'n', type: 'int' },
    ]);
    assert.deepEqual([item.isStatic, item.isInline], [true, true]);
    assert.equal(text.slice(item.start, item.start + 6), 'static');
    assert.equal(text.slice(item.bodyStart, item.end), '{\n\treturn b->f;\n}');
    assert.deepEqual([item.line, item.endLine], [2, 5]);
    assert.deepEqual(item.nameSpan, { line: 2, column: 35, endLine: 2, endColumn: 38 });
  });

  it('finds the functions that a definition of guards makes of its arguments', () => {
    const text =
      'DEFINE_LOCK_GUARD_1(bar, struct bar, spin_lock(&_T->lock->l), spin_unlock(&_T->lock->l))\n' +
      'DEFINE_LOCK_GUARD_1_COND(bar, _try, spin_trylock(&_T->lock->l))\nint f(void) { return 0; }';
    const { functions, gaps } = outline(text);
    assert.deepEqual(
      functions.map(({ name, lockSites }) => [name, lockSites]),
      [
        ['class_bar_constructor', 1],
        ['class_bar_destructor', 1],
        ['class_bar_try_destructor', 0],
        ['class_bar_try_constructor', 1],
        ['f', 0],
      ],
    );
    assert.deepEqual(functions[0]?.parameters[0], { name: '_T', type: 'struct bar*' });
    assert.deepEqual(gaps, []);
  });

  it('records a gap for a definition of guards that directives cut', () => {
    const text = 'DEFINE_GUARD(bar, struct bar *,\n#ifdef X\n a(_T),\n#else\n b(_T),\n#endif\n c(_T))\n';
    assert.deepEqual(
      outline(text).gaps.map(({ kind }) => kind),
      ['macro-expansion'],
    );
  });

  it('makes a function of a table whose members belong together', () => {
    const rest = '.start = a, .next = b, .show = c';
    const table = (members: string): string => `static const struct seq_operations ops = { ${members} };`;
    const item = only(table(`${rest}, .stop = d`));
    assert.equal(item.name, 'seq_read_iter:ops');
    assert.deepEqual(item.calls, ['a', 'b', 'c', 'd']);
    assert.deepEqual(item.references, []);
    assert.deepEqual(outline(table(rest)).functions, []);
    assert.deepEqual(outline(`struct other ops = { ${rest}, .stop = d };`).functions, []);
  });

  it('skips attributes and annotations on both sides of the name', () => {
    const item = only(
      'asmlinkage __visible noinline __printf(2, 3) int __init __attribute__((cold)) go(void)\n' +
        '\t__acquires(&q->lock) __releases(rcu)\n{\n}\n',
    );
    assert.equal(item.name, 'go');
    assert.equal(item.returns, 'int');
    assert.equal(item.section, '__init');
    assert.deepEqual(item.parameters, []);
    assert.deepEqual(item.annotations, [
      { name: '__acquires', argument: '&q->lock' },
      { name: '__releases', argument: 'rcu' },
    ]);
  });

  it('skips attribute macros without a model', () => {
    assert.equal(only('static FOO_API foo_t bar(int a) { }').returns, 'foo_t');
    assert.equal(only('FOO_ATTR(3) static int bar(int a) { }').name, 'bar');
    assert.equal(only('static int bar(int a) FOO_ATTR(b) { }').name, 'bar');
    assert.equal(only('static __foo int bar(int a) FOO_ATTR\n{ }').name, 'bar');
  });

  it('names a function made by a macro by the macro and its first argument', () => {
    const item = only('SYSCALL_DEFINE2(open, const char __user *, name, int, flags)\n{\n\tgo(name);\n}\n');
    assert.equal(item.name, 'SYSCALL_DEFINE2:open');
    assert.deepEqual(item.parameters, [
      { name: 'name', type: 'char*' },
      { name: 'flags', type: 'int' },
    ]);
    assert.deepEqual(item.calls, ['go']);
    assert.deepEqual(
      only('COMPAT_SYSCALL_DEFINE3(trunc, unsigned int, fd, arg_dual(length), int, flags) { }').parameters,
      [
        { name: 'fd', type: 'unsigned int' },
        { name: '', type: '' },
        { name: 'flags', type: 'int' },
      ],
    );
    assert.equal(only('static GROUP_OP(802_3)\n{\n}').name, 'GROUP_OP:802_3');
    assert.equal(only('DEFINE_IDTENTRY(exc_debug)\n{\n}').name, 'DEFINE_IDTENTRY:exc_debug');
    const wrapped = only('static int FNAME(walk)(struct w *w) { }');
    assert.equal(wrapped.name, 'FNAME:walk');
    assert.deepEqual(wrapped.parameters, [{ name: 'w', type: 'struct w*' }]);
    assert.deepEqual(only('int BPF_PROG(test, int a, long b) { }').parameters, [
      { name: 'a', type: 'int' },
      { name: 'b', type: 'long' },
    ]);
  });

  it('keeps the name of a function in capitals', () => {
    const item = only('static void MD5_INIT(struct ctx *c) { }');
    assert.equal(item.name, 'MD5_INIT');
    assert.deepEqual(item.parameters, [{ name: 'c', type: 'struct ctx*' }]);
  });

  it('reads declarators that hold parentheses', () => {
    const item = only('static void (*pick(struct a *a))(int) { }');
    assert.equal(item.name, 'pick');
    assert.equal(item.returns, 'void(*)');
    assert.deepEqual(item.parameters, [{ name: 'a', type: 'struct a*' }]);
    assert.equal(only('int (paren)(void) { }').name, 'paren');
    assert.equal(only('foo_t (paren)(void) { }').name, 'paren');
  });

  it('reads all forms of parameters', () => {
    const item = only(
      'int f(int (*fn)(int, void *), const char *const argv[], struct s (*p)[4], int cb(int), u8 (*t[2])(void), ...) { }',
    );
    assert.deepEqual(item.parameters, [
      { name: 'fn', type: 'int(*)' },
      { name: 'argv', type: 'char*[]' },
      { name: 'p', type: 'struct s[]*' },
      { name: 'cb', type: 'int(*)' },
      { name: 't', type: 'u8(*)[]' },
    ]);
  });

  it('restarts after macros without a semicolon', () => {
    const { functions, macroUses } = outline(
      'EXPORT_SYMBOL(a)\nmodule_init(b)\nint c(void) { }\nMODULE_X("t")\n' +
        'static DEF_THING(d)\n\nstatic int e(void) { }\nACPI_WORD\n\nTRACE_THING(f, g);\nfoo_t h(int i) { }\n',
    );
    assert.deepEqual(names(functions), ['c', 'e', 'h']);
    assert.deepEqual(names(macroUses), [
      'EXPORT_SYMBOL',
      'module_init',
      'MODULE_X',
      'DEF_THING',
      'TRACE_THING',
    ]);
    assert.deepEqual(macroUses[1]?.arguments, ['b']);
  });

  it('reads inside extern "C" and skips code for C++ or assembler only', () => {
    const text =
      '#ifdef __cplusplus\nextern "C" {\n#endif\nint a(void) { }\n#ifdef __cplusplus\n}\n#endif\n' +
      '#ifdef __ASSEMBLY__\n.macro foo(x)\n mov { \n.endm\n#else\nint b(void) { }\n#endif\nint c(void) { }\n';
    assert.deepEqual(names(outline(text).functions), ['a', 'b', 'c']);
  });

  it('distinguishes prototypes from definitions', () => {
    const { prototypes, functions } = outline(
      'int __must_check lock_it(struct a *a) __acquires(a);\nstatic void f(int), *g(void);\nextern void (*h(int))(int);\n',
    );
    assert.deepEqual(functions, []);
    assert.deepEqual(
      prototypes.map(({ name, returns }) => `${name} ${returns}`),
      ['lock_it int', 'f void', 'g void*', 'h void(*)'],
    );
    assert.deepEqual(prototypes[0]?.annotations, [{ name: '__acquires', argument: 'a' }]);
    assert.equal(prototypes[1]?.isStatic, true);
  });

  it('changes the hash only with the text of the definition', () => {
    const body = 'int f(void) { return 1; }';
    assert.equal(only(body).hash, only(`\n\n/* x */ ${body}\n`).hash);
    assert.notEqual(only(body).hash, only('int f(void) { return 2; }').hash);
  });
});

describe('outline: what a body names', () => {
  it('lists calls once, sorted, without keywords', () => {
    const item = only(
      'void f(int x) { if (x) while (g(x)) b(sizeof(x)); list_for_each(p, h) { b(1); } return (a)(x); LEAVE; }',
    );
    assert.deepEqual(item.calls, ['LEAVE', 'b', 'g', 'list_for_each']);
  });

  it('lists fields called through a pointer', () => {
    const item = only(
      'void f(struct s *s) { s->a(1); s->o.b(2); (*s->c)(3); (s->d)(4); s->e[1](5); g(s->h)(6); }',
    );
    assert.deepEqual(item.indirectCalls, ['a', 'b', 'c', 'd', 'e']);
    assert.deepEqual(item.calls, ['g']);
  });

  it('lists non-local names used as values', () => {
    const item = only(
      'int f(struct s *s, int n) {\n\tint i = 0, j; struct t *t;\n\ts->fn = handler;\n' +
        '\trun(cb, &obj, n, i, FLAG, t, (void *)n);\n\tj = use;\n\tgoto out;\nout:\n\treturn last;\n}\n',
    );
    assert.deepEqual(item.references, ['cb', 'handler', 'last', 'obj', 'use']);
  });

  it('lists non-local names stored in members', () => {
    const item = only(
      'void f(struct s *s, int n) {\n\tint i = 0;\n\ts->fn = handler;\n\ts->ops.read = &reader;\n' +
        '\ts->n = n; s->i = i; s->flags = FLAG; s->x = y + 1; s->fn = handler;\n}\n',
    );
    assert.deepEqual(item.fills, [
      { field: 'fn', value: 'handler', variable: 's', path: '', type: 'struct s*' },
      { field: 'read', value: 'reader', variable: 's', path: 'ops', type: 'struct s*' },
    ]);
  });

  it('counts lock sites in all arms, and guards by their class', () => {
    const item = only(
      'void f(void) {\n#ifdef A\n\tmutex_lock(&m);\n#else\n\tspin_lock (&s);\n#endif\n\tx->mutex_lock(&m);\n' +
        '\tguard(mutex)(&m);\n\tscoped_guard(spinlock, &s) { }\n\tguard(no_such)(&m);\n\tcall(mutex_lock);\n}\n',
    );
    assert.equal(item.lockSites, 4);
  });

  it('lists types defined in the body', () => {
    const text = 'void f(void) { struct local { int a; } l; struct { spinlock_t s; } w; enum { Q = 7 }; }';
    assert.deepEqual(
      outline(text).records.map(({ tag }) => tag),
      ['local', '::w'],
    );
    assert.deepEqual(outline(text).constants, [{ name: 'Q', value: 7 }]);
  });
});
