import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scanSchema, type ScanOutput } from '../../../analysis/report/formats/schema.js';
import { ROOT } from '../../support/root.js';
import { within, type Temporary } from '../host/temporary.js';

/** Comments that fill most of a part. */
const PADDING = `/* ${'-'.repeat(70)} */\n`.repeat(60_000);

/** A function of the file that defines `struct OF`. */
function mistake(of: string, name: string, first: 'a' | 'b', more = ''): string {
  const second = first === 'a' ? 'b' : 'a';
  return `
void ${name}(struct ${of} *d)
{
	mutex_lock(&d->${first});
	mutex_lock(&d->${second});${more}
	mutex_unlock(&d->${second});
	mutex_unlock(&d->${first});
}
`;
}

/** Two folders with a mistake each, and one whose sides are in both. */
const FILES = {
  Kbuild: 'obj-y += one/ two/\n',
  'one/dev.h': 'struct shared { struct mutex a, b; };\n',
  'one/one.c': `#include <linux/mutex.h>
#include "../one/dev.h"
struct one { struct mutex a, b; int n; };
${PADDING}${mistake('one', 'forth', 'a')}${mistake('one', 'back', 'b')}
void across(struct shared *s)
{
	mutex_lock(&s->a);
	mutex_lock(&s->b);
	mutex_unlock(&s->b);
	mutex_unlock(&s->a);
}
`,
  'two/two.c': `#include <linux/mutex.h>
#include "../one/dev.h"
struct two { struct mutex a, b; int n; };
${PADDING}${mistake('two', 'there', 'a')}${mistake('two', 'again', 'b')}
void reverse(struct shared *s)
{
	mutex_lock(&s->b);
	mutex_lock(&s->a);
	mutex_unlock(&s->a);
	mutex_unlock(&s->b);
}
`,
};

interface Ran {
  readonly output: string;
  readonly said: string;
}

function run(words: readonly string[], { path }: Pick<Temporary, 'path'>): Promise<Ran> {
  const program = [join(ROOT, 'dist/cli.cjs'), ...words, '--cache', join(path, '.cache')];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, program, { cwd: path, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr, { cause: error }));
      else resolve({ output: stdout, said: stderr });
    });
  });
}

async function scan(
  folder: Pick<Temporary, 'path'>,
  ...more: readonly string[]
): Promise<ScanOutput & { said: string }> {
  const words = ['scan', '.', '--stats', '--fail-on', 'never', '--format', 'json', ...more];
  const { output, said } = await run(words, folder);
  return { ...scanSchema.parse(JSON.parse(output)), said };
}

const placesOf = ({ findings }: ScanOutput): readonly string[] =>
  findings.map(({ at, story }) => [...new Set([at, ...story].map(({ file }) => file))].sort().join());

const OWN = ['one/one.c', 'two/two.c'];

