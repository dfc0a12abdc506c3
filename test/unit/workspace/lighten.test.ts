import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Finding } from '../../../analysis/checks/types.js';
import { decodeSummary, encodeSummary } from '../../../analysis/skeleton/codec/codec.js';
import { keepDecoded } from '../../../analysis/skeleton/codec/decoded.js';
import { runToEnd, Workspace } from '../../../analysis/workspace/index.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';

/** Two locks taken in both orders, three calls deep: what is found must be replayed through all of them. */
const TEXT = `struct dev {
	struct mutex state;
	struct mutex queue;
	int users;
};

static void enter(struct dev *dev)
{
	mutex_lock(&dev->queue);
	dev->users++;
	mutex_unlock(&dev->queue);
}

static void flush(struct dev *dev)
{
	if (dev->users)
		enter(dev);
}

int open(struct dev *dev)
{
	mutex_lock(&dev->state);
	flush(dev);
	mutex_unlock(&dev->state);
	return 0;
}

int push(struct dev *dev)
{
	mutex_lock(&dev->queue);
	mutex_lock(&dev->state);
	dev->users--;
	mutex_unlock(&dev->state);
	mutex_unlock(&dev->queue);
	return 0;
}
`;

describe('a workspace short of memory', () => {
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  after(() => keepDecoded(1));

  /** Its findings when all is known that is asked for; `onStep` comes between the steps of each run. */
  function found(workspace: Workspace, onStep: () => void): readonly Finding[] {
    for (;;) {
      const work = workspace.update();
      let step = work.next();
      for (; step.done !== true; step = work.next()) onStep();
      if (step.value !== undefined) return step.value.findings;
      workspace.supply(
        workspace.demands().map((demand) => ({ demand, skeleton: compiler.skeletons(TEXT, [demand])[0] })),
      );
    }
  }

  function opened(): Workspace {
    const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    const summary = decodeSummary(encodeSummary(compiler.compile(TEXT).summary));
    workspace.apply([{ file: 'dev.c', summary }]);
    return workspace;
  }

  it('gives the same findings when it frees memory between any two steps', () => {
    const expected = found(opened(), () => undefined);
    assert.ok(expected.length > 0);
    const workspace = opened();
    let steps = 0;
    const findings = found(workspace, () => {
      steps++;
      workspace.lighten();
    });
    assert.deepEqual(findings, expected);
    assert.ok(steps > 10);
  });

  it('keeps nothing decoded, and decodes the same again', () => {
    keepDecoded(1);
    const workspace = opened();
    runToEnd(workspace.update());
    const { program } = workspace;
    const fn = program.functionAt('dev.c', 0);
    const skeleton = fn && program.skeleton(fn);
    assert.ok(fn && skeleton);
    assert.equal(program.skeleton(fn), skeleton);
    workspace.lighten();
    assert.notEqual(program.skeleton(fn), skeleton);
    assert.deepEqual(program.skeleton(fn), skeleton);
  });
});
