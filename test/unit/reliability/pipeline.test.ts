import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';
import { Project } from '../../../host/node/project.js';
import { decodeSummary, encodeSummary } from '../../../analysis/skeleton/codec/codec.js';
import { sanitisedFunction } from '../../../analysis/skeleton/skeleton.js';
import type { FileSummary } from '../../../analysis/skeleton/types.js';
import { within } from '../host/temporary.js';
import { patience, runs } from '../../support/runs.js';

/** A file as kernel files are: everything that the stages treat in a way of its own. */
const DRIVER = `// SPDX-License-Identifier: GPL-2.0
/* A driver. */
#include <linux/mutex.h>
#include "dev.h"

#define TAKE(d) do { mutex_lock(&(d)->a); \\
	(d)->n++; } while (0)
#define LIMIT (1 << 4)

struct dev {
	struct mutex a;
	spinlock_t b;
	struct list_head list;
	union { int x; u8 y[LIMIT]; };
	int n;
};

static DEFINE_MUTEX(global);
static const struct file_operations fops = {
	.open = dev_open,
	.release = dev_release,
};

static int __must_check helper(struct dev *d, gfp_t flags)
	__must_hold(&d->a)
{
	char *s = kmalloc(10, flags), c = '\\'';
	if (!s)
		return -ENOMEM;
#ifdef CONFIG_DEBUG
	spin_lock(&d->b);
#else
	spin_lock_irqsave(&d->b, flags);
#endif
	list_for_each_entry(d, &d->list, list) {
		switch (d->n) {
		case 1 ... 3:
			goto out;
		default:
			break;
		}
	}
	pr_info("text \\" %s\\n" "more", s);
out:
	spin_unlock(&d->b);
	return d->n > 0 ? 0 : -1;
}

int dev_open(struct inode *inode, struct file *file)
{
	struct dev *d = container_of(inode->i_cdev, struct dev, list);
	guard(mutex)(&global);
	TAKE(d);
	if (mutex_trylock(&d->a) && helper(d, GFP_KERNEL))
		mutex_unlock(&d->a);
	mutex_unlock(&d->a);
	return 0;
}
`;

/** What breaks parsers: brackets, quotes, directives and comments in the wrong place. */
const DEBRIS: readonly string[] = [
  ...'{}()[];"\'#?:@,=\r\t\0é'.split(''),
  ...'/* */ // ## ... => -> 0x 1e+ ,, typedef struct do else'.split(' '),
  '\\\n',
  '#if 0\n',
  '#else\n',
  '#endif\n',
  '#define X(',
  '\u{1f512}',
  '\ud800',
  'mutex_lock(&d->a);',
  'mutex_unlock(',
];

const mutation = fc.oneof(
  fc.record({ at: fc.nat(DRIVER.length), cut: fc.nat(40), by: fc.constantFrom('', ...DEBRIS) }),
  fc.record({
    at: fc.nat(DRIVER.length),
    cut: fc.constant(0),
    by: fc.string({ unit: 'binary', maxLength: 8 }),
  }),
);

const mutated = fc
  .array(mutation, { maxLength: 6 })
  .map((mutations) =>
    mutations.reduce((text, { at, cut, by }) => text.slice(0, at) + by + text.slice(at + cut), DRIVER),
  );

const unpacked = ({ outline, skeletons, macroSkeletons }: FileSummary): FileSummary => ({
  outline,
  skeletons: new Map(skeletons),
  macroSkeletons: new Map(macroSkeletons),
});

