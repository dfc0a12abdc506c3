import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { outline } from './support.js';

/** `name: type` with what declares it. */
function variables(text: string): string[] {
  return outline(text).variables.map((item) => {
    const words = [item.isStatic ? 'static' : '', item.isExtern ? 'extern' : '', item.definedBy];
    return [`${item.name}: ${item.type}`, ...words.filter((word) => word !== '')].join(' ');
  });
}

/** `path = value` of the only variable's initialiser. */
function members(text: string): string[] {
  return outline(text).variables.flatMap((item) =>
    item.members.map(({ field, value }) => `${field} = ${value}`),
  );
}

describe('outline: variables', () => {
  it('reads declarators, attributes and initialisers', () => {
    const text = `static int a = 1, *b = &a, c[2] = { 1, 2 };
      extern struct foo foo __read_mostly;
      const char *const names[] __initconst = { "x" };
      u8 d __strange_attribute;
      unsigned e __attribute__((aligned(8))) = sizeof(int);
      static DECLARED *f;
      static void (*hook)(int) = NULL;`;
    assert.deepEqual(variables(text), [
      'a: int static',
      'b: int* static',
      'c: int[] static',
      'foo: struct foo extern',
      'names: char*[]',
      'd: u8',
      'e: unsigned',
      'f: DECLARED* static',
      'hook: void(*) static',
    ]);
  });

  it('reads variables that macros declare', () => {
    const text = `static DEFINE_MUTEX(m);
      DEFINE_SEMAPHORE(s);
      static DEFINE_SPINLOCK(l) __cacheline_aligned;
      DEFINE_MUTEX(n)
      static int after;`;
    assert.deepEqual(variables(text), [
      'm: struct mutex static DEFINE_MUTEX',
      's: struct semaphore DEFINE_SEMAPHORE',
      'l: spinlock_t static DEFINE_SPINLOCK',
      'n: struct mutex DEFINE_MUTEX',
      'after: int static',
    ]);
    assert.deepEqual(outline(text).variables[0]?.nameSpan, {
      line: 1,
      column: 21,
      endLine: 1,
      endColumn: 22,
    });
  });

  it('lists uses of unknown macros with their plain arguments', () => {
    const text = 'module_init(start);\n#ifdef A\nstatic DEVICE_ATTR(x, 0444, show_x, &obj);\n#endif\n';
    assert.deepEqual(outline(text).macroUses, [
      { name: 'module_init', arguments: ['start'], line: 1, condition: '' },
      { name: 'DEVICE_ATTR', arguments: ['x', '', 'show_x', 'obj'], line: 3, condition: 'A' },
    ]);
    assert.deepEqual(outline(text).variables, []);
  });

  it('lists the names in an initialiser, by designator path', () => {
    const text = `static const struct ops ops = {
      .open = my_open,
      .nested = { .a = my_a, .deep.b = &my_b },
      .cast = (fn_t)my_cast,
      .literal = &(struct in){ .c = my_c },
      .flags = FLAG_X | 3,
      .name = "s",
      old: my_old,
      #ifdef A
      .arm = my_arm,
      #endif
    };`;
    assert.deepEqual(members(text), [
      'open = my_open',
      'nested.a = my_a',
      'nested.deep.b = my_b',
      'cast = my_cast',
      'literal.c = my_c',
      'old = my_old',
      'arm = my_arm',
    ]);
  });

  it('leaves array indexes out of the path and numbers positional members', () => {
    assert.deepEqual(members('struct t a[] = { { .f = x }, [3] = { .f = y }, [1 ... 2].f = z };'), [
      'f = x',
      'f = y',
      'f = z',
    ]);
    assert.deepEqual(members('struct t a[2] = { { "s", 1, x }, { "u", 2, y } };'), ['#2 = x', '#2 = y']);
    assert.deepEqual(members('struct t a = { x, { 1, y } };'), ['#0 = x', '#1.#1 = y']);
    assert.deepEqual(members('fn_t table[] = { x, y };'), [' = x', ' = y']);
    assert.deepEqual(members('static fn_t f = x;'), [' = x']);
    assert.deepEqual(members('struct t a[] = { ENTRY(n, x), };'), ['ENTRY(0) = n', 'ENTRY(1) = x']);
  });
});

describe('outline: macros', () => {
  it('reads names, parameters and bodies', () => {
    const text =
      '#define A\n#define  B( x , y... )  f(x) \\\n\tg(y) /* c\n d */ + 1 // e\n# define C(...) __VA_ARGS__\n#define D "a // b" /* c */\n#define E() (f)()\n';
    const { macros } = outline(text);
    assert.deepEqual(
      macros.map(({ name, parameters, body }) => [name, parameters, body]),
      [
        ['A', undefined, ''],
        ['B', ['x', 'y...'], 'f(x) g(y) + 1'],
        ['C', ['...'], '__VA_ARGS__'],
        ['D', undefined, '"a // b"'],
        ['E', [], '(f)()'],
      ],
    );
    assert.deepEqual(macros[1]?.calls, ['f', 'g']);
    assert.deepEqual(macros[1]?.nameSpan, { line: 2, column: 10, endLine: 2, endColumn: 11 });
    assert.equal(macros[2]?.line, 5);
  });

  it('separates lock sites of macros from those of functions', () => {
    const text =
      '#define LOCK(x, fn) do { mutex_lock(x); fn(x); pre_##x(1); a_ ## x(2); } while (0)\nvoid f(void)\n{\n#define IN spin_lock(&s)\n\tLOCK(&m, g);\n}\n';
    const { macros, functions, lockSites } = outline(text);
    assert.deepEqual(
      macros.map((macro) => [macro.name, macro.calls, macro.lockSites]),
      [
        ['LOCK', ['mutex_lock'], 1],
        ['IN', ['spin_lock'], 1],
      ],
    );
    assert.deepEqual(functions[0]?.calls, ['LOCK']);
    assert.equal(lockSites, 0);
  });

  it('reads includes of both kinds', () => {
    const text = '#include <linux/mutex.h>\n#if A\n  #  include "a/b.h" // c\n#endif\n#include MACRO\n';
    assert.deepEqual(outline(text).includes, [
      { path: 'linux/mutex.h', system: true, condition: '' },
      { path: 'a/b.h', system: false, condition: 'A' },
    ]);
  });
});

describe('outline: lock sites', () => {
  it('records a gap for each site outside a function', () => {
    const text =
      'void mutex_lock(struct mutex *m);\nstatic inline void spin_lock(spinlock_t *l) { raw(l); }\n' +
      'DEFINE_THING(x, mutex_lock(_T), mutex_unlock(_T))\nEXPORT_SYMBOL(mutex_lock);\n';
    const { lockSites, gaps } = outline(text);
    assert.equal(lockSites, 2);
    assert.deepEqual(
      gaps.map(({ kind, detail, at }) => [kind, detail, at.line]),
      [
        ['lock-outside-tree', 'mutex_lock', 3],
        ['lock-outside-tree', 'mutex_unlock', 3],
      ],
    );
  });
});
