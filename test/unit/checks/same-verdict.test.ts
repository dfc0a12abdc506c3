import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { CHECKS } from '../../../analysis/checks/index.js';
import type { Confidence, Finding, RuleId } from '../../../analysis/checks/types.js';
import { Workspace, type Supply } from '../../../analysis/workspace/index.js';
import { Compiler } from '../../../host/compile.js';
import { drive } from '../../../host/drive.js';
import { createNodeParser } from '../../../host/node/parser.js';
import { patience, runs } from '../../support/runs.js';

/** Programs of three files whose functions take locks in any order, call one another, in circles too, and run as handlers. */
const FILES = ['a.c', 'b.c', 'c.c'];
const EACH = 3;
const NAMES = FILES.flatMap((_, file) => Array.from({ length: EACH }, (__, i) => `f${file * EACH + i}`));
const LOCKS = ['one', 'two', 'three', 'four'];
const HEADER = `struct dev { spinlock_t irq; struct work_struct work; struct mutex own; int n; };
${LOCKS.map((name) => `extern struct mutex ${name};\n`).join('')}${NAMES.map((name) => `int ${name}(struct dev *d);\n`).join('')}`;
const STATEMENTS: readonly string[] = [
  ...LOCKS.flatMap((outer) =>
    LOCKS.map(
      (inner) =>
        `mutex_lock(&${outer}); mutex_lock(&${inner}); mutex_unlock(&${inner}); mutex_unlock(&${outer});`,
    ),
  ),
  ...LOCKS.flatMap((outer) =>
    NAMES.map((name) => `mutex_lock(&${outer}); ${name}(d); mutex_unlock(&${outer});`),
  ),
  ...NAMES.map((name) => `${name}(d);`),
  ...NAMES.map((name) => `if (d->n) ${name}(d);`),
  ...NAMES.map((name) => `spin_lock(&d->irq); ${name}(d); spin_unlock(&d->irq);`),
  'spin_lock(&d->irq); spin_unlock(&d->irq);',
  'spin_lock_irqsave(&d->irq, flags); d->n++; spin_unlock_irqrestore(&d->irq, flags);',
  'mutex_lock(&d->own); cancel_work_sync(&d->work); mutex_unlock(&d->own);',
  'spin_lock(&d->irq); cancel_work_sync(&d->work); spin_unlock(&d->irq);',
  'mutex_lock(&d->own); if (d->n) return 1; mutex_unlock(&d->own);',
  'mutex_unlock(&d->own);',
  'msleep(1);',
  'lockdep_assert_held(&one);',
];

const texts: fc.Arbitrary<ReadonlyMap<string, string>> = fc
  .array(fc.array(fc.constantFrom(...STATEMENTS), { maxLength: 4 }), {
    minLength: NAMES.length,
    maxLength: NAMES.length,
  })
  .map((bodies) => {
    const file = (at: number): string => {
      const functions = NAMES.slice(at * EACH, (at + 1) * EACH).map(
        (name, i) => `int ${name}(struct dev *d)
{
	unsigned long flags;
${(bodies[at * EACH + i] ?? []).map((line) => `\t${line}\n`).join('')}	return 0;
}
`,
      );
      const made = at === 0 ? LOCKS.map((name) => `DEFINE_MUTEX(${name});\n`).join('') : '';
      const handler = `static void work${at}(struct work_struct *w) { ${NAMES[at * EACH]}(container_of(w, struct dev, work)); }
void init${at}(struct dev *d) { INIT_WORK(&d->work, work${at}); }
`;
      return `#include "dev.h"\n${made}${functions.join('')}${handler}`;
    };
    return new Map([['dev.h', HEADER], ...FILES.map((name, at) => [name, file(at)] as const)]);
  });

/** f6() calls without the lock what asserts it, and is told of; f1() in another file calls f6(). */
const toldFurtherDown: ReadonlyMap<string, string> = new Map([
  ['dev.h', HEADER],
  [
    'a.c',
    `#include "dev.h"
DEFINE_MUTEX(one);
int f1(struct dev *d) { f6(d); mutex_lock(&one); d->n++; mutex_unlock(&one); return 0; }
`,
  ],
  [
    'b.c',
    `#include "dev.h"
int f5(struct dev *d) { lockdep_assert_held(&one); return 0; }
int f4(struct dev *d) { mutex_lock(&one); f5(d); mutex_unlock(&one); return 0; }
`,
  ],
  [
    'c.c',
    `#include "dev.h"
int f6(struct dev *d) { if (d->n) f5(d); return 0; }
static void work2(struct work_struct *w) { f6(container_of(w, struct dev, work)); }
void init2(struct dev *d) { INIT_WORK(&d->work, work2); }
`,
  ],
]);

