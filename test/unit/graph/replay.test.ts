import assert from 'node:assert/strict';
import { SummaryTable } from '../../../analysis/summaries/solver/table.js';
import type { Site } from '../../../analysis/summaries/state/types.js';
import { Proofs } from '../../../analysis/graph/paths/proofs.js';
import { Replayer } from '../../../analysis/graph/paths/replay.js';
import { createProgram } from '../../../analysis/link/index.js';
import type { FunctionRef } from '../../../analysis/link/types.js';
import { createModels } from '../../../analysis/models/index.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';

const TEXT = `
static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
static void last(void) { mutex_lock(&b); mutex_unlock(&b); }
static void middle(void) { last(); }
void root(void) { mutex_lock(&a); middle(); mutex_unlock(&a); }
`;

describe('replays of call paths with a common prefix', () => {
  it("use a function's skeleton as soon as it is available", async () => {
    const compiler = new Compiler([], await createNodeParser());
    const program = createProgram(createModels([]));
    program.setFile('a.c', compiler.compile(TEXT).summary);
    const table = new SummaryTable(program, program.models);
    table.begin();
    const fn = (name: string): FunctionRef => {
      const found = [...program.functions()].find((one) => one.name === name);
      return found ?? assert.fail(`no function ${name}`);
    };
    const middle = fn('middle');
    const wanted = { isMacro: false, index: middle.index, functionHash: middle.item?.hash ?? '' };
    const [body] = compiler.skeletons(TEXT, [wanted]);
    assert.ok(body);
    const site = (name: string, k: string): Site => {
      const at = fn(name);
      const skeleton = program.skeleton(at) ?? body;
      const event = skeleton.blocks.flatMap(({ events }) => events).find((one) => one.k === k);
      return event ? { fn: at, event: event.id, span: event.at } : assert.fail(`no ${k} in ${name}`);
    };
    const chain = [site('root', 'call'), site('middle', 'call'), site('last', 'acquire')];

    assert.equal(program.hasSkeleton(middle), false);
    assert.deepEqual(new Replayer(table).replay(chain), []);
    program.supplySkeleton('a.c', false, wanted.index, wanted.functionHash, body);
    table.begin();
    const [end] = new Replayer(table).replay(chain);
    assert.deepEqual(
      end?.held.map(({ key }) => key),
      ['a.c:a'],
    );
  });
});

const ASKING = `
static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
static int n;
static void counted(void) { n++; }
static int told(void) { return n; }
void plain(void) { mutex_lock(&a); counted(); mutex_lock(&b); }
void asking(void) { mutex_lock(&a); if (told()) return; mutex_lock(&b); }
`;

describe('memoized replays', () => {
  it("stay valid when a callee's new skeleton changes nothing relevant, but not when it changes the result", async () => {
    const compiler = new Compiler([], await createNodeParser());
    const program = createProgram(createModels([]));
    program.setFile('a.c', compiler.compile(ASKING).summary);
    const table = new SummaryTable(program, program.models);
    const fn = (name: string): FunctionRef =>
      [...program.functions()].find((one) => one.name === name) ?? assert.fail(`no function ${name}`);
    const chain = (name: string): readonly Site[] => {
      const at = fn(name);
      const events = program.skeleton(at)?.blocks.flatMap((block) => block.events) ?? [];
      const event = events.filter((one) => one.k === 'acquire').at(-1) ?? assert.fail(`no lock in ${name}`);
      return [{ fn: at, event: event.id, span: event.at }];
    };
    const supply = (name: string): void => {
      const { index, item } = fn(name);
      const wanted = { isMacro: false, index, functionHash: item?.hash ?? '' };
      const [body] = compiler.skeletons(ASKING, [wanted]);
      assert.ok(body);
      program.supplySkeleton('a.c', false, index, wanted.functionHash, body);
    };
    const proofs = new Proofs(table);
    table.begin();
    const before = proofs.begin();
    const [plain, asking] = [before.replay(chain('plain')), before.replay(chain('asking'))];
    assert.deepEqual([plain.length, asking.length], [1, 1]);
    supply('counted');
    supply('told');
    table.begin();
    const after = proofs.begin();
    assert.equal(after.replay(chain('plain')), plain);
    assert.notEqual(after.replay(chain('asking')), asking);
  });
});
