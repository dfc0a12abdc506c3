import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { before, describe, it } from 'mocha';
import type { Analysis } from '../../../analysis/checks/engine/engine.js';
import { runToEnd, Workspace } from '../../../analysis/workspace/index.js';
import { Trial } from '../../../analysis/workspace/trial.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';
import { patience, runs } from '../../support/runs.js';

/** Static functions that come and go between two functions that stay, in two sources that see one header. */
const NAMES = ['helper', 'other', 'third'];
const HEADER = `struct ops { int (*op)(struct dev *d); };
struct dev { struct mutex a; struct mutex b; spinlock_t s; int n; const struct ops *ops; struct work_struct work; };
int first(struct dev *d);
int last(struct dev *d);
`;
const STATEMENTS = [
  'mutex_lock(&d->a);',
  'mutex_unlock(&d->a);',
  'mutex_lock(&d->b);',
  'mutex_unlock(&d->b);',
  'spin_lock(&d->s);',
  'spin_unlock(&d->s);',
  'msleep(1);',
  'if (d->n)',
  'd->ops->op(d);',
  'cancel_work_sync(&d->work);',
  'INIT_WORK(&d->work, handler);',
  ...NAMES.map((name) => `${name}(d);`),
  'first(d);',
  'last(d);',
];

type Body = readonly string[];

interface Content {
  readonly helpers: readonly { readonly name: string; readonly body: Body }[];
  readonly isDeclared: boolean;
  readonly first: Body;
  readonly last: Body;
  readonly stored: string;
}

const body = fc.array(fc.constantFrom(...STATEMENTS), { maxLength: 6 });
const helpers = fc.uniqueArray(fc.record({ name: fc.constantFrom(...NAMES), body }), {
  selector: ({ name }) => name,
});
const content: fc.Arbitrary<Content> = fc.record({
  helpers,
  isDeclared: fc.boolean(),
  first: body,
  last: body,
  stored: fc.constantFrom('first', ...NAMES),
});

function textOf({ helpers: own, isDeclared, first, last, stored }: Content, at: number): string {
  const fn = (head: string, lines: Body): string =>
    `${head}\n{\n${lines.map((line) => `\t${line}\n`).join('')}\td->n++;\n\treturn 0;\n}\n`;
  const [begin, end] = at === 0 ? ['first', 'begin'] : ['end', 'last'];
  return [
    '#include "dev.h"\n',
    ...(isDeclared ? own.map(({ name }) => `static int ${name}(struct dev *d);\n`) : []),
    'static void handler(struct work_struct *w) { first(container_of(w, struct dev, work)); }\n',
    fn(`int ${begin}(struct dev *d)`, first),
    ...own.map(({ name, body: lines }) => fn(`static int ${name}(struct dev *d)`, lines)),
    fn(`int ${end}(struct dev *d)`, last),
    `static const struct ops ops = { .op = ${stored} };\n`,
  ].join('');
}

describe('static functions that come and go', function () {
  this.timeout(patience());
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  function settle(workspace: Workspace, texts: ReadonlyMap<string, string>): Analysis {
    for (;;) {
      const analysis = runToEnd(workspace.update());
      if (analysis) return analysis;
      workspace.supply(
        workspace.demands().map((demand) => ({
          demand,
          skeleton: compiler.skeletons(texts.get(demand.file) ?? '', [demand])[0],
        })),
      );
    }
  }

  function started(texts: ReadonlyMap<string, string>): Workspace {
    const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    for (const [file, text] of texts) apply(workspace, file, text);
    return workspace;
  }

  function apply(workspace: Workspace, file: string, text: string): void {
    workspace.apply([{ file, summary: compiler.compile(text).summary }]);
  }

  /** Supplies all bodies, also those that nobody asks for: which these are depends on what was asked before. */
  function supplyAll(workspace: Workspace, texts: ReadonlyMap<string, string>): void {
    const { program } = workspace;
    const open = [...program.functions()].filter((fn) => fn.item !== undefined && !program.hasSkeleton(fn));
    workspace.supply(
      open.map(({ file, index, item }) => {
        const demand = {
          file,
          index,
          isMacro: false,
          functionHash: item?.hash ?? '',
          why: 'wrapper',
        } as const;
        return { demand, skeleton: compiler.skeletons(texts.get(file) ?? '', [demand])[0] };
      }),
    );
  }

  const textsOf = (files: readonly Content[]): Map<string, string> =>
    new Map([['dev.h', HEADER], ...files.map((own, at) => [`${at}.c`, textOf(own, at)] as const)]);

  const told = ({ findings, gaps }: Analysis): unknown => ({
    findings,
    gaps: gaps.map((gap) => JSON.stringify(gap)).sort(),
  });

  it('leave the result that a fresh start gives', () => {
    const edits = fc.array(fc.tuple(fc.nat(1), content), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.tuple(content, content), edits, (first, steps) => {
        const files = [...first];
        const workspace = started(textsOf(files));
        const complete = (one: Workspace): Analysis => {
          supplyAll(one, textsOf(files));
          return settle(one, textsOf(files));
        };
        complete(workspace);
        for (const [at, own] of steps) {
          files[at] = own;
          apply(workspace, `${at}.c`, textOf(own, at));
          assert.deepEqual(told(complete(workspace)), told(complete(started(textsOf(files)))));
        }
      }),
      { numRuns: runs(60) },
    );
  });

  it('can be tried out as if the program had started with them', () => {
    const tries = fc.array(fc.tuple(fc.nat(1), content), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.tuple(content, content), tries, (files, steps) => {
        const texts = textsOf(files);
        const workspace = started(texts);
        supplyAll(workspace, texts);
        settle(workspace, texts);
        const source = { compiler, textOf: (file: string) => texts.get(file) };
        const trial = new Trial(workspace.program, compiler.models, undefined, source, undefined, workspace);
        for (const [at, own] of steps) {
          const tried = new Map([[`${at}.c`, textOf(own, at)]]);
          const cold = new Trial(workspace.program, compiler.models, undefined, source);
          const [found, expected] = [trial, cold].map((one) => runToEnd(one.reanalyse(tried))?.analysis);
          assert.deepEqual(found?.findings, expected?.findings);
        }
      }),
      { numRuns: runs(40) },
    );
  });
});
