import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { KeptResult } from '../../../../host/node/cache/kept-runs.js';
import type { Counts } from '../../../../analysis/workspace/stats.js';
import { Project } from '../../../../host/node/project.js';
import { type Temporary, within } from '../temporary.js';

const Q = { text: 'q' };

const result: KeptResult = {
  findings: [],
  notes: [{ file: 'a/a.c', line: 3, text: 'hid nothing' }],
  unfinished: [],
  reportedFiles: 1,
  skipped: [],
  failures: [],
};

const files = {
  'tree/a/a.c': '#include "a.h"\n#include <none.h>\n#include "part.c"\nvoid f(void) { mutex_lock(&m); }\n',
  'tree/a/a.h': 'struct a;\n',
  'tree/b/b.c': 'int b;\n',
  'tree/a/Makefile': 'ccflags-y := -I$(src)/../b\n',
};

async function inProject<T>(folder: Temporary, use: (project: Project) => Promise<T>): Promise<T> {
  const root = join(folder.path, 'tree');
  const project = await Project.open({
    root,
    paths: [join(root, 'a')],
    config: {},
    confidence: 'high',
    jobs: 1,
    cache: join(folder.path, 'cache'),
  });
  try {
    return await use(project);
  } finally {
    await project.close();
  }
}

/** What a second run recalls of a first one, after a change. */
const recalled = (
  change: (folder: Temporary) => void,
  question = 'q',
  more = {},
): Promise<KeptResult | undefined> =>
  within({ ...files, ...more }, async (folder) => {
    await inProject(folder, async (project) => {
      assert.equal(await project.kept?.recall(Q), undefined);
      await project.load();
      project.kept?.keep(Q, result);
    });
    change(folder);
    return inProject(folder, async (project) => project.kept?.recall({ text: question }));
  });

describe('stored results of earlier runs', () => {
  it('are reused while nothing has changed', async () => {
    assert.deepEqual(await recalled(() => undefined), result);
  });

  it('are reused whatever happens in files that were not read', async () => {
    assert.deepEqual(await recalled((folder) => folder.write('tree/b/b.c', 'int c;\n')), result);
  });

  it('are forgotten when the root becomes a kernel tree, whose headers lie elsewhere', async () => {
    const change = (folder: Temporary): void => {
      folder.write('tree/Kbuild', '');
    };
    const files = { 'tree/include/linux/none.h': 'struct none;\n' };
    assert.equal(await recalled(change, 'q', files), undefined);
    assert.deepEqual(await recalled(() => undefined, 'q', files), result);
  });

  it('are reused when a source appears elsewhere', async () => {
    assert.deepEqual(await recalled((folder) => folder.write('tree/b/new.c', 'int c;\n')), result);
  });

  it('are kept side by side for several queries, whose files differ', () =>
    within(files, async (folder) => {
      const questions = ['one', 'two'].map((text) => ({ text, files: [`${text}.c`] }));
      await inProject(folder, async (project) => {
        await project.load();
        for (const question of questions) project.kept?.keep(question, result);
      });
      for (const question of questions)
        assert.deepEqual(await inProject(folder, async (project) => project.kept?.recall(question)), result);
      const grown = { text: 'one', files: ['one.c', 'three.c'] };
      assert.equal(await inProject(folder, async (project) => project.kept?.recall(grown)), undefined);
    }));

  it('are not reused for another query', async () => {
    assert.equal(await recalled(() => undefined, 'other'), undefined);
  });

  for (const [what, name] of [
    ['a file', 'tree/a/a.c'],
    ['a header outside of the paths', 'tree/a/a.h'],
    ['a folder that a makefile includes from', 'tree/a/Makefile'],
    ['the name of a file that an #include may mean', 'tree/include/a.h'],
    ['the name of a source below the paths', 'tree/a/below/new.c'],
    ['the name of an included source', 'tree/a/part.c'],
    ['the declared orders above the paths', 'tree/.lockorder'],
  ] as const) {
    it(`are forgotten when ${what} changes`, async () => {
      assert.equal(await recalled((folder) => folder.write(name, 'int other;\n')), undefined);
    });
  }

  it('stay valid after successive edits that the analysis does not see', () =>
    within(files, async (folder) => {
      const text = files['tree/a/a.c'];
      const kept = { ...result, notes: [], counts: { bytes: text.length } as Counts };
      await inProject(folder, async (project) => {
        await project.load();
        project.kept?.keep(Q, kept);
      });
      for (const comment of ['/* one */\n', '/* another */\n\n', '']) {
        folder.write('tree/a/a.c', text.replace('void', `${comment}void`));
        folder.write('tree/a/a.h', `struct a;\n${comment}`);
        const found = await inProject(folder, async (project) => project.kept?.recall(Q));
        assert.deepEqual(found, { ...kept, counts: { bytes: text.length + 2 * comment.length } });
      }
    }));

  it('are dropped when lines they mention have moved', () =>
    within(files, async (folder) => {
      await inProject(folder, async (project) => {
        await project.load();
        project.kept?.keep(Q, result);
      });
      folder.write('tree/a/a.c', `\n${files['tree/a/a.c']}`);
      assert.equal(await inProject(folder, async (project) => project.kept?.recall(Q)), undefined);
    }));

  it('are dropped when a demanded body changes', () =>
    within(files, async (folder) => {
      const text = (body: string): string => `void g(void) { ${body} }\n`;
      for (const [from, to, isHeld] of [
        ['/* 1 */', '/* 2 */', true],
        ['h(1);', 'h(2);', false],
      ] as const) {
        folder.write('tree/a/a.c', text(from));
        await inProject(folder, async (project) => {
          await project.load();
          const demand = {
            file: 'tree/a/a.c',
            isMacro: false,
            index: 0,
            functionHash: '',
            why: 'path',
          } as const;
          const functionHash = project.workspace.program.outline('a/a.c')?.functions[0]?.hash ?? '';
          await project.supply([{ ...demand, file: 'a/a.c', functionHash }]);
          project.kept?.keep(Q, { ...result, notes: [] });
        });
        folder.write('tree/a/a.c', text(to));
        const found = await inProject(folder, async (project) => project.kept?.recall(Q));
        assert.equal(found !== undefined, isHeld, to);
      }
    }));
});
