import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { KeptResult } from '../../../../host/node/cache/kept-runs.js';
import { Project } from '../../../../host/node/project.js';
import { within } from '../temporary.js';

const Q = { text: 'q' };
const result: KeptResult = {
  findings: [],
  notes: [],
  unfinished: [],
  reportedFiles: 1,
  skipped: [],
  failures: [],
};

const HEADER = `struct mutex;
struct dev {
	int first;
	void (*op)(int n);
};
enum state { OFF, ON };
#define LIMIT 3
#define take(d) mutex_lock((d)->lock)
void start(struct dev *d);
`;
const SOURCE = '#include "dev.h"\nvoid f(struct dev *d) { take(d); if (d->first > LIMIT) d->op(ON); }\n';

/** Whether a result is kept when the header changes. */
const isKept = (from: string, to: string, source = SOURCE): Promise<boolean> =>
  within({ 'tree/dev.h': from, 'tree/a.c': source }, async (folder) => {
    const inProject = async <T>(use: (project: Project) => Promise<T>): Promise<T> => {
      const root = join(folder.path, 'tree');
      const cache = join(folder.path, 'cache');
      const project = await Project.open({
        root,
        paths: [root],
        config: {},
        confidence: 'high',
        jobs: 1,
        cache,
      });
      try {
        return await use(project);
      } finally {
        await project.close();
      }
    };
    await inProject(async (project) => {
      await project.load();
      project.kept?.keep(Q, result);
    });
    folder.write('tree/dev.h', to);
    return inProject(async (project) => (await project.kept?.recall(Q)) !== undefined);
  });

const withLine = (line: string, behind = 'void start(struct dev *d);\n'): string =>
  HEADER.replace(behind, `${behind}${line}\n`);

describe('a result after a declaration came to a header or went', () => {
  for (const [what, header] of [
    ['a number at the end of a record', withLine('\tint added;', '\tvoid (*op)(int n);\n')],
    ['a number at the beginning of a record', withLine('\tu32 added;', 'struct dev {\n')],
    ['a member that a comment explains', withLine('\tint added; /* @added: new */', '\tint first;\n')],
    ['a number in an unnamed record', withLine('\tstruct { int added; };', '\tint first;\n')],
    ['a function pointer', withLine('\tvoid (*added)(int n);', '\tvoid (*op)(int n);\n')],
    ['a record', withLine('struct added { int first; struct dev *dev; };')],
    ['a type', withLine('typedef struct dev added_t;')],
    ['a prototype', withLine('void added(struct dev *d);')],
    ['a variable of another file', withLine('extern int added;')],
    ['a number by macro, in front of other macros', withLine('#define ADDED 4', 'enum state { OFF, ON };\n')],
    ['a macro that calls nothing', withLine('#define added(d) ((d)->first)', 'enum state { OFF, ON };\n')],
    ['an enumerator', HEADER.replace('ON }', 'ON, ADDED }')],
  ] as const) {
    it(`is kept if nobody mentions ${what}`, async () => {
      assert.equal(await isKept(HEADER, header), true);
      assert.equal(await isKept(header, HEADER), true);
    });

    it(`is dropped if a source mentions ${what}`, async () => {
      const name = /\b(?:added_t|added|ADDED)\b/.exec(header)?.[0] ?? '';
      const source = `${SOURCE}int g(struct dev *d) { return ${name}; }\n`;
      assert.equal(await isKept(HEADER, header, source), false);
      assert.equal(await isKept(header, HEADER, source), false);
    });
  }

  it('is dropped if a macro pastes the name together', async () => {
    const header = withLine('\tint added;', '\tint first;\n');
    for (const source of [
      `${SOURCE}#define get(d, what) ((d)->ad##what)\nint g(struct dev *d) { return get(d, ded); }\n`,
      `${SOURCE}#define get(d, what) ((d)->what ## ed)\nint g(struct dev *d) { return get(d, add); }\n`,
    ])
      assert.equal(await isKept(HEADER, header, source), false);
    const other = `${SOURCE}#define get(d, what) ((d)->ad##what)\nint g(struct dev *d) { return get(d, mit); }\n`;
    assert.equal(await isKept(HEADER, header, other), true);
  });

  it('is kept if only a comment mentions the name', async () => {
    const source = `/* "added */ ${SOURCE}// added\nconst char *s = "/*";\n`;
    assert.equal(await isKept(HEADER, withLine('\tint added;', '\tint first;\n'), source), true);
  });

  it('is dropped if a text between quotes that look like a comment mentions it', async () => {
    const source = `${SOURCE}const char *s = "/*"; int g(struct dev *d) { return d->added; } /* */\n`;
    assert.equal(await isKept(HEADER, withLine('\tint added;', '\tint first;\n'), source), false);
  });

  for (const [what, header] of [
    ['a lock in a record', withLine('\tstruct mutex added;', '\tint first;\n')],
    ['a record that contains another one', withLine('struct added { struct dev dev; };')],
    ['a macro that calls a function', withLine('#define added(d) mutex_unlock((d)->lock)')],
    ['a function', withLine('static inline void added(struct dev *d) { start(d); }')],
    ['a variable', withLine('int added;')],
    ['an #include', withLine('#include "added.h"')],
    ['an enumerator in front of others', HEADER.replace('OFF', 'ADDED, OFF')],
    ['another value', HEADER.replace('LIMIT 3', 'LIMIT 4')],
    ['another type of a member', HEADER.replace('int first', 'long first')],
    ['another body of a macro', HEADER.replace('mutex_lock', 'mutex_lock_nested')],
    ['another order of members', HEADER.replace(/(\tint.*\n)(\tvoid.*\n)/, '$2$1')],
    [
      'a name that the header mentions',
      withLine('\tint added;\n};\nstruct other { int added;', '\tint first;\n'),
    ],
    ['a line that suppresses', withLine('/* lockorder-ignore irq-state: because */ extern int added;')],
  ] as const) {
    it(`is dropped for ${what}`, async () => {
      assert.equal(await isKept(HEADER, header), false);
    });
  }

  it('is dropped if an initialiser counts members that moved', async () => {
    const source = `${SOURCE}void h(int n);\nstruct dev d = {\n\t1, h };\n`;
    assert.equal(await isKept(HEADER, withLine('\tint added;', 'struct dev {\n'), source), false);
    assert.equal(await isKept(HEADER, withLine('\tint added;', '\tvoid (*op)(int n);\n'), source), true);
    const named = source.replace('1, h', '.first = 1, .op = h');
    assert.equal(await isKept(HEADER, withLine('\tint added;', 'struct dev {\n'), named), true);
  });

  it('is dropped if another text defines a record of that name, since the larger one comes first', async () => {
    const source = `struct dev { int a, b, c; };\n${SOURCE}`;
    assert.equal(await isKept(HEADER, withLine('\tint added;', '\tint first;\n'), source), false);
  });
});
