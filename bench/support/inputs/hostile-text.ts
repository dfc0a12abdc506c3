/** C that keeps an analysis busy: each shape is a text that grows with a number. */
export interface Shape {
  readonly name: string;
  /** The size at which the limits must hold. */
  readonly size: number;
  readonly text: (size: number) => string;
}

export const HEAD =
  'struct mutex;\nstruct obj { struct mutex m; spinlock_t s; int v; struct obj *next; int (*op)(struct obj *); };\n';

export function times(count: number, one: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => one(index)).join('');
}

/** A function that takes a lock of its own around a body. */
export function locked(name: string, body: string, parameters = 'struct obj *o'): string {
  return `int ${name}(${parameters})\n{\n\tmutex_lock(&o->m);\n${body}\tmutex_unlock(&o->m);\n\treturn 0;\n}\n`;
}

export const locks = (count: number): string => times(count, (i) => `static DEFINE_MUTEX(l${i});\n`);

/** Shapes of one function. */
export const FUNCTIONS: readonly Shape[] = [
  {
    name: 'one function of many statements',
    size: 400_000,
    text: (n) =>
      HEAD +
      locked(
        'f',
        times(n, (i) => `\to->v += ${i};\n`),
      ),
  },
  {
    name: 'one function of many calls',
    size: 200_000,
    text: (n) =>
      HEAD +
      locked(
        'f',
        times(n, (i) => `\tg${i % 1000}(o, ${i});\n`),
      ),
  },
  {
    name: 'one function that takes and releases again and again',
    size: 40_000,
    text: (n) =>
      HEAD +
      `int f(struct obj *o)\n{\n${times(n, () => '\tmutex_lock(&o->m);\n\to->v++;\n\tmutex_unlock(&o->m);\n')}\treturn 0;\n}\n`,
  },
  {
    name: 'one long line',
    size: 1_000_000,
    text: (n) =>
      HEAD +
      `int f(struct obj *o) { mutex_lock(&o->m); ${times(n, () => 'o->v++; ')} mutex_unlock(&o->m); return 0; }\n`,
  },
  {
    name: 'a switch of many cases',
    size: 20_000,
    text: (n) =>
      HEAD +
      locked(
        'f',
        `\tswitch (o->v) {\n${times(n, (i) => `\tcase ${i}:\n\t\to->v = ${i + 1};\n\t\tbreak;\n`)}\t}\n`,
      ),
  },
  {
    name: 'a switch whose cases take locks and fall through',
    size: 5_000,
    text: (n) =>
      locks(n) +
      HEAD +
      `int f(struct obj *o)\n{\n\tswitch (o->v) {\n${times(n, (i) => `\tcase ${i}:\n\t\tmutex_lock(&l${i});\n`)}\t}\n\treturn 0;\n}\n`,
  },
  {
    name: 'a long else-if chain',
    size: 20_000,
    text: (n) =>
      HEAD +
      locked(
        'f',
        `\tif (o->v == -1)\n\t\to->v = 0;\n${times(n, (i) => `\telse if (o->v == ${i})\n\t\tg${i}(o);\n`)}`,
      ),
  },
  {
    name: 'many independent conditions',
    size: 20_000,
    text: (n) =>
      HEAD +
      locked(
        'f',
        times(n, (i) => `\tif (o->v & ${i})\n\t\tg${i}(o);\n`),
      ),
  },
  {
    name: 'conditions that decide what is held',
    size: 2_000,
    text: (n) =>
      locks(n) +
      HEAD +
      `int f(struct obj *o, int a)\n{\n${times(n, (i) => `\tif (a & ${i})\n\t\tmutex_lock(&l${i});\n`)}${times(n, (i) => `\tif (a & ${i})\n\t\tmutex_unlock(&l${i});\n`)}\treturn 0;\n}\n`,
  },
  {
    name: 'blocks nested deep',
    size: 20_000,
    text: (n) => HEAD + locked('f', `${times(n, () => '{')}g(o);${times(n, () => '}')}\n`),
  },
  {
    name: 'ifs nested deep',
    size: 10_000,
    text: (n) => HEAD + locked('f', `${times(n, (i) => `if (o->v > ${i}) {`)}g(o);${times(n, () => '}')}\n`),
  },
  {
    name: 'loops nested deep',
    size: 3_000,
    text: (n) => HEAD + locked('f', `${times(n, () => 'while (o->v) {')}g(o);${times(n, () => '}')}\n`),
  },
  {
    name: 'parentheses nested deep',
    size: 100_000,
    text: (n) => HEAD + locked('f', `\to->v = ${'('.repeat(n)}1${')'.repeat(n)};\n`),
  },
  {
    name: 'a long expression',
    size: 200_000,
    text: (n) => HEAD + locked('f', `\to->v = 0${times(n, (i) => ` + ${i}`)};\n`),
  },
  {
    name: 'a long chain of && and ||',
    size: 20_000,
    text: (n) =>
      HEAD +
      locked('f', `\tif (o->v${times(n, (i) => ` ${i % 2 === 0 ? '&&' : '||'} g${i}(o)`)})\n\t\to->v = 1;\n`),
  },
  {
    name: 'a long chain of conditional values',
    size: 20_000,
    text: (n) => HEAD + locked('f', `\to->v = ${times(n, (i) => `o->v == ${i} ? ${i + 1} : `)}0;\n`),
  },
  {
    name: 'a chain of members',
    size: 50_000,
    text: (n) =>
      HEAD + `int f(struct obj *o)\n{\n\tmutex_lock(&o${times(n, () => '->next')}->m);\n\treturn 0;\n}\n`,
  },
  {
    name: 'a pointer that is moved on and on',
    size: 20_000,
    text: (n) =>
      HEAD +
      `int f(struct obj *o)\n{\n${times(n, () => '\to = o->next;\n')}\tmutex_lock(&o->m);\n\treturn 0;\n}\n`,
  },
  {
    name: 'values that double',
    size: 5_000,
    text: (n) =>
      HEAD +
      `int f(struct obj *o, int v0)\n{\n${times(n, (i) => `\tint v${i + 1} = v${i} + v${i};\n`)}\tmutex_lock(&o->m);\n\tif (v${n})\n\t\tmutex_unlock(&o->m);\n\treturn 0;\n}\n`,
  },
  {
    name: 'a mesh of gotos',
    size: 2_000,
    text: (n) =>
      HEAD +
      locked(
        'f',
        times(
          n,
          (i) =>
            `l${i}:\n\tif (o->v == ${i})\n\t\tgoto l${(i * 7 + 3) % n};\n\tif (g(o))\n\t\tgoto l${(i * 13 + 5) % n};\n`,
        ),
      ),
  },
  {
    name: 'a mesh of gotos with locks',
    size: 2_000,
    text: (n) =>
      locks(n) +
      HEAD +
      `int f(struct obj *o)\n{\n${times(n, (i) => `l${i}:\n\tmutex_lock(&l${i});\n\tif (o->v == ${i})\n\t\tgoto l${(i * 7 + 3) % n};\n\tmutex_unlock(&l${(i * 5) % n});\n\tif (g(o))\n\t\tgoto l${(i * 13 + 5) % n};\n`)}\treturn 0;\n}\n`,
  },
  {
    name: 'macros that double',
    size: 40,
    text: (n) =>
      `#define M0 mutex_lock(&o->m); mutex_unlock(&o->m);\n${times(n, (i) => `#define M${i + 1} M${i} M${i}\n`)}` +
      HEAD +
      `int f(struct obj *o)\n{\n\tM${n}\n\treturn 0;\n}\n`,
  },
  {
    name: 'macros with arguments that double',
    size: 40,
    text: (n) =>
      `#define M0(x) mutex_lock(x); mutex_unlock(x);\n${times(n, (i) => `#define M${i + 1}(x) do { M${i}(x) M${i}(x) } while (0);\n`)}` +
      HEAD +
      `int f(struct obj *o)\n{\n\tM${n}(&o->m)\n\treturn 0;\n}\n`,
  },
  {
    name: 'macros that grow their arguments',
    size: 40,
    text: (n) =>
      `#define M0(x) mutex_lock(x)\n${times(n, (i) => `#define M${i + 1}(x) M${i}(x + x)\n`)}` +
      HEAD +
      `int f(struct obj *o)\n{\n\tM${n}(&o->m);\n\treturn 0;\n}\n`,
  },
];