describe('a scan in parts', () => {
  it('finds what is in one part, says so, and leaves what spans them to --whole', () =>
    within(FILES, async (folder) => {
      const parts = await scan(folder, '--jobs', '2');
      assert.deepEqual(placesOf(parts), OWN);
      assert.equal(parts.stats?.parts, 2);
      assert.equal(parts.stats.files, 3);
      assert.match(parts.said, /^lockorder: scanned in 2 parts; --whole also finds what spans them/);
      const whole = await scan(folder, '--whole');
      assert.deepEqual([...placesOf(whole)].sort(), ['one/one.c', 'one/one.c,two/two.c', 'two/two.c']);
      assert.equal(whole.stats?.parts, undefined);
      assert.deepEqual(
        parts.findings,
        whole.findings.filter((_, index) => OWN.includes(placesOf(whole)[index] ?? '')),
      );
    }));

  it('gives the same bytes with one process and with two, cold and warm', () =>
    within(FILES, async (folder) => {
      const results = [];
      for (const more of [
        ['--jobs', '1', '--no-cache'],
        ['--jobs', '2'],
        ['--jobs', '1'],
      ]) {
        const { stats, said, ...result } = await scan(folder, ...more);
        results.push({ result, said, files: stats?.files, functions: stats?.functions });
      }
      assert.deepEqual(results[1], results[0]);
      assert.deepEqual(results[2], results[0]);
    }));

  it('runs only the parts again that read a changed file', () =>
    within(FILES, async (folder) => {
      await scan(folder);
      assert.equal((await scan(folder)).stats?.parts, 0);
      folder.write(
        'two/two.c',
        FILES['two/two.c'].replace(
          'void reverse',
          `${mistake('two', 'more', 'b', '\n\td->n++;')}void reverse`,
        ),
      );
      const changed = await scan(folder);
      assert.equal(changed.stats?.parts, 1);
      assert.deepEqual(placesOf(changed), OWN);
      assert.ok(changed.findings[1]?.story.some((step) => step.function === 'again'));
      folder.write('one/dev.h', 'struct shared { struct mutex a, b, changed; };\n');
      assert.equal((await scan(folder)).stats?.parts, 2);
    }));

  it('runs no part again for a member that nothing mentions, and later only the part that is edited', () =>
    within(FILES, async (folder) => {
      const before = await scan(folder);
      folder.write('one/dev.h', 'struct shared { struct mutex a, b; int changed; };\n');
      const after = await scan(folder);
      assert.equal(after.stats?.parts, 0);
      assert.deepEqual(after.findings, before.findings);
      folder.write(
        'two/two.c',
        `${FILES['two/two.c']}int changed(struct shared *d) { return d->changed; }\n`,
      );
      assert.equal((await scan(folder)).stats?.parts, 1);
    }));

  it('keeps a result for each part, from which explain tells of a finding', () =>
    within(FILES, async (folder) => {
      const { output } = await run(['scan', '.', '--fail-on', 'never', '--format', 'json'], folder);
      const { findings } = scanSchema.parse(JSON.parse(output));
      const last = findings.at(-1);
      assert.ok(last);
      const { output: told } = await run(['explain', '.', last.id], folder);
      assert.match(told, /two\/two\.c/);
    }));

  it('runs in shares, whose results the whole scan finds in their cache', () =>
    within(FILES, async (folder) => {
      const shares = [];
      for (const share of ['1/3', '2/3', '3/3']) shares.push(await scan(folder, '--share', share));
      assert.deepEqual(
        shares.map(({ stats }) => stats?.parts),
        [1, 1, 0],
      );
      assert.match(shares[0]?.said ?? '', /^lockorder: scanned 1 of 2 parts\n$/);
      const gathered = await scan(folder);
      assert.equal(gathered.stats?.parts, 0);
      assert.deepEqual(placesOf(gathered), OWN);
      assert.deepEqual(
        gathered.findings,
        shares.flatMap(({ findings }) => findings).sort((a, b) => (a.at.file < b.at.file ? -1 : 1)),
      );
    }));

  it('rejects shares that do not exist', async () => {
    for (const share of ['0/2', '3/2', '1', '1/0', 'a/b'])
      await within(FILES, (folder) =>
        assert.rejects(run(['scan', '.', '--share', share], folder), /It must be I\/N, as in 1\/4/),
      );
  });

  it('says which root it found', () =>
    within({ ...FILES, 'lockorder.json': '{}' }, async ({ path }) => {
      const { said } = await scan({ path: join(path, 'one') }, '--share', '1/1');
      assert.match(said, /^lockorder: the root is .* \(change it with --root\)$/m);
    }));

  it('becomes one scan where no process can be started', () =>
    within({ ...FILES, 'none.cjs': `process.execPath = '/nowhere/node';\n` }, (folder) => {
      const words = ['--require', './none.cjs', join(ROOT, 'out/cli/main.js'), 'scan', '.', '--no-cache'];
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [...words, '--jobs', '1', '--fail-on', 'never', '--format', 'json'],
        { cwd: folder.path, encoding: 'utf8' },
      );
      assert.equal(stderr, '');
      assert.equal(scanSchema.parse(JSON.parse(stdout)).findings.length, 3);
    }));

  it('goes on in another process if memory does not suffice for the second part of one', () => {
    const folders = Array.from({ length: 14 }, (_, index) => `f${index}`);
    const files = folders.map((name) => [
      `${name}/${name}.c`,
      `#include <linux/mutex.h>\nstruct ${name} { struct mutex a, b; };\n${PADDING.slice(0, 900_000)}\n*/${mistake(name, `${name}_x`, 'a')}${mistake(name, `${name}_y`, 'b')}`,
    ]);
    // What V8 does when the heap is full.
    const full = `const fs = require('node:fs');
const rename = fs.renameSync;
fs.renameSync = (from, to) => {
  if (to.endsWith('result-1.json') && !fs.existsSync('full')) {
    fs.writeFileSync('full', '');
    process.abort();
  }
  rename(from, to);
};
`;
    return within({ Kbuild: '', 'full.cjs': full, ...Object.fromEntries(files) }, (folder) => {
      const words = ['--require', './full.cjs', join(ROOT, 'dist/cli.cjs'), 'scan', '.', '--no-cache'];
      const { stdout } = spawnSync(
        process.execPath,
        [...words, '--jobs', '1', '--fail-on', 'never', '--format', 'json', '--stats'],
        { cwd: folder.path, encoding: 'utf8' },
      );
      const { findings, skipped, stats } = scanSchema.parse(JSON.parse(stdout));
      assert.ok(existsSync(join(folder.path, 'full')));
      assert.deepEqual(
        findings.map(({ at }) => at.file).sort(),
        folders.map((name) => `${name}/${name}.c`).sort(),
      );
      assert.deepEqual(skipped, []);
      assert.equal(stats?.parts, 7);
    });
  });

  it('reports a file that cannot be read once, and goes on', () =>
    within({ ...FILES, 'two/binary.c': '\u0000\u0001\u0000' }, async (folder) => {
      const parts = await scan(folder);
      assert.deepEqual(placesOf(parts), OWN);
      assert.deepEqual(
        parts.skipped.map(({ file }) => file),
        ['two/binary.c'],
      );
      assert.equal(parts.said.match(/two\/binary\.c/gu)?.length, 1);
      assert.ok(readFileSync(join(folder.path, 'two/binary.c')).length === 3);
    }));
});
