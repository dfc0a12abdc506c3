import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { KeptResult } from '../../../host/node/kept-runs.js';
import { Project } from '../../../host/node/project.js';
import { type Temporary, within } from './temporary.js';

const result: KeptResult = {
  findings: [],
  notes: [{ file: 'a/a.c', line: 3, text: 'hid nothing' }],
  reportedFiles: 1,
  skipped: [],
  failures: [],
};

const files = {
  'tree/a/a.c': '#include "a.h"\nvoid f(void) { mutex_lock(&m); }\n',
  'tree/a/a.h': 'struct a;\n',
  'tree/b/b.c': 'int b;\n',
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
const recalled = (change: (folder: Temporary) => void, question = 'q'): Promise<KeptResult | undefined> =>
  within(files, async (folder) => {
    await inProject(folder, async (project) => {
      assert.equal(await project.kept?.recall('q'), undefined);
      await project.load();
      project.kept?.keep('q', result);
    });
    change(folder);
    return inProject(folder, async (project) => project.kept?.recall(question));
  });

describe('results of earlier runs', () => {
  it('are recalled while nothing has changed', async () => {
    assert.deepEqual(await recalled(() => undefined), result);
  });

  it('are recalled whatever happens in files that were not read', async () => {
    assert.deepEqual(await recalled((folder) => folder.write('tree/b/b.c', 'int c;\n')), result);
  });

  it('answer no other question', async () => {
    assert.equal(await recalled(() => undefined, 'other'), undefined);
  });

  for (const [what, name] of [
    ['a file', 'tree/a/a.c'],
    ['a header outside of the paths', 'tree/a/a.h'],
    ['the name of a file that an #include may mean', 'tree/include/a.h'],
  ] as const) {
    it(`are forgotten when ${what} changes`, async () => {
      assert.equal(await recalled((folder) => folder.write(name, 'int other;\n')), undefined);
    });
  }
});
