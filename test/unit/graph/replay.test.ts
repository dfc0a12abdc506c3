import assert from 'node:assert/strict';
import { EffectsTable } from '../../../analysis/effects/table.js';
import type { Site } from '../../../analysis/effects/types.js';
import { Replayer } from '../../../analysis/graph/replay.js';
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

describe('replays of chains that begin alike', () => {
  it('see the body of a function on the way as soon as it is there', async () => {
    const compiler = new Compiler([], await createNodeParser());
    const program = createProgram(createModels([]));
    program.setFile('a.c', compiler.compile(TEXT).summary);
    const table = new EffectsTable(program, program.models);
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
