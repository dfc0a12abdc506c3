import assert from 'node:assert/strict';
import { Fixer } from '../../../analysis/workspace/fixes.js';
import { runToEnd, Workspace, type Supply } from '../../../analysis/workspace/index.js';
import { Neighbourhoods } from '../../../analysis/workspace/neighbourhood.js';
import { Compiler } from '../../../host/compile.js';
import { drive } from '../../../host/drive.js';
import { createNodeParser } from '../../../host/node/parser.js';
import { analysed } from '../fixes/support.js';

const parser = await createNodeParser();
const compiler = new Compiler([], parser);

function driver(name: string): Record<string, string> {
  return {
    [`drivers/${name}/main.h`]: `struct ${name} {
	struct mutex outer;
	struct mutex inner;
	int count;
};
void ${name}_enter(struct ${name} *d);
`,
    [`drivers/${name}/main.c`]: `#include "main.h"
void ${name}_enter(struct ${name} *d)
{
	mutex_lock(&d->outer);
	mutex_lock(&d->inner);
	d->count++;
	mutex_unlock(&d->inner);
	mutex_unlock(&d->outer);
}
`,
    [`drivers/${name}/sysfs.c`]: `#include "main.h"
int ${name}_show(struct ${name} *d)
{
	mutex_lock(&d->inner);
	if (d->count > 0) {
		mutex_lock(&d->outer);
		d->count--;
		mutex_unlock(&d->outer);
	}
	mutex_unlock(&d->inner);
	return 0;
}
`,
    [`lib/${name}.c`]: `#include "../drivers/${name}/main.h"
void use_${name}(struct ${name} *d)
{
	${name}_enter(d);
}
`,
    [`fs/${name}/unrelated.c`]: `void fs_${name}(void)
{
}
`,
  };
}

const TREE = { ...driver('one'), ...driver('two'), ...driver('three') };

describe('fixes verified over the surrounding files', () => {
  it('use the folder, headers, callers and callees, and nothing else', async () => {
    const { snapshot } = await analysed(TREE);
    const around = runToEnd(new Neighbourhoods(snapshot.program).around(['drivers/one/main.c']));
    assert.deepEqual([...around].sort(), [
      'drivers/one/main.c',
      'drivers/one/main.h',
      'drivers/one/sysfs.c',
      'lib/one.c',
    ]);
  });

  it('give the same result as in the whole program, and say over how many files', async () => {
    const { workspace, snapshot, textOf } = await analysed(TREE);
    const source = { parser, compiler, textOf };
    const whole = runToEnd(new Fixer(workspace, source, 'all').fixAll(snapshot, () => true));
    const part = runToEnd(new Fixer(workspace, source, 'all', 1).fixAll(snapshot, () => true));
    const fixes = whole.findings.flatMap((finding) => finding.fixes);
    assert.equal(fixes.length, 3);
    const tried = part.findings.flatMap((finding) => finding.fixes);
    assert.deepEqual(
      tried.map(({ title, kind, verified, edits }) => ({ title, kind, verified, edits })),
      fixes,
    );
    const told = runToEnd(new Fixer(workspace, source, 'proven', 1).fixAll(snapshot, () => true));
    for (const [{ reason }] of (told.refusals ?? new Map()).values())
      assert.match(reason, /^a suggestion, not an edit: .*; verified in the \d+ files around it\)$/);
    assert.equal(told.refusals?.size, 3);
    const edits = runToEnd(new Fixer(workspace, source, 'proven', 1).fixAll(snapshot, () => true, 'edits'));
    assert.deepEqual(
      [...(edits.refusals ?? new Map()).values()].map(([{ untried }]) => untried),
      [true, true, true],
    );
    const all = runToEnd(new Fixer(workspace, source, 'all', 1).fixAll(snapshot, () => true, 'edits'));
    assert.equal(all.findings.flatMap(({ fixes: found }) => found).length, 3);
    for (const { around = 0 } of tried) assert.ok(around >= 4 && around < Object.keys(TREE).length);
  });

  it('follow the program when a file changes', async () => {
    const texts = new Map(Object.entries(TREE));
    const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    const source = { parser, compiler, textOf: (file: string): string | undefined => texts.get(file) };
    const fixer = new Fixer(workspace, source, 'all', 1);
    const titles = async (): Promise<string[]> => {
      workspace.apply([...texts].map(([file, text]) => ({ file, ...compiler.compile(text) })));
      const snapshot = await drive(workspace, {
        supply: (demands) =>
          Promise.resolve(
            demands.map((demand): Supply => {
              const [skeleton] = compiler.skeletons(texts.get(demand.file) ?? '', [demand]);
              return { demand, skeleton };
            }),
          ),
      });
      const { findings } = runToEnd(fixer.fixAll(snapshot, () => true));
      return findings.map(({ fixes }) => fixes.map(({ title }) => title).join());
    };
    const first = await titles();
    assert.equal(first.filter((title) => title !== '').length, 3);
    const file = 'drivers/two/sysfs.c';
    texts.set(file, `/* moved */\nstatic int added;\n${TREE[file] ?? ''}`);
    assert.deepEqual(await titles(), first);
    // One of the two locks is let go before the other is taken: nothing is wrong any more.
    texts.set(
      file,
      (TREE[file] ?? '')
        .replace('\tif (d->count > 0) {', '\tmutex_unlock(&d->inner);\n\tif (d->count > 0) {')
        .replace('\tmutex_unlock(&d->inner);\n\treturn', '\treturn'),
    );
    assert.equal((await titles()).length, first.length - 1);
  });

  it('do not count a finding as gone if the surrounding files never showed it', async () => {
    const { workspace, snapshot, textOf } = await analysed(TREE);
    const fixer = new Fixer(workspace, { parser, compiler, textOf }, 'all', 1);
    const [finding] = snapshot.findings;
    assert.ok(finding);
    // As if far away files had told it.
    const told = { ...finding, id: 'of-all-files' };
    const { fixes, refusals } = runToEnd(fixer.fixesOf(told, snapshot));
    assert.deepEqual(fixes, []);
    assert.match(
      refusals.map(({ reason }) => reason).join('\n'),
      /does not show when only the files around it are analysed/,
    );
  });
});
