import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { Parser } from '../../../analysis/syntax/types.js';
import { runToEnd, Workspace } from '../../../analysis/workspace/index.js';
import { printStage } from '../../../analysis/workspace/print.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';

describe('supplies', () => {
  let compiler: Compiler;
  let parser: Parser;

  before(async () => {
    parser = await createNodeParser();
    compiler = new Compiler([], parser);
  });

  it('give the same result in any order', () => {
    // Both helpers lock for their callers, call each other, and are asked for together.
    const texts = new Map([
      [
        'circle.h',
        'struct dev { struct mutex a; struct mutex b; };\nvoid ping(struct dev *d, int n);\nvoid pong(struct dev *d, int n);\nvoid take_a(struct dev *d);\nvoid take_b(struct dev *d);\n',
      ],
      [
        'locks.c',
        '#include "circle.h"\nvoid take_a(struct dev *d)\n{\n\tmutex_lock(&d->a);\n}\nvoid take_b(struct dev *d)\n{\n\tmutex_lock(&d->b);\n}\n',
      ],
      ['ping.c', '#include "circle.h"\nvoid ping(struct dev *d, int n)\n{\n\tpong(d, n);\n\ttake_a(d);\n}\n'],
      ['pong.c', '#include "circle.h"\nvoid pong(struct dev *d, int n)\n{\n\tping(d, n);\n\ttake_b(d);\n}\n'],
    ]);
    const printed = [false, true].map((isReversed) => {
      const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
      workspace.apply([...texts].map(([file, text]) => ({ file, ...compiler.compile(text) })));
      let most = 0;
      while (!runToEnd(workspace.update())) {
        const supplies = workspace.demands().map((demand) => ({
          demand,
          skeleton: compiler.skeletons(texts.get(demand.file) ?? '', [demand])[0],
        }));
        most = Math.max(most, supplies.length);
        workspace.supply(isReversed ? supplies.reverse() : supplies);
      }
      assert.ok(most > 1, 'several are asked for at once');
      const snapshot = workspace.snapshot();
      assert.ok(snapshot);
      return [...texts].map(([file, text]) =>
        printStage('effects', { file, text, snapshot, models: compiler.models, parser }),
      );
    });
    assert.deepEqual(printed[1], printed[0]);
  });

  it('are accepted for demands made when a run is complete', () => {
    const text = 'int idle(int n)\n{\n\treturn n;\n}\n';
    const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    workspace.apply([{ file: 'idle.c', ...compiler.compile(text) }]);
    assert.ok(runToEnd(workspace.update()));
    const { program } = workspace;
    const fn = program.functionAt('idle.c', 0);
    assert.ok(fn !== undefined && !program.hasSkeleton(fn));
    program.demand(fn, 'path');
    assert.equal(runToEnd(workspace.update()), undefined);
    const demands = workspace.demands();
    assert.deepEqual(
      demands.map(({ file }) => file),
      ['idle.c'],
    );
    workspace.supply(demands.map((demand) => ({ demand, skeleton: compiler.skeletons(text, [demand])[0] })));
    assert.ok(runToEnd(workspace.update()));
    assert.ok(program.hasSkeleton(fn));
  });
});
