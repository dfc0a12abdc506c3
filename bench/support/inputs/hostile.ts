import { FINDINGS } from './hostile-findings.js';
import { FUNCTIONS, HEAD, locked, locks, times, type Shape } from './hostile-text.js';

export type { Shape } from './hostile-text.js';

export const SHAPES: readonly Shape[] = [
  ...FUNCTIONS,
  ...FINDINGS,
  {
    name: 'many macros',
    size: 100_000,
    text: (n) =>
      `${times(n, (i) => `#define R${i}(x) ((x) + ${i})\n`)}${HEAD}${locked(
        'f',
        times(1000, (i) => `\to->v = R${i}(${i});\n`),
      )}`,
  },
  {
    name: 'macros that lead to one another',
    size: 20_000,
    text: (n) =>
      `#define R0 1\n${times(n, (i) => `#define R${i + 1} (R${i} + 1)\n`)}${HEAD}${locked('f', `\to->v = R${n};\n`)}`,
  },
  {
    name: 'many parameters',
    size: 20_000,
    text: (n) =>
      HEAD +
      locked(
        'f',
        `\tf(o${times(n, (i) => `, p${i}`)});\n`,
        `struct obj *o${times(n, (i) => `, struct obj *p${i}`)}`,
      ),
  },
  {
    name: 'many locals',
    size: 20_000,
    text: (n) =>
      HEAD +
      locked(
        'f',
        times(n, (i) => `\tstruct obj *p${i} = g${i}(o);\n`) + times(n, (i) => `\tp${i}->v = 1;\n`),
      ),
  },
  {
    name: 'many locals under conditions',
    size: 3_000,
    text: (n) =>
      HEAD +
      locked(
        'f',
        times(n, (i) => `\tint p${i} = g${i}(o);\n`) +
          times(n, (i) => `\tif (p${i})\n\t\tp${(i + 1) % n} = h(p${i});\n`),
      ),
  },
  {
    name: 'a giant initialiser',
    size: 1_000_000,
    text: (n) =>
      `${HEAD}static const int table[] = {\n${times(n, (i) => `${i},\n`)}};\n${locked('f', '\tg(o);\n')}`,
  },
  {
    name: 'a giant table of functions',
    size: 20_000,
    text: (n) =>
      HEAD +
      times(
        n,
        (i) => `static int h${i}(struct obj *o) { mutex_lock(&o->m); mutex_unlock(&o->m); return 0; }\n`,
      ) +
      `static int (*table[])(struct obj *) = {\n${times(n, (i) => `\th${i},\n`)}};\nint f(struct obj *o) { return table[o->v](o); }\n`,
  },
  {
    name: 'a slot of many functions, called by many under locks',
    size: 3_000,
    text: (n) =>
      HEAD +
      locks(n) +
      times(
        n,
        (i) =>
          `static int h${i}(struct obj *o) { mutex_lock(&l${i}); mutex_unlock(&l${i}); return 0; }\nstatic const struct ops x${i} = { .op = h${i} };\n`,
      ) +
      'struct ops { int (*op)(struct obj *); };\n' +
      times(
        n,
        (i) =>
          `int c${i}(struct obj *o, struct ops *p) { mutex_lock(&l${i}); p->op(o); mutex_unlock(&l${i}); return 0; }\n`,
      ),
  },
  {
    name: 'a struct of many members',
    size: 50_000,
    text: (n) =>
      `struct obj {\n${times(n, (i) => `\tstruct mutex m${i};\n`)}};\n${times(2000, (i) => `void f${i}(struct obj *o) { mutex_lock(&o->m${i}); mutex_lock(&o->m${i + 1}); mutex_unlock(&o->m${i + 1}); mutex_unlock(&o->m${i}); }\n`)}`,
  },
  {
    name: 'structs nested deep',
    size: 10_000,
    text: (n) =>
      `struct s0 { struct mutex m; };\n${times(n, (i) => `struct s${i + 1} { struct s${i} i; };\n`)}void f(struct s${n} *o) { mutex_lock(&o${times(n, () => '.i').replace('.', '->')}.m); }\n`,
  },
  {
    name: 'typedefs of typedefs',
    size: 20_000,
    text: (n) =>
      `typedef struct mutex t0;\n${times(n, (i) => `typedef t${i} t${i + 1};\n`)}struct o { t${n} m; };\nvoid f(struct o *o) { mutex_lock(&o->m); }\n`,
  },
  {
    name: 'many small functions',
    size: 100_000,
    text: (n) =>
      HEAD +
      times(n, (i) => `int f${i}(struct obj *o) { mutex_lock(&o->m); mutex_unlock(&o->m); return ${i}; }\n`),
  },
  {
    name: 'many locks in two functions',
    size: 10_000,
    text: (n) =>
      locks(n) +
      `void f(void)\n{\n${times(n, (i) => `\tmutex_lock(&l${i});\n`)}}\nvoid g(void)\n{\n${times(n, (i) => `\tmutex_lock(&l${n - 1 - i});\n`)}}\n`,
  },
  {
    name: 'many pairs of locks, each way round',
    size: 2_000,
    text: (n) =>
      locks(200) +
      times(
        n,
        (i) =>
          `void f${i}(void)\n{\n\tmutex_lock(&l${(i * 7) % 200});\n\tmutex_lock(&l${(i * 13 + 1) % 200});\n\tmutex_unlock(&l${(i * 13 + 1) % 200});\n\tmutex_unlock(&l${(i * 7) % 200});\n}\n`,
      ),
  },
  {
    name: 'a mesh of calls under locks',
    size: 300,
    text: (n) =>
      locks(n) +
      times(n, (i) => `int f${i}(void);\n`) +
      times(
        n,
        (i) =>
          `int f${i}(void)\n{\n\tmutex_lock(&l${i});\n${[3, 7, 11].map((step) => `\tf${(i * step + 1) % n}();\n`).join('')}\tmutex_unlock(&l${i});\n\treturn 0;\n}\n`,
      ),
  },
  {
    name: 'a layered mesh of calls under locks',
    size: 300,
    text: (n) =>
      locks(n) +
      times(n + 8, (i) => `int f${i}(void);\n`) +
      times(
        n,
        (i) =>
          `int f${i}(void)\n{\n\tmutex_lock(&l${i});\n${[1, 2, 3, 5].map((step) => `\tf${i + step}();\n`).join('')}\tmutex_unlock(&l${i});\n\treturn 0;\n}\n`,
      ) +
      `int f${n}(void)\n{\n\tmutex_lock(&l0);\n\tmutex_unlock(&l0);\n\treturn 0;\n}\n`,
  },
  {
    name: 'a mesh of calls that keep locks',
    size: 300,
    text: (n) =>
      locks(n) +
      times(
        n,
        (i) =>
          `void f${i}(int a)\n{\n\tif (a)\n\t\tmutex_lock(&l${i});\n${i > 2 ? [1, 2, 3].map((step) => `\tf${i - step}(a + ${step});\n`).join('') : ''}}\n`,
      ),
  },
  {
    name: 'a mesh of recursion',
    size: 500,
    text: (n) =>
      HEAD +
      times(n, (i) => `int f${i}(struct obj *o, int d);\n`) +
      times(
        n,
        (i) =>
          `int f${i}(struct obj *o, int d)\n{\n\tif (d > ${i})\n\t\treturn f${(i * 3 + 1) % n}(o->next, d - 1);\n\tspin_lock(&o->s);\n\tf${(i * 5 + 2) % n}(o, d);\n\tif (d)\n\t\tf${(i * 7 + 3) % n}(o->next, d - 1);\n\tspin_unlock(&o->s);\n\treturn 0;\n}\n`,
      ),
  },
  {
    name: 'a complete graph of calls under locks',
    size: 80,
    text: (n) =>
      locks(n) +
      times(n, (i) => `int f${i}(void);\n`) +
      times(
        n,
        (i) =>
          `int f${i}(void)\n{\n\tmutex_lock(&l${i});\n${times(n, (j) => (i === j ? '' : `\tf${j}();\n`))}\tmutex_unlock(&l${i});\n\treturn 0;\n}\n`,
      ),
  },
  {
    name: 'a chain of calls, each under a lock',
    size: 3_000,
    text: (n) =>
      locks(n + 1) +
      `void f0(void) { mutex_lock(&l0); mutex_unlock(&l0); }\n` +
      times(
        n,
        (i) =>
          `void f${i + 1}(void)\n{\n\tmutex_lock(&l${i + 1});\n\tf${i}();\n\tmutex_unlock(&l${i + 1});\n}\n`,
      ) +
      `void top(void)\n{\n\tmutex_lock(&l0);\n\tf${n}();\n\tmutex_unlock(&l0);\n}\n`,
  },
  {
    name: 'one function called by many',
    size: 20_000,
    text: (n) =>
      HEAD +
      `static void down(struct obj *o) { mutex_lock(&o->m); }\nstatic void up(struct obj *o) { mutex_unlock(&o->m); }\n` +
      times(
        n,
        (i) =>
          `int f${i}(struct obj *o)\n{\n\tdown(o);\n\tup(o->next);\n\tmsleep(${i});\n\tup(o);\n\treturn 0;\n}\n`,
      ),
  },
  {
    name: 'locks in interrupt handlers and out of them',
    size: 2_000,
    text: (n) =>
      times(n, (i) => `static DEFINE_SPINLOCK(l${i});\n`) +
      times(
        n,
        (i) =>
          `static irqreturn_t h${i}(int irq, void *d) { spin_lock(&l${i}); spin_unlock(&l${i}); return IRQ_HANDLED; }\nint f${i}(void) { spin_lock(&l${i}); spin_lock(&l${(i + 1) % n}); spin_unlock(&l${(i + 1) % n}); spin_unlock(&l${i}); return request_irq(${i}, h${i}, 0, "x", NULL); }\n`,
      ),
  },
  {
    name: 'conditions nested in #if arms',
    size: 5_000,
    text: (n) =>
      HEAD +
      locked(
        'f',
        times(n, (i) => `#ifdef A${i}\n\tif (o->v) {\n#else\n\tif (!o->v) {\n#endif\n\t\tg${i}(o);\n\t}\n`),
      ),
  },
  {
    name: '#if nested deep',
    size: 20_000,
    text: (n) =>
      HEAD + locked('f', times(n, (i) => `#ifdef A${i}\n`) + '\tg(o);\n' + times(n, () => '#endif\n')),
  },
  {
    name: 'braces that never close',
    size: 200_000,
    text: (n) => HEAD + `int f(struct obj *o)\n{\n\tmutex_lock(&o->m);\n${'{'.repeat(n)}\n`,
  },
  {
    name: 'noise',
    size: 300_000,
    text: (n) =>
      HEAD +
      locked(
        'f',
        times(
          n,
          (i) =>
            ['(', '"', '/*', '#', '{', "'", ')', '\\\n', '}', ';', '*/', 'if', '::', '\n'][
              (i * i * 7 + i * 3 + (i >> 3)) % 14
            ] ?? '',
        ),
      ),
  },
];
