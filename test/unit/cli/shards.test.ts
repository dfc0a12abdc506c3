import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/root.js';
import { within } from '../host/temporary.js';
import { lockorder } from './run.js';

const HEADER = `
#include <linux/mutex.h>
struct dev { struct mutex a; struct mutex b; int state; };
void helper(struct dev *d);
static inline void take(struct dev *d) { mutex_lock(&d->a); }
`;

/** Calls across folders: each half of the inversion needs another folder to be seen. */
const FILES = {
  'include/dev.h': HEADER,
  'one/a.c': `#include <dev.h>
void helper(struct dev *d)
{
	mutex_lock(&d->b);
	d->state = 1;
	mutex_unlock(&d->b);
}
`,
  'two/b.c': `#include <dev.h>
void forward(struct dev *d)
{
	take(d);
	helper(d);
	mutex_unlock(&d->a);
}
`,
  'three/c.c': `#include <dev.h>
void outer(struct dev *d)
{
	mutex_lock(&d->a);
	helper(d);
	mutex_unlock(&d->a);
}
`,
  'four/d.c': `#include <dev.h>
void locked(struct dev *d)
{
	mutex_lock(&d->a);
	mutex_unlock(&d->a);
}
void backward(struct dev *d)
{
	mutex_lock(&d->b);
	locked(d);
	mutex_unlock(&d->b);
}
`,
} as const;

const SHARDS = ['one', 'two', 'three', 'four'];

describe('summarize and link', function () {
  it('give the result of a single scan, in every format', () =>
    within(FILES, async ({ path }) => {
      for (const shard of SHARDS) {
        const { code, err } = await lockorder(
          ['summarize', shard, '--root', '.', '-o', `out/${shard}`],
          path,
        );
        assert.deepEqual({ code, err }, { code: 0, err: '' });
      }
      for (const format of ['json', 'text', 'sarif', 'github']) {
        const folders = [...SHARDS].reverse().map((shard) => `out/${shard}`);
        const linked = await lockorder(['link', ...folders, '--format', format], path);
        const scanned = await lockorder(['scan', ...SHARDS, '--root', '.', '--format', format], path);
        assert.deepEqual(linked, scanned);
        assert.equal(scanned.code, 1);
      }
    }));

  it('write the same bytes every time, and a dependency file', () =>
    within(FILES, async ({ path }) => {
      for (const out of ['x', 'y'])
        await lockorder(
          ['summarize', 'two', '--root', '.', '-o', out, '--jobs', out === 'x' ? '1' : '2'],
          path,
        );
      const read = (folder: string, name: string): Buffer => readFileSync(join(path, folder, name));
      assert.ok(read('x', 'summaries.lockorder').equals(read('y', 'summaries.lockorder')));
      assert.equal(
        read('x', 'summaries.d').toString(),
        'x/summaries.lockorder: include/dev.h \\\n two/b.c\ninclude/dev.h:\ntwo/b.c:\n',
      );
    }));

  it('find the cycle without the sources', () =>
    within({ ...FILES, 'alone/empty.txt': '' }, async ({ path }) => {
      for (const shard of SHARDS)
        await lockorder(['summarize', shard, '--root', '.', '-o', `out/${shard}`], path);
      const folders = SHARDS.map((shard) => `../out/${shard}`);
      const { code, out } = await lockorder(['link', ...folders, '--root', '.'], join(path, 'alone'));
      assert.equal(code, 1);
      assert.match(out, /lock-order-cycle/);
    }));

  it('report errors of a folder', () =>
    within(FILES, async ({ path }) => {
      const failure = async (...words: string[]): Promise<string> => {
        const { code, err } = await lockorder(words, path);
        assert.equal(code, 2);
        return err;
      };
      assert.match(await failure('link', 'one'), /one: no summaries\.lockorder in it/);
      assert.match(
        await failure('summarize', 'nowhere', '--root', '.', '-o', 'out'),
        /nothing could be read/,
      );
      await lockorder(['summarize', 'one', '--root', '.', '-o', 'out/one'], path);
      writeFileSync(join(path, 'include/dev.h'), `${HEADER}\n`);
      await lockorder(['summarize', 'two', '--root', '.', '-o', 'out/two'], path);
      assert.match(
        await failure('link', 'out/one', 'out/two'),
        /include\/dev\.h: changed between out\/one and out\/two/,
      );
      const file = join(path, 'out/one/summaries.lockorder');
      writeFileSync(file, readFileSync(file).subarray(0, -1));
      assert.match(await failure('link', 'out/one'), /damaged, or from another version/);
    }));

  it('work as make rules, which rerun only for changed folders', function () {
    if (spawnSync('make', ['--version']).status !== 0) this.skip();
    return within(FILES, async ({ path }) => {
      const make = (): string => {
        const cli = `${process.execPath} ${join(ROOT, 'dist/cli.cjs')}`;
        const words = ['-j2', '-f', join(ROOT, 'examples/build/Makefile'), `LOCKORDER=${cli}`];
        const run = spawnSync('make', [...words, 'ROOT=.', `SHARDS=${SHARDS.join(' ')}`], {
          cwd: path,
          encoding: 'utf8',
        });
        assert.equal(run.status, 0, run.stderr);
        return run.stdout;
      };
      assert.equal(make().match(/ summarize /g)?.length, 4);
      const scanned = await lockorder(['scan', ...SHARDS, '--root', '.', '--format', 'json'], path);
      assert.equal(readFileSync(join(path, 'lockorder-out/findings.json'), 'utf8'), scanned.out);
      assert.doesNotMatch(make(), / summarize /);
      const later = Date.now() / 1000 + 10;
      utimesSync(join(path, 'two/b.c'), later, later);
      assert.deepEqual(make().match(/summarize \S+/g), ['summarize ./two']);
    });
  });
});
