import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { atLeast } from '../../../analysis/base/confidence.js';
import { GAP_KINDS } from '../../../analysis/base/gap.js';
import type { Finding } from '../../../analysis/checks/types.js';
import { graphOutput, graphSchema, renderGraphJson, selectPart } from '../../../analysis/report/graph.js';
import { renderGcc } from '../../../analysis/report/formats/gcc.js';
import { renderGithub } from '../../../analysis/report/formats/github.js';
import { renderJson } from '../../../analysis/report/formats/json.js';
import { renderSarif } from '../../../analysis/report/formats/sarif.js';
import { scanSchema } from '../../../analysis/report/formats/schema.js';
import { renderText } from '../../../analysis/report/formats/text.js';
import { Fixer } from '../../../analysis/workspace/fixes.js';
import { runToEnd, Workspace, type Snapshot } from '../../../analysis/workspace/index.js';
import { Trial } from '../../../analysis/workspace/trial.js';
import type { Parser } from '../../../analysis/syntax/types.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';
import {
  content,
  FILES,
  fileText,
  FUNCTIONS_EACH,
  HEADER,
  program,
  type Content,
  type Texts,
} from '../../support/random-programs.js';
import { patience, runs } from '../../support/runs.js';

/** A function that lacks its last brace, and releases a lock twice that it has failed to take: one mistake, told once. */
const twiceInAnOpenBlock: Texts = new Map([
  [
    'one/a.c',
    `#include <linux/mutex.h>
struct dev { struct mutex b; };
int f6(struct dev *d)
{
	if (mutex_trylock(&d->b)) {
	} else {
	mutex_unlock(&d->b);
	mutex_unlock(&d->b);
out:
	return 1;
}

int f7(struct dev *d)
{
	return 1;
}
`,
  ],
]);

