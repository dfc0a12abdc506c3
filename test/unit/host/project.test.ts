import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Demand } from '../../../analysis/link/types.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';
import { Project } from '../../../host/node/project.js';
import { within, type Temporary } from './temporary.js';

const HEADER = '#include "b.h"\nstruct a { struct mutex lock; };\n';
const USER =
  '#include "a.h"\nvoid f(struct a *a)\n{\n\tmutex_lock(&a->lock);\n\tmutex_unlock(&a->lock);\n}\n';

async function open<T>(folder: Temporary, use: (project: Project) => Promise<T>): Promise<T> {
  const project = await Project.open({
    root: folder.path,
    paths: [join(folder.path, 'src')],
    config: {},
    confidence: 'high',
    jobs: 1,
  });
  try {
    return await use(project);
  } finally {
    await project.close();
  }
}

function filesOf(project: Project): string[] {
  return [...project.workspace.program.files.keys()].sort();
}

describe('project', () => {
  it('reads the headers that its files include, anywhere in the root', () =>
    within({ 'src/x.c': USER, 'include/a.h': HEADER, 'include/b.h': '', 'include/c.h': '' }, (folder) =>
      open(folder, async (project) => {
        await project.load();
        assert.deepEqual(filesOf(project), ['include/a.h', 'include/b.h', 'src/x.c']);
        const { counts, reportedFiles } = await project.analyse();
        assert.equal(reportedFiles, 1);
        assert.equal(counts().files, 1);
      }),
    ));

  it('reads order files of folders above, and reports their invalid lines', () =>
    within(
      {
        '.lockorder': 'a.lock < b.lock\n',
        'src/.lockorder': 'a.lock\n',
        'src/x.c': '',
        'other/.lockorder': 'x\n',
      },
      (folder) =>
        open(folder, async (project) => {
          await project.refresh(['src/x.c']);
          assert.deepEqual(filesOf(project), ['.lockorder', 'src/.lockorder', 'src/x.c']);
          await project.load();
          assert.deepEqual(filesOf(project), ['.lockorder', 'src/.lockorder', 'src/x.c']);
          const { reportedFiles } = await project.analyse();
          assert.equal(reportedFiles, 1);
          assert.deepEqual(project.skipped, [
            {
              file: 'src/.lockorder',
              reason: 'malformed-order',
              line: 1,
              detail: 'one lock alone is no order; expected LOCK < LOCK',
            },
          ]);
        }),
    ));

  it('reads single files again, with the headers they now include', () =>
    within({ 'src/x.c': '', 'src/y.c': '', 'include/a.h': HEADER, 'include/b.h': '' }, (folder) =>
      open(folder, async (project) => {
        await project.load();
        assert.deepEqual(filesOf(project), ['src/x.c', 'src/y.c']);
        folder.write('src/x.c', USER);
        folder.write('src/new.c', '');
        rmSync(join(folder.path, 'src/y.c'));
        await project.refresh(['src/x.c', 'src/y.c', 'src/new.c']);
        assert.deepEqual(filesOf(project), ['include/a.h', 'include/b.h', 'src/new.c', 'src/x.c']);
        assert.deepEqual(project.skipped, []);
        folder.write('src/x.c', Buffer.from([0]));
        await project.refresh(['src/x.c']);
        assert.ok(!filesOf(project).includes('src/x.c'));
      }),
    ));

  it('declines demands for a file that has changed, and reports it', () =>
    within({ 'src/x.c': USER }, (folder) =>
      open(folder, async (project) => {
        await project.load();
        const hash = project.workspace.program.outline('src/x.c')?.functions[0]?.hash ?? '';
        const demand: Demand = { file: 'src/x.c', functionHash: hash, isMacro: false, index: 0, why: 'path' };
        const [before] = await project.supply([demand]);
        assert.equal(before?.skeleton?.name, 'f');
        folder.write('src/x.c', `\n${USER}`);
        assert.deepEqual(await project.supply([demand]), [{ demand, skeleton: undefined }]);
        assert.deepEqual(project.skipped, [{ file: 'src/x.c', reason: 'changed-while-read' }]);
      }),
    ));

  it('answers demands from disk, whatever an editor has instead', () => {
    const text = (called: string): string =>
      `#define STEP(d) ${called}(d)\nvoid f(struct mutex *d)\n{\n\tSTEP(d);\n}\n`;
    return within({ 'src/x.c': text('mutex_lock') }, (folder) =>
      open(folder, async (project) => {
        await project.load();
        const compiler = new Compiler([], await createNodeParser());
        const { summary } = compiler.compile(text('mutex_unlock'));
        project.workspace.apply([{ file: 'src/x.c', summary }]);
        const functionHash = summary.outline.functions[0]?.hash ?? '';
        const demand: Demand = { file: 'src/x.c', functionHash, isMacro: false, index: 0, why: 'path' };
        const [answer] = await project.supply([demand]);
        const wanted = [{ isMacro: false, index: 0, functionHash }];
        assert.deepEqual([answer?.skeleton], compiler.skeletons(text('mutex_lock'), wanted));
        assert.notDeepEqual([answer?.skeleton], compiler.skeletons(text('mutex_unlock'), wanted));
      }),
    );
  });

  it('does not return cached results of other content', () =>
    within({ 'src/x.c': USER }, async (folder) => {
      const options = {
        root: folder.path,
        paths: [folder.path],
        config: {},
        confidence: 'high',
        jobs: 1,
        cache: join(folder.path, '.cache'),
      } as const;
      for (const text of [USER, USER.replaceAll('lock', 'other'), USER]) {
        folder.write('src/x.c', text);
        const project = await Project.open(options);
        await project.load();
        const [item] = project.workspace.program.outline('src/x.c')?.functions ?? [];
        assert.equal(item?.lockSites, text === USER ? 2 : 0);
        await project.close();
      }
    }));
});
