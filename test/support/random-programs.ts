import * as fc from 'fast-check';

/** Programs of a few files that lock in every way at once, most of them badly. */
export const HEADER = `#include <linux/mutex.h>
struct dev;
struct ops { int (*op)(struct dev *d); };
struct dev {
	struct mutex a; struct mutex b; spinlock_t s; struct work_struct work; int n;
	int (*hook)(struct dev *d); const struct ops *ops;
};
extern struct mutex shared;
#define LOCKED_CALL(d, f) do { mutex_lock(&(d)->b); f(d); mutex_unlock(&(d)->b); } while (0)
`;
export const FILES = ['one/a.c', 'one/b.c', 'two/c.c'];
export const FUNCTIONS_EACH = 3;
const NAMES = FILES.flatMap((_, file) =>
  Array.from({ length: FUNCTIONS_EACH }, (__, index) => `f${file * FUNCTIONS_EACH + index}`),
);
const STATEMENTS: readonly string[] = [
  'mutex_lock(&d->a);',
  'mutex_unlock(&d->a);',
  'mutex_lock(&d->b);',
  'mutex_unlock(&d->b);',
  'mutex_lock(&shared);',
  'mutex_unlock(&shared);',
  'mutex_lock(&own);',
  'mutex_unlock(&own);',
  'spin_lock(&d->s);',
  'spin_unlock(&d->s);',
  'spin_lock_irqsave(&d->s, flags);',
  'spin_unlock_irqrestore(&d->s, flags);',
  'local_irq_enable();',
  'if (mutex_trylock(&d->b)) {',
  'if (d->n) {',
  '} else {',
  '}',
  'for (i = 0; i < 3; i++) {',
  'return 0;',
  'return -EBUSY;',
  'goto out;',
  'msleep(1);',
  'kfree(d);',
  'cancel_work_sync(&d->work);',
  'INIT_WORK(&d->work, handler);',
  'lockdep_assert_held(&d->a);',
  'guard(mutex)(&d->a);',
  'd = kmalloc(sizeof(*d), GFP_KERNEL);',
  '#ifdef CONFIG_X',
  '#endif',
  'd->hook(d);',
  'if (d->ops->op(d)) return 2;',
  ...NAMES.map((name) => `${name}(d);`),
  ...NAMES.map((name) => `d->hook = ${name};`),
  ...NAMES.map((name) => `LOCKED_CALL(d, ${name});`),
  ...NAMES.map((name) => `if (${name}(d)) return 1;`),
];

export type Texts = ReadonlyMap<string, string>;

/** What one file holds: the statements of its functions, and the function in its table of operations, if it has one. */
export interface Content {
  readonly bodies: readonly (readonly string[])[];
  readonly table: string | undefined;
}

/** The whole of one file. */
export function fileText(file: number, { bodies, table }: Content): string {
  const functions = bodies.map(
    (body, index) => `
int ${NAMES[file * FUNCTIONS_EACH + index]}(struct dev *d)
{
	unsigned long flags; int i;
${body.map((line) => `${line.startsWith('#') ? '' : '\t'}${line}\n`).join('')}out:
	return 1;
}
`,
  );
  const handler =
    'static void handler(struct work_struct *w)\n{\n\tstruct dev *d = container_of(w, struct dev, work);\n\tf0(d);\n}\n';
  const defines = file === 0 ? 'DEFINE_MUTEX(shared);\n' : '';
  const operations =
    table === undefined
      ? ''
      : `int ${table}(struct dev *d);\nconst struct ops ops${file} = { .op = ${table} };\n`;
  return `#include "dev.h"\n${defines}static DEFINE_MUTEX(own);\n${handler}${functions.join('')}${operations}`;
}

/** The content of one file; any function may call any other, itself among them. */
export const content: fc.Arbitrary<Content> = fc.record({
  bodies: fc.array(fc.array(fc.constantFrom(...STATEMENTS), { maxLength: 9 }), {
    minLength: FUNCTIONS_EACH,
    maxLength: FUNCTIONS_EACH,
  }),
  table: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
});

export const program: fc.Arbitrary<Texts> = fc
  .tuple(content, content, content)
  .map(
    (files): Texts =>
      new Map([
        ['one/dev.h', HEADER],
        ...files.map((own, index) => [FILES[index] ?? '', fileText(index, own)] as const),
      ]),
  );
