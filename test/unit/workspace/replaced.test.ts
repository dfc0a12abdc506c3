import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { before, describe, it } from 'mocha';
import { runToEnd, Workspace } from '../../../analysis/workspace/index.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';
import { decodeSummary, encodeSummary } from '../../../analysis/skeleton/codec/codec.js';
import type { FileSummary } from '../../../analysis/skeleton/types.js';
import { collect } from '../../support/memory.js';

const HEADER = `struct dev {
	struct mutex state;
	struct mutex queue;
	int users;
};
void flush(struct dev *dev);
static inline void enter(struct dev *dev)
{
	mutex_lock(&dev->state);
}
`;

const QUEUE = `#include "dev.h"

void flush(struct dev *dev)
{
	mutex_lock(&dev->queue);
	dev->users++;
	mutex_unlock(&dev->queue);
}
`;

const DEVICE = `#include "dev.h"

static void leave(struct dev *dev)
{
	mutex_unlock(&dev->state);
}

int open(struct dev *dev)
{
	enter(dev);
	flush(dev);
	leave(dev);
	return 0;
}

int push(struct dev *dev)
{
	mutex_lock(&dev->queue);
	enter(dev);
	if (dev->users)
		msleep(10);
	leave(dev);
	mutex_unlock(&dev->queue);
	return 0;
}
`;

/** Enough constants that the outline keeps them in their compact form. */
const CONSTANTS = Array.from({ length: 60 }, (_, i) => `#define DEVICE_REGISTER_${i} (0x${i} + BASE)\n`).join(
  '',
);

const PAIRS = 12;
/** The version before the last may be known to what was kept from one run to the next. */
const MOST_KEPT = 7;

/** Edits that change one body, all lines below them, what the file declares, and what others see. */
const EDITS: Readonly<Record<string, (text: string) => string>> = {
  'a body': (text) => text.replace('\treturn 0;', '\tmutex_lock(&dev->queue);\n\treturn 0;'),
  lines: (text) => text.replace('\n\n', '\n\n\n\n'),
  'a function': (text) => `${text}\nint another(struct dev *dev)\n{\n\tenter(dev);\n\treturn 0;\n}\n`,
  'a macro': (text) => text.replace('\n\n', '\n\n#define again(dev) mutex_lock(&(dev)->queue)\n'),
};

describe('data that an edit replaces', () => {
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  for (const [what, edit] of Object.entries(EDITS)) {
    it(`is not kept: ${what}`, async () => {
      const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
      const texts = new Map([
        ['dev.h', HEADER],
        ['queue.c', QUEUE],
      ]);
      const seen: (readonly [kind: string, ref: WeakRef<object>])[] = [];

      const set = (file: string, text: string): void => {
        texts.set(file, text);
        const summary = decodeSummary(encodeSummary(compiler.compile(text).summary));
        workspace.apply([{ file, summary }]);
      };
      const run = (): void => {
        while (!runToEnd(workspace.update())) {
          workspace.supply(
            workspace.demands().map((demand) => ({
              demand,
              skeleton: compiler.skeletons(texts.get(demand.file) ?? '', [demand])[0],
            })),
          );
        }
      };
      const parts = (): readonly (readonly [kind: string, part: object])[] => {
        const { program } = workspace;
        const analysis = workspace.snapshot()?.analysis;
        const outline = program.outline('device.c');
        assert.ok(analysis && outline);
        const skeletons = [...outline.functions.keys()].flatMap((index) => {
          const fn = program.functionAt('device.c', index);
          return (fn && program.skeleton(fn)) ?? [];
        });
        return [
          ['outline', outline],
          ['macros', outline.macros],
          ['analysis', analysis],
          ['graph', analysis.graph],
          ...skeletons.map((skeleton) => ['skeleton', skeleton] as const),
        ];
      };

      for (const [file, text] of texts) set(file, text);
      const text = `${CONSTANTS}${DEVICE}`;
      assert.notEqual(edit(text), text);
      for (let pair = 0; pair < PAIRS; pair += 1) {
        for (const version of [edit(text), text]) {
          set('device.c', version);
          run();
          for (const [kind, part] of parts()) seen.push([kind, new WeakRef(part)]);
          // What a weak reference was made of stays until the turn ends.
          await turn();
        }
      }
      collect();
      await turn();
      const inUse = new Set(parts().map(([, part]) => part));
      const kept = seen.filter(([, ref]) => {
        const part = ref.deref();
        return part !== undefined && !inUse.has(part);
      });
      assert.ok(seen.length > PAIRS * 10);
      assert.ok(kept.length <= MOST_KEPT, kept.map(([kind]) => kind).join());
    });
  }
});

describe('a deleted file', () => {
  it('leaves nothing in a program that is not run again', async () => {
    const compiler = new Compiler([], await createNodeParser());
    const compiled = (text: string): FileSummary =>
      decodeSummary(encodeSummary(compiler.compile(text).summary));
    const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    const files = { 'dev.h': HEADER, 'queue.c': QUEUE, 'device.c': DEVICE };
    for (const [file, text] of Object.entries(files)) workspace.apply([{ file, summary: compiled(text) }]);
    while (!runToEnd(workspace.update())) {
      workspace.supply(workspace.demands().map((demand) => ({ demand, skeleton: undefined })));
    }
    const gone: WeakRef<FileSummary>[] = [];
    for (let time = 0; time < PAIRS; time += 1) {
      for (const [file, text] of Object.entries(files)) {
        const summary = compiled(text);
        gone.push(new WeakRef(summary));
        workspace.apply([{ file, summary }]);
        workspace.apply([{ file, summary: undefined }]);
      }
      // What a weak reference was made of stays until the turn ends.
      await turn();
    }
    collect();
    const kept = gone.filter((ref) => ref.deref() !== undefined);
    // The last one may still be known to the engine.
    assert.ok(kept.length <= 1, `${kept.length} of ${gone.length}`);
  });
});
