import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fields, outline } from './support.js';

describe('outline: records', () => {
  it('reads all forms of fields', () => {
    const text = `struct s {
      const volatile unsigned long flags;
      struct list_head list, *next, heads[4][2];
      int (*open)(struct inode *, struct file *), (*table[3])(void);
      u8 a:3, :5, b:1;
      spinlock_t lock ____cacheline_aligned_in_smp;
      struct mutex *m __attribute__((aligned(8)));
      void __iomem *io;
      char name[];
      enum { RED, GREEN } colour;
      enum kind kind;
    };`;
    assert.deepEqual(fields(text, 's'), [
      'flags: unsigned long',
      'list: struct list_head',
      'next: struct list_head*',
      'heads: struct list_head[][]',
      'open: int(*)',
      'table: int(*)[]',
      'a: u8',
      'b: u8',
      'lock: spinlock_t',
      'm: struct mutex*',
      'io: void*',
      'name: char[]',
      'colour: int',
      'kind: enum kind',
    ]);
  });

  it('reads structs whose head is a macro', () => {
    const text = `#define context_lock_struct(name, ...) struct __VA_ARGS__ name
    context_lock_struct(mutex) {
      atomic_long_t owner;
      raw_spinlock_t wait_lock;
    };
    context_lock_struct(srcu_struct, __reentrant_ctx_lock);
    typedef context_lock_struct(spinlock) {
      union { struct raw_spinlock rlock; };
    } spinlock_t;
    struct holder { context_lock_struct(inner) { int depth; } state; int behind; };
    static context_lock_struct(mutex) here;
    static int after(void) { return 0; }`;
    assert.deepEqual(fields(text, 'mutex'), ['owner: atomic_long_t', 'wait_lock: raw_spinlock_t']);
    assert.deepEqual(fields(text, 'spinlock'), ['rlock: struct raw_spinlock']);
    assert.deepEqual(fields(text, 'holder'), ['state: struct inner', 'behind: int']);
    const read = outline(text);
    assert.deepEqual(
      read.functions.map(({ name }) => name),
      ['after'],
    );
    assert.deepEqual(
      read.variables.map(({ name, type }) => `${name}: ${type}`),
      ['here: struct mutex'],
    );
    assert.equal(read.typedefs.find(({ name }) => name === 'spinlock_t')?.type, 'struct spinlock');
  });

  it('lists members of anonymous members inline, and named ones as records of their own', () => {
    const text = `struct outer {
      struct { int a; union { int b; long c; }; };
      struct { spinlock_t lock; struct { int x; } deep; } in, *ptr;
      struct tagged { int t; } u;
      struct plain;
    };`;
    assert.deepEqual(fields(text, 'outer'), [
      'a: int',
      'b: int',
      'c: long',
      'in: struct outer::in',
      'ptr: struct outer::in*',
      'u: struct tagged',
      ': struct plain',
    ]);
    assert.deepEqual(fields(text, 'outer::in'), ['lock: spinlock_t', 'deep: struct outer::in::deep']);
    assert.deepEqual(fields(text, 'outer::in::deep'), ['x: int']);
    assert.deepEqual(fields(text, 'tagged'), ['t: int']);
  });

  it('lists members in macro arguments inline and as a record', () => {
    const text = `struct s {
      struct_group(hdr, u8 a; int b, c;);
      struct_group_tagged(s_tail, tail, spinlock_t lock;);
      struct_group_attr(packed, __packed, u8 d;);
    };`;
    assert.deepEqual(fields(text, 's'), [
      'a: u8',
      'b: int',
      'c: int',
      'hdr: struct s::hdr',
      'lock: spinlock_t',
      'tail: struct s_tail',
      'd: u8',
      'packed: struct s::packed',
    ]);
    assert.deepEqual(fields(text, 's_tail'), ['lock: spinlock_t']);
  });

  it('reads members that macros declare', () => {
    const text = `struct s {
      DECLARE_BITMAP(map, 64);
      UNKNOWN_RING(struct foo, ring);
      UNKNOWN_PTR(u8, bytes);
      UNKNOWN_ARRAY(words, MAX_WORDS);
      TYPE_OF(int) made;
      COMMON_FIELDS
      int last;
    };`;
    assert.deepEqual(fields(text, 's'), [
      'map: unsigned long[]',
      'ring: struct foo',
      'bytes: u8',
      'words: ',
      'made: ',
      'last: int',
    ]);
  });

  it('keeps the condition and line of a field', () => {
    const text =
      'struct s {\n\tint a;\n#ifdef CONFIG_X\n\tspinlock_t lock;\n#else\n\tstruct mutex lock;\n#endif\n};\n';
    assert.deepEqual(outline(text).records[0]?.fields, [
      { name: 'a', type: 'int', line: 2, condition: '' },
      { name: 'lock', type: 'spinlock_t', line: 4, condition: 'CONFIG_X' },
      { name: 'lock', type: 'struct mutex', line: 6, condition: '!CONFIG_X' },
    ]);
  });

  it('finds the tag behind attributes, known or not', () => {
    const text =
      'struct __packed a { int x; } __aligned(4);\nstruct __strange b { int y; };\nstruct c { int z; } __attribute__((packed));';
    assert.deepEqual(
      outline(text).records.map(({ tag }) => tag),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(outline(text).variables, []);
  });

  it('names anonymous records after what they declare', () => {
    const text =
      'static struct { spinlock_t lock; } pool;\ntypedef struct { int a; } *handle_t, value_t;\nunion u { int a; };';
    const { records, variables, typedefs } = outline(text);
    assert.deepEqual(
      records.map(({ kind, tag }) => `${kind} ${tag}`),
      ['struct ::pool', 'struct ::handle_t', 'union u'],
    );
    assert.equal(variables[0]?.type, 'struct ::pool');
    assert.deepEqual(typedefs, [
      { name: 'handle_t', type: 'struct ::handle_t*' },
      { name: 'value_t', type: 'struct ::handle_t' },
    ]);
  });
});

describe('outline: typedefs', () => {
  it('reads plain, pointer, array, function and macro-made ones', () => {
    const text = `typedef unsigned long long u64;
      typedef struct foo foo_t, *foo_p;
      typedef int vec_t[4];
      typedef int (*fn_t)(void *);
      typedef int fun_t(void);
      typedef bool (pred_t)(int);
      typedef MADE(a, b) made_t;
      typedef __typeof__(int *) ptr_t;`;
    assert.deepEqual(
      outline(text).typedefs.map(({ name, type }) => `${name} = ${type}`),
      [
        'u64 = unsigned long long',
        'foo_t = struct foo',
        'foo_p = struct foo*',
        'vec_t = int[]',
        'fn_t = int(*)',
        'fun_t = int()',
        'pred_t = bool()',
        'made_t = ',
        'ptr_t = int*',
      ],
    );
  });
});

describe('outline: constants', () => {
  it('counts enumerators up and folds expressions', () => {
    const text = `#define N 4
      enum e { A, B = 5, C, D = 1 << N, E = D | 3, F = UNKNOWN, G, H = ~0, I = (N > 3) * 'a', J = (u8)0x1fUL, };`;
    assert.deepEqual(
      outline(text).constants.map(({ name, value }) => `${name} ${value}`),
      ['N 4', 'A 0', 'B 5', 'C 6', 'D 16', 'E 19', 'H -1', 'I 97', 'J 31'],
    );
  });

  it('knows the macros that make numbers of the places of bits', () => {
    const text =
      '#define A BIT(3)\n#define B (BIT_ULL(35) | A)\n#define C GENMASK(5, 4)\n#define D BIT(E)\n#define F BIT(1, 2)\n' +
      '#define G GENMASK(1, 4)\n#define H BIT(60)\n#define I BIT\nenum e { J = BIT(1), K = ~GENMASK(A - 7, 0) };\n';
    assert.deepEqual(
      outline(text).constants.map(({ name, value }) => `${name} ${value}`),
      ['A 8', 'B 34359738376', 'C 48', 'J 2', 'K -4'],
    );
  });

  it('reads numbers of all forms from macros, and nothing else', () => {
    const text =
      '#define A 010\n#define B 0b11\n#define C 0xFFu /* c */\n#define D (1 << 3)\n#define E 1.5\n#define F "s"\n' +
      '#define G f(3)\n#define H (A + \\\n B)\n#define I -1\n#define J 0x1p3\n#define K 0\n#define L(x) 3\n';
    assert.deepEqual(
      outline(text).constants.map(({ name, value }) => `${name} ${value}`),
      ['A 8', 'B 3', 'C 255', 'D 8', 'H 11', 'I -1', 'K 0'],
    );
  });
});