describe('the pipeline on anything', function () {
  this.timeout(patience());
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  /** What holds of every text, whatever stands in it (docs/architecture.md). */
  const holds = (text: string): void => {
    const { models } = compiler;
    const { summary } = compiler.compile(text);
    const bytes = encodeSummary(summary);
    assert.deepStrictEqual(unpacked(decodeSummary(bytes)), unpacked(summary));
    assert.deepStrictEqual(encodeSummary(compiler.compile(text).summary), bytes);
    const { outline, skeletons } = summary;
    for (const [index, item] of outline.functions.entries()) {
      const shadow = sanitisedFunction(text, outline, index, models);
      assert.equal(shadow.text.length, item.end - item.start);
      assert.equal(lineBreaks(shadow.text), lineBreaks(text.slice(item.start, item.end)));
      const skeleton = skeletons.get(index);
      if (!skeleton) continue;
      const lost = skeleton.gaps.filter(({ kind }) => kind === 'arm-dropped' || kind === 'lock-outside-tree');
      const isWhole = !skeleton.gaps.some(({ detail }) => detail === 'nested too deeply');
      if (isWhole) assert.equal(skeleton.lockSites + lost.length, item.lockSites);
    }
  };

  it('keeps its invariants on mangled kernel code', () => {
    fc.assert(fc.property(mutated, holds), { numRuns: runs(100) });
  });

  for (const [what, text] of [
    ['an operator was cut in two', 'int f(void)\n{\n\tst#endif\n = g(i);\n\tmutex_lock(&a);\n}\n'],
    [
      'no letter stands before a macro',
      '#define TAKE(d)\u2c00\u{34d09} do { mutex_lock(&(d)->a); } while (0)\n',
    ],
  ] as const) {
    it(`keeps its invariants where ${what}`, () => holds(text));
  }

  it('keeps its invariants on a file cut off anywhere', () => {
    for (let length = 0; length <= DRIVER.length; length += 13) holds(DRIVER.slice(0, length));
  });

  for (const [what, text] of [
    ['braces', `void f(struct dev *d) { mutex_lock(&d->a); ${'{'.repeat(20_000)}${'}'.repeat(20_000)} }`],
    ['parentheses', `void f(struct dev *d) { mutex_lock(${'('.repeat(20_000)}d${')'.repeat(20_000)}); }`],
    ['brackets', `void f(int *d) { mutex_lock(&x${'[d'.repeat(10_000)}${']'.repeat(10_000)}); }`],
    ['conditionals', `${'#if A\n'.repeat(5000)}void f(void) { mutex_lock(&a); }\n${'#endif\n'.repeat(5000)}`],
    [
      'else branches',
      `void f(struct dev *d) { mutex_lock(&d->a); ${'if (d) d->n++; else '.repeat(5000)} ; }`,
    ],
    ['records', `${'struct a { '.repeat(5000)} int x; ${'} b;'.repeat(5000)}`],
    ['operators', `void f(struct dev *d) { if (${'!'.repeat(20_000)}d) mutex_lock(&d->a); }`],
  ] as const) {
    it(`survives ${what} nested thousands deep`, () => {
      const { summary } = compiler.compile(text);
      assert.deepStrictEqual(encodeSummary(decodeSummary(encodeSummary(summary))), encodeSummary(summary));
    });
  }

  for (const [what, text] of [
    ['a comment', `/*${'x'.repeat(1 << 20)}*/`],
    ['a string', `char *s = "${'x'.repeat(1 << 20)}";`],
    ['a list', `int x[] = { ${'1, '.repeat(1 << 18)} };`],
    ['a macro', `#define X ${'(1) + '.repeat(1 << 17)} 1`],
    ['a word', `void ${'x'.repeat(1 << 20)}(void) { mutex_lock(&a); }`],
    ['statements', `void f(struct dev *d) { ${'mutex_lock(&d->a); mutex_unlock(&d->a); '.repeat(1 << 12)} }`],
  ] as const) {
    it(`survives a megabyte of ${what} in one line`, () => {
      const { summary } = compiler.compile(text);
      assert.equal(summary.outline.lines, 1);
    });
  }

  it('gives the same bytes with any number of workers, for files of any kind', () =>
    fc.assert(
      fc.asyncProperty(fc.array(mutated, { minLength: 3, maxLength: 6 }), (texts) =>
        within(Object.fromEntries(texts.map((text, index) => [`f${index}.c`, text])), async ({ path }) => {
          const [one, two] = [await results(path, 1), await results(path, 2)];
          assert.equal(two, one);
        }),
      ),
      { numRuns: runs(1) },
    ));
});

async function results(root: string, jobs: number): Promise<string> {
  const project = await Project.open({ root, paths: [root], config: {}, confidence: 'low', jobs });
  try {
    await project.load();
    const { findings, counts } = await project.analyse();
    return JSON.stringify({ findings, counts: counts(), skipped: project.skipped });
  } finally {
    await project.close();
  }
}

function lineBreaks(text: string): number {
  return text.split('\n').length;
}