/** Three locks in a circle over four calls, all in one folder: a way that is long, and still shown at high. */
const longWithinFolder: ReadonlyMap<string, string> = new Map([
  ['dev.h', HEADER],
  [
    'a.c',
    `#include "dev.h"
DEFINE_MUTEX(one);
DEFINE_MUTEX(three);
int f0(struct dev *d) { mutex_lock(&three); f3(d); mutex_unlock(&three); return 0; }
`,
  ],
  [
    'b.c',
    `#include "dev.h"
int f3(struct dev *d) { if (d->n) f5(d); return 0; }
int f4(struct dev *d) { mutex_lock(&d->own); f7(d); mutex_unlock(&d->own); mutex_lock(&one); f6(d); mutex_unlock(&one); return 0; }
int f5(struct dev *d) { mutex_lock(&d->own); d->n++; mutex_unlock(&d->own); return 0; }
`,
  ],
  [
    'c.c',
    `#include "dev.h"
int f6(struct dev *d) { mutex_lock(&three); d->n++; mutex_unlock(&three); return 0; }
int f7(struct dev *d) { f8(d); return 0; }
int f8(struct dev *d) { mutex_lock(&one); d->n++; mutex_unlock(&one); return 0; }
`,
  ],
]);

interface Asked {
  readonly confidence?: Confidence;
  readonly rules?: readonly RuleId[];
  readonly focus?: ReadonlySet<string>;
}

describe('a finding', function () {
  this.timeout(patience());
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  async function find(sources: ReadonlyMap<string, string>, asked: Asked = {}): Promise<readonly Finding[]> {
    const { confidence = 'low', rules, focus } = asked;
    const options = { report: [], confidence, ...(rules && { rules }) };
    const workspace = new Workspace(compiler.models, options);
    workspace.apply([...sources].map(([file, text]) => ({ file, ...compiler.compile(text) })));
    const supply = (demands: Parameters<Parameters<typeof drive>[1]['supply']>[0]): Promise<Supply[]> =>
      Promise.resolve(
        demands.map((demand) => ({
          demand,
          skeleton: compiler.skeletons(sources.get(demand.file) ?? '', [demand])[0],
        })),
      );
    return (await drive(workspace, { supply }, focus && { focus })).findings;
  }

  it('does not depend on which other rules run', async () => {
    const ids = CHECKS.map(({ id }) => id);
    await fc.assert(
      fc.asyncProperty(texts, fc.subarray(ids, { minLength: 1 }), async (sources, rules) => {
        const all = await find(sources);
        const some = await find(sources, { rules });
        assert.deepEqual(some.map(show), all.filter(({ rule }) => rules.includes(rule)).map(show));
      }),
      { numRuns: runs(40) },
    );
  });

  it('does not depend on which files are in focus', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.subarray(FILES, { minLength: 1, maxLength: 2 }), async (sources, files) => {
        const all = (await find(sources)).map(show);
        const some = await find(sources, { focus: new Set(files) });
        assert.deepEqual(
          some.map(show).filter((line) => !all.includes(line)),
          [],
        );
      }),
      { numRuns: runs(40), examples: [[toldFurtherDown, ['a.c']]] },
    );
  });

  it('does not depend on the confidence shown', async () => {
    const levels = ['high', 'medium'] as const;
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom(...levels), async (sources, confidence) => {
        const shown = confidence === 'high' ? ['high'] : levels;
        const all = (await find(sources)).filter((finding) =>
          shown.some((one) => one === finding.confidence),
        );
        assert.deepEqual((await find(sources, { confidence })).map(show), all.map(show));
      }),
      { numRuns: runs(40), examples: [[longWithinFolder, 'high']] },
    );
  });
});

/** What a reader is told of it. */
function show({ id, rule, at, confidence, message, assumes, witnesses }: Finding): string {
  const doubts = assumes.map(({ text }) => text).sort();
  return [at.file, at.line, rule, confidence, message, id, ...doubts, ...witnesses].join(' | ');
}
