import { HEAD, locks, times, type Shape } from './hostile-text.js';

/** Shapes full of bugs: each finding gets its story, its confidence and, where possible, its repair. */
export const FINDINGS: readonly Shape[] = [
  {
    name: 'many functions that sleep under a spinning lock',
    size: 4_000,
    text: (n) =>
      HEAD +
      times(
        n,
        (i) =>
          `int f${i}(struct obj *o) { spin_lock(&o->s); msleep(${i}); spin_unlock(&o->s); return ${i}; }\n`,
      ),
  },
  {
    name: 'one function that sleeps again and again under a spinning lock',
    size: 4_000,
    text: (n) =>
      `${HEAD}int f(struct obj *o)\n{\n\tspin_lock(&o->s);\n${times(n, (i) => `\tmsleep(${i});\n`)}\tspin_unlock(&o->s);\n\treturn 0;\n}\n`,
  },
  {
    name: 'many functions that forget to release',
    size: 4_000,
    text: (n) =>
      HEAD +
      times(
        n,
        (i) =>
          `int f${i}(struct obj *o)\n{\n\tmutex_lock(&o->m);\n\tif (o->v == ${i})\n\t\treturn -1;\n\tmutex_unlock(&o->m);\n\treturn 0;\n}\n`,
      ),
  },
  {
    name: 'one function that forgets to release again and again',
    size: 2_000,
    text: (n) =>
      `${HEAD}int f(struct obj *o)\n{\n\tmutex_lock(&o->m);\n${times(n, (i) => `\tif (o->v == ${i})\n\t\treturn -${i};\n`)}\tmutex_unlock(&o->m);\n\treturn 0;\n}\n`,
  },
  {
    name: 'many functions that take what they hold',
    size: 4_000,
    text: (n) =>
      HEAD +
      times(
        n,
        (i) =>
          `static int in${i}(struct obj *o)\n{\n\tmutex_lock(&o->m);\n\to->v = ${i};\n\tmutex_unlock(&o->m);\n\treturn 0;\n}\nint f${i}(struct obj *o)\n{\n\tmutex_lock(&o->m);\n\tin${i}(o);\n\tmutex_unlock(&o->m);\n\treturn 0;\n}\n`,
      ),
  },
  {
    name: 'many pairs of locks in both orders, each pair its own',
    size: 1_000,
    text: (n) =>
      locks(2 * n) +
      times(
        n,
        (i) =>
          `void f${i}(void)\n{\n\tmutex_lock(&l${2 * i});\n\tmutex_lock(&l${2 * i + 1});\n\tmutex_unlock(&l${2 * i + 1});\n\tmutex_unlock(&l${2 * i});\n}\nvoid g${i}(void)\n{\n\tmutex_lock(&l${2 * i + 1});\n\tmutex_lock(&l${2 * i});\n\tmutex_unlock(&l${2 * i});\n\tmutex_unlock(&l${2 * i + 1});\n}\n`,
      ),
  },
  {
    name: 'many works that are waited for under their lock',
    size: 1_500,
    text: (n) =>
      times(
        n,
        (i) =>
          `static DEFINE_MUTEX(l${i});\nstatic void work${i}(struct work_struct *w)\n{\n\tmutex_lock(&l${i});\n\tmutex_unlock(&l${i});\n}\nstatic DECLARE_WORK(w${i}, work${i});\nvoid f${i}(void)\n{\n\tmutex_lock(&l${i});\n\tcancel_work_sync(&w${i});\n\tmutex_unlock(&l${i});\n}\nvoid s${i}(void)\n{\n\tschedule_work(&w${i});\n}\n`,
      ),
  },
  {
    name: 'one lock that many handlers and many functions take',
    size: 2_000,
    text: (n) =>
      `static DEFINE_SPINLOCK(l);\n` +
      times(
        n,
        (i) =>
          `static irqreturn_t h${i}(int irq, void *d) { spin_lock(&l); spin_unlock(&l); return IRQ_HANDLED; }\nint f${i}(void) { spin_lock(&l); spin_unlock(&l); return request_irq(${i}, h${i}, 0, "x", NULL); }\n`,
      ),
  },
  {
    name: 'locks of records in one another, taken all the way down',
    size: 1_000,
    text: (n) =>
      `struct s${n} { struct mutex m; int v; };\n` +
      times(n, (i) => `struct s${n - 1 - i} { struct mutex m; struct s${n - i} *n; };\n`) +
      times(
        n - 1,
        (i) =>
          `void f${i}(struct s${i} *p)\n{\n\tmutex_lock(&p->m);\n\tmutex_lock(&p->n->m);\n\tf${i + 1}(p->n);\n\tmutex_unlock(&p->n->m);\n\tmutex_unlock(&p->m);\n}\n`,
      ),
  },
  {
    name: 'functions that must be called with a lock, called without',
    size: 3_000,
    text: (n) =>
      HEAD +
      times(
        n,
        (i) =>
          `static void h${i}(struct obj *o)\n\t__must_hold(&o->m)\n{\n\tlockdep_assert_held(&o->m);\n\to->v = ${i};\n}\nvoid f${i}(struct obj *o)\n{\n\th${i}(o);\n}\n`,
      ),
  },
  {
    name: 'objects freed with their lock held',
    size: 3_000,
    text: (n) =>
      HEAD + times(n, (i) => `void f${i}(struct obj *o)\n{\n\tmutex_lock(&o->m);\n\tkfree(o);\n}\n`),
  },
  {
    name: 'names that stand for names',
    size: 20_000,
    text: (n) =>
      `static DEFINE_MUTEX(l0);\n#define take0 mutex_lock\n` +
      times(n, (i) => `#define l${i + 1} l${i}\n#define take${i + 1} take${i}\n`) +
      `void f(void)\n{\n\ttake${n}(&l${n});\n\tmutex_unlock(&l0);\n}\n`,
  },
  {
    name: 'a chain of wrappers that lock for their caller',
    size: 5_000,
    text: (n) =>
      `${HEAD}static void w0(struct obj *o) { mutex_lock(&o->m); }\n` +
      times(n, (i) => `static void w${i + 1}(struct obj *o) { w${i}(o); }\n`) +
      `void f(struct obj *o) { w${n}(o); mutex_unlock(&o->m); }\n`,
  },
  {
    name: 'orders stated in comments',
    size: 20_000,
    text: (n) =>
      locks(200) +
      times(
        n,
        (i) => `/* Lock ordering: l${i % 200} -> l${(i * 7 + 1) % 200} -> l${(i * 11 + 3) % 200} */\n`,
      ) +
      `void f(void)\n{\n\tmutex_lock(&l1);\n\tmutex_lock(&l0);\n\tmutex_unlock(&l0);\n\tmutex_unlock(&l1);\n}\n`,
  },
  {
    name: 'suppressions',
    size: 50_000,
    text: (n) =>
      HEAD +
      times(n, () => `/* lockorder-ignore self-deadlock: none */\n`) +
      `void f(struct obj *o) { mutex_lock(&o->m); mutex_lock(&o->m); }\n`,
  },
  {
    name: 'a chain of #elif with another lock in each arm',
    size: 3_000,
    text: (n) =>
      locks(n) +
      `void f(void)\n{\n#if A\n\tmutex_lock(&l0);\n${times(n - 1, (i) => `#elif A${i}\n\tmutex_lock(&l${i + 1});\n`)}#endif\n}\n`,
  },
  {
    name: 'one macro of many statements, used often',
    size: 20_000,
    text: (n) =>
      `${HEAD}#define BIG(o) do { mutex_lock(&(o)->m); \\\n${times(n, (i) => `\t(o)->v += ${i}; \\\n`)}\tmutex_unlock(&(o)->m); } while (0)\n${times(100, (i) => `void f${i}(struct obj *o) { BIG(o); BIG(o->next); }\n`)}`,
  },
];
