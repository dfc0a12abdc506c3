import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { Workspace } from '../../../analysis/workspace/index.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';

const BRANCHES = 120;

describe('a run of a workspace', () => {
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  /** How often a run yields in a stage. */
  function yields(texts: Readonly<Record<string, string>>, stage: string): number {
    const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    workspace.apply(
      Object.entries(texts).map(([file, text]) => ({ file, summary: compiler.compile(text).summary })),
    );
    return [...workspace.update()].filter((progress) => progress.stage === stage).length;
  }

  /** One function, with so many branches that each takes and releases a lock. */
  function branching(branches: number): string {
    const arms = Array.from(
      { length: branches },
      (_, at) =>
        `\t\tif (dev->state == ${at}) {\n\t\t\tmutex_lock(&dev->m);\n\t\t\tdev->count = ${at};\n\t\t\tmutex_unlock(&dev->m);\n\t\t}\n`,
    );
    return `struct dev { struct mutex m; int state; int count; };
void run(struct dev *dev)
{
	while (dev->count) {
${arms.join('')}	}
}
`;
  }

  it('can be interrupted inside one large function', () => {
    const few = yields({ 'a.c': branching(1) }, 'summaries');
    const many = yields({ 'a.c': branching(BRANCHES) }, 'summaries');
    assert.ok(many >= few + BRANCHES / 32, `${few} times, ${many} times with ${BRANCHES} branches`);
  });

  it('can be interrupted between files while names are bound', () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`f${at}.c`, `void f${at}(void) { f${at + 1}(); }\n`]),
    );
    assert.ok(yields(files, 'bind') >= 20);
  });
});
