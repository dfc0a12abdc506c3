import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { skeletonOf } from '../lowered.js';

/** Types of the locals that `declarations` make, by name. */
function typesOf(declarations: string): Record<string, string> {
  const names = [...declarations.matchAll(/(\w+)(?=(\[[^\]]*\])*\s*(?:=[^,;]*)?[,;)])/gu)].map(
    ([, name]) => name!,
  );
  const body = `${declarations} use(${names.map((name) => `&${name}`).join(', ')});`;
  const { locals } = skeletonOf(`int f(struct dev *dev)\n{\n${body}\nmutex_lock(&dev->a);\n}\n`);
  return Object.fromEntries(locals.map(({ name, type }) => [name, type]));
}

describe('types of locals', () => {
  const cases: Readonly<Record<string, Record<string, string>>> = {
    'struct foo x, *y, **z;': { x: 'struct foo', y: 'struct foo*', z: 'struct foo**' },
    'const foo_t *a, b[3]; u8 c;': { a: 'foo_t*', b: 'foo_t[]', c: 'u8' },
    'struct foo *p[4];': { p: 'struct foo*[]' },
    'unsigned long  int n; union u w; enum e m;': { n: 'unsigned long int', w: 'union u', m: 'enum e' },
    'struct foo __percpu *p; void __iomem *q;': { p: 'struct foo*', q: 'void*' },
    'typeof(dev) a; typeof(*dev) b; typeof(struct foo *) c; __auto_type d = dev;': {
      a: 'struct dev*',
      b: 'struct dev',
      c: 'struct foo*',
      d: '',
    },
    'struct { int n; } x, *y;': { x: 'struct ::x', y: 'struct ::y*' },
    'register int r; static struct foo s;': { r: 'int', s: 'struct foo' },
  };
  for (const [declarations, expected] of Object.entries(cases)) {
    it(declarations, () => assert.deepEqual(typesOf(declarations), expected));
  }

  it('contain the type of a pointer to function', () => {
    const { locals } = skeletonOf(
      'int f(struct dev *dev)\n{\nint (*fn)(int) = dev->fn; fn(1); mutex_lock(&dev->a);\n}\n',
    );
    assert.deepEqual(locals, [{ name: 'fn', type: 'int(*)' }]);
  });

  it('contain the types of variables that a macro declares', () => {
    const { locals } = skeletonOf(
      'int f(void)\n{\nDEFINE_MUTEX(m); LIST_HEAD(l); use(&l); mutex_lock(&m);\n}\n',
    );
    assert.deepEqual(locals, [
      { name: 'l', type: 'struct list_head' },
      { name: 'm', type: 'struct mutex' },
    ]);
  });
});