describe('any program', function () {
  this.timeout(patience());
  let compiler: Compiler;
  let parser: Parser;

  before(async () => {
    parser = await createNodeParser();
    compiler = new Compiler([], parser);
  });

  function create(): Workspace {
    return new Workspace(compiler.models, { report: [], confidence: 'low' });
  }

  function apply(workspace: Workspace, file: string, text: string | undefined): void {
    workspace.apply([{ file, summary: text === undefined ? undefined : compiler.compile(text).summary }]);
  }

  function settle(workspace: Workspace, texts: Texts): Snapshot {
    for (;;) {
      const analysis = runToEnd(workspace.update());
      const snapshot = workspace.snapshot();
      if (analysis && snapshot) return snapshot;
      workspace.supply(
        workspace.demands().map((demand) => ({
          demand,
          skeleton: compiler.skeletons(texts.get(demand.file) ?? '', [demand])[0],
        })),
      );
    }
  }

  function analyse(texts: Texts): Snapshot {
    const workspace = create();
    for (const [file, text] of texts) apply(workspace, file, text);
    return settle(workspace, texts);
  }

  const json = ({ findings }: Snapshot): string => renderJson({ version: '0', findings, skipped: [] });

  it('gives findings with a story, edges with a witness and places within the text, in every output format', () => {
    fc.assert(
      fc.property(program, (texts) => {
        const { findings, analysis } = analyse(texts);
        const lines = new Map([...texts].map(([file, text]) => [file, text.split('\n')]));
        const isPlace = (at: Finding['at'] | Finding['story'][number]): void => {
          const own = lines.get(at.file);
          assert.ok(own && at.line >= 1 && at.column >= 1 && at.endLine <= own.length, JSON.stringify(at));
          assert.ok(at.line < at.endLine || (at.line === at.endLine && at.column < at.endColumn));
          assert.ok(at.endColumn <= (own[at.endLine - 1]?.length ?? 0) + 1, JSON.stringify(at));
        };
        for (const { story, at, witnesses } of findings) {
          assert.ok(story.length > 0 && witnesses.length > 0);
          for (const place of [at, ...story]) isPlace(place);
        }
        assert.equal(new Set(findings.map(({ id }) => id)).size, findings.length);
        for (const { witnesses } of analysis.graph.edges) {
          assert.ok(witnesses.length > 0);
          for (const { holds, chain } of witnesses) assert.ok(holds.length > 0 && chain.length > 0);
        }
        for (const gap of analysis.gaps) assert.ok(gap.kind in GAP_KINDS, gap.kind);
        const report = { version: '0', findings, skipped: [] };
        scanSchema.parse(JSON.parse(renderJson(report)));
        const graph = selectPart(analysis.graph);
        assert.ok(graph);
        graphSchema.parse(JSON.parse(renderGraphJson(graphOutput(graph))));
        JSON.parse(renderSarif(report));
        const source = (file: string, line: number): string | undefined => lines.get(file)?.[line - 1];
        for (const text of [renderText(report, source), renderGithub(findings), renderGcc(findings)])
          assert.ok(!text.includes('undefined'), text);
      }),
      { numRuns: runs(60), examples: [[twiceInAnOpenBlock]] },
    );
  });

  it('gives one finding for each cycle, and none that contains all classes of another with equal confidence', () => {
    fc.assert(
      fc.property(program, (texts) => {
        const cycles = analyse(texts).findings.filter(({ rule }) => rule === 'lock-order-cycle');
        for (const own of cycles) {
          const classes = new Set(own.locks);
          const inside = cycles.filter(
            (other) =>
              other !== own &&
              new Set(other.locks).size < classes.size &&
              other.locks.every((lock) => classes.has(lock)) &&
              atLeast(other.confidence, own.confidence),
          );
          assert.deepEqual(inside, []);
        }
      }),
      { numRuns: runs(40) },
    );
  });

  it('gives the same bytes for any order of files', () => {
    fc.assert(
      fc.property(program, fc.shuffledSubarray([...FILES, 'one/dev.h'], { minLength: 4 }), (texts, order) => {
        const other = analyse(new Map(order.map((file) => [file, texts.get(file) ?? ''])));
        assert.equal(json(other), json(analyse(texts)));
      }),
      { numRuns: runs(40) },
    );
  });

  /** Supplies all bodies, also those that nobody asks for: which these are depends on what was asked before. */
  function supplyAll(workspace: Workspace, texts: Texts): void {
    const { program: linked } = workspace;
    const open = [...linked.functions()].filter((fn) => fn.item !== undefined && !linked.hasSkeleton(fn));
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

  /** A program that was edited, and one with the same texts from the start. */
  function assertSame(edited: Workspace, texts: Texts): void {
    supplyAll(edited, texts);
    const fresh = create();
    for (const [name, own] of texts) apply(fresh, name, own);
    supplyAll(fresh, texts);
    assert.equal(json(settle(edited, texts)), json(settle(fresh, texts)));
  }

  it('gives the same result after edits, deletions and undo as from scratch', () => {
    const edit = fc.tuple(fc.nat(FILES.length - 1), fc.option(content, { nil: undefined }));
    const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(program, edits, (first, steps) => {
        const workspace = create();
        const texts = new Map(first);
        for (const [file, text] of texts) apply(workspace, file, text);
        supplyAll(workspace, texts);
        settle(workspace, texts);
        for (const [index, own] of steps) {
          const file = FILES[index] ?? '';
          const text = own && fileText(index, own);
          if (text === undefined) texts.delete(file);
          else texts.set(file, text);
          apply(workspace, file, text);
          assertSame(workspace, texts);
        }
      }),
      { numRuns: runs(40) },
    );
  });

  it('gives the same result after a change to one function or one function pointer', () => {
    const change = fc.tuple(fc.nat(FILES.length - 1), fc.nat(FUNCTIONS_EACH - 1), content);
    fc.assert(
      fc.property(
        fc.tuple(content, content, content),
        fc.array(change, { minLength: 1, maxLength: 5 }),
        (first, changes) => {
          const files = [...first];
          const texts = new Map([
            ['one/dev.h', HEADER],
            ...files.map((own, file) => [FILES[file] ?? '', fileText(file, own)] as const),
          ]);
          const workspace = create();
          for (const [file, text] of texts) apply(workspace, file, text);
          supplyAll(workspace, texts);
          settle(workspace, texts);
          for (const [file, index, { bodies, table }] of changes) {
            const before = files[file];
            if (before === undefined) continue;
            const own = {
              bodies: before.bodies.map((body, at) => (at === index ? (bodies[at] ?? []) : body)),
              table,
            };
            files[file] = own;
            const [name, text] = [FILES[file] ?? '', fileText(file, own)];
            texts.set(name, text);
            apply(workspace, name, text);
            assertSame(workspace, texts);
          }
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it('gives the same result after a pointer that a recursive function calls through lost a target', () => {
    const bodies = (...own: readonly (readonly string[])[]): Content => ({ bodies: own, table: undefined });
    const recursive = ['if (f0(d)) return 1;', 'spin_lock_irqsave(&d->s, flags);', 'd->hook(d);'];
    const files = [
      bodies(
        ['if (mutex_trylock(&d->b)) {'],
        ['if (d->n) {', ...recursive, 'LOCKED_CALL(d, f4);'],
        ['spin_unlock_irqrestore(&d->s, flags);'],
      ),
      bodies([], ['mutex_lock(&d->a);'], ['d->hook = f0;']),
      bodies(['d->hook = f8;'], [], ['if (f1(d)) return 1;', 'd->hook = f4;', 'if (f2(d)) return 1;']),
    ];
    const texts = new Map([
      ['one/dev.h', HEADER],
      ...files.map((own, file) => [FILES[file] ?? '', fileText(file, own)] as const),
    ]);
    const workspace = create();
    for (const [file, text] of texts) apply(workspace, file, text);
    supplyAll(workspace, texts);
    settle(workspace, texts);
    texts.set('one/b.c', (texts.get('one/b.c') ?? '').replace('d->hook = f0;', ''));
    apply(workspace, 'one/b.c', texts.get('one/b.c'));
    assertSame(workspace, texts);
  });

  it('tries out a text as if the program had started with it, and leaves the program unchanged', () => {
    const change = fc.tuple(fc.boolean(), fc.nat(FILES.length - 1), fc.nat(FUNCTIONS_EACH - 1), content);
    fc.assert(
      fc.property(fc.array(content, { minLength: 3, maxLength: 3 }), fc.array(change), (first, changes) => {
        const files = [...first];
        const texts = new Map([
          ['one/dev.h', HEADER],
          ...files.map((own, file) => [FILES[file] ?? '', fileText(file, own)] as const),
        ]);
        const workspace = create();
        for (const [file, text] of texts) apply(workspace, file, text);
        const { program: linked } = workspace;
        const source = { compiler, textOf: (file: string) => texts.get(file) };
        const trial = new Trial(linked, compiler.models, undefined, source, undefined, workspace);
        for (const [isTried, file, index, { bodies, table }] of changes) {
          const own = {
            bodies: [...(files[file]?.bodies ?? [])],
            table: index === 0 ? table : files[file]?.table,
          };
          own.bodies[index] = bodies[index] ?? [];
          const name = FILES[file] ?? '';
          if (!isTried) {
            files[file] = own;
            texts.set(name, fileText(file, own));
            apply(workspace, name, texts.get(name));
            continue;
          }
          supplyAll(workspace, texts);
          settle(workspace, texts);
          const tried = new Map([[name, fileText(file, own)]]);
          const cold = new Trial(linked, compiler.models, undefined, source);
          const [found, expected] = [trial, cold].map((one) => runToEnd(one.reanalyse(tried))?.analysis);
          for (const part of ['findings', 'gaps'] as const) assert.deepEqual(found?.[part], expected?.[part]);
          for (const fn of linked.functions())
            assert.equal(fn.item, linked.outline(fn.file)?.functions[fn.index]);
        }
        assertSame(workspace, texts);
      }),
      { numRuns: runs(40) },
    );
  });

  it('keeps the ids of findings when lines move and a namesake appears elsewhere', () => {
    const identity = ({ findings }: Snapshot): unknown =>
      findings.map(({ id, rule, witnesses }) => JSON.stringify([id, rule, witnesses])).sort();
    fc.assert(
      fc.property(program, fc.nat(9), (texts, shift) => {
        const moved = new Map(
          [...texts].map(([file, text]) => [
            file,
            text.replaceAll('\nint f', `${'\n'.repeat(shift)}\n/* moved */\nint f`),
          ]),
        );
        assert.deepEqual(identity(analyse(moved)), identity(analyse(texts)));
        const namesake =
          'struct dev { int a; struct mutex z; };\nstatic DEFINE_MUTEX(shared);\nstatic int f0(struct dev *d)\n{\n\tmutex_lock(&d->z);\n\tmutex_unlock(&d->z);\n\treturn 0;\n}\n';
        const more = new Map([...texts, ['tools/own.c', namesake] as const]);
        assert.deepEqual(identity(analyse(more)), identity(analyse(texts)));
      }),
      { numRuns: runs(30) },
    );
  });

  it('offers only verified repairs that change the text at the right place', () => {
    fc.assert(
      fc.property(program, (texts) => {
        const workspace = create();
        for (const [file, text] of texts) apply(workspace, file, text);
        const snapshot = settle(workspace, texts);
        const source = { compiler, parser, textOf: (file: string) => texts.get(file) };
        const fixer = new Fixer(workspace, source, 'all');
        const { findings } = runToEnd(fixer.fixAll(snapshot, () => true));
        for (const { verified, edits } of findings.flatMap(({ fixes }) => fixes)) {
          assert.ok(verified && edits.length > 0);
          for (const { file, range } of edits) {
            const lines = texts.get(file)?.split('\n') ?? [];
            assert.ok(range.startLine >= 1 && range.endLine <= lines.length);
            assert.ok(range.endColumn <= (lines[range.endLine - 1]?.length ?? 0) + 1);
          }
        }
      }),
      { numRuns: runs(15) },
    );
  });
});
