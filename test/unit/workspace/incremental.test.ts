import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { runToEnd, Workspace } from '../../../analysis/workspace/index.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';

const HEADER = `struct dev {
	struct mutex state;
	struct mutex queue;
};
void flush(struct dev *dev);
void kick(struct dev *dev);
`;

const DEVICE = `#include "dev.h"

void kick(struct dev *dev)
{
	mutex_lock(&dev->state);
	mutex_unlock(&dev->state);
}

void open(struct dev *dev)
{
	mutex_lock(&dev->state);
	flush(dev);
	mutex_unlock(&dev->state);
}
`;

const QUEUE = `#include "dev.h"

void flush(struct dev *dev)
{
	mutex_lock(&dev->queue);
	mutex_unlock(&dev->queue);
}

void push(struct dev *dev)
{
	mutex_lock(&dev->queue);
	kick(dev);
	mutex_unlock(&dev->queue);
}
`;

describe('a workspace that changes', () => {
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  /** Applies texts one after the other, each followed by a run, and compares with all of them at once. */
  function check(steps: readonly (readonly [file: string, text: string | undefined])[]): void {
    const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    const texts = new Map<string, string>();
    for (const [file, text] of steps) {
      if (text === undefined) texts.delete(file);
      else texts.set(file, text);
      workspace.apply([{ file, summary: text === undefined ? undefined : compiler.compile(text).summary }]);
      const fresh = new Workspace(compiler.models, { report: [], confidence: 'low' });
      fresh.apply(
        [...texts].map(([name, each]) => ({ file: name, summary: compiler.compile(each).summary })),
      );
      assert.deepEqual(findings(workspace, texts), findings(fresh, texts), `after ${file}`);
    }
  }

  function findings(workspace: Workspace, texts: ReadonlyMap<string, string>): unknown {
    for (;;) {
      const analysis = runToEnd(workspace.update());
      if (analysis) return workspace.snapshot()?.findings;
      workspace.supply(
        workspace.demands().map((demand) => ({
          demand,
          skeleton: compiler.skeletons(texts.get(demand.file) ?? '', [demand])[0],
        })),
      );
    }
  }

  it('finds the same whatever the order in which files come', () => {
    check([
      ['device.c', DEVICE],
      ['queue.c', QUEUE],
      ['dev.h', HEADER],
    ]);
  });

  it('finds the same when a file comes again as it was', () => {
    check([
      ['dev.h', HEADER],
      ['device.c', DEVICE],
      ['queue.c', QUEUE],
      ['queue.c', QUEUE],
      ['device.c', DEVICE],
      ['dev.h', HEADER],
    ]);
  });

  it('finds the same after edits of bodies, types and signatures, and after a file is gone', () => {
    check([
      ['dev.h', HEADER],
      ['device.c', DEVICE],
      ['queue.c', QUEUE],
      ['queue.c', QUEUE.replace('\tkick(dev);\n', '')],
      ['queue.c', QUEUE],
      ['dev.h', HEADER.replace('struct mutex queue', 'spinlock_t queue')],
      ['dev.h', HEADER.replaceAll('queue', 'other')],
      ['dev.h', HEADER],
      ['device.c', DEVICE.replaceAll('dev', 'device')],
      ['device.c', undefined],
      ['device.c', `\n\n${DEVICE}`],
    ]);
  });
});
