import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { scanSchema } from '../../../analysis/report/formats/schema.js';
import { ROOT } from '../../support/root.js';
import { within } from '../host/temporary.js';
import { lockorder } from './run.js';
import { CLEAN, CYCLE } from './sources.js';

const MAIN = join(ROOT, 'dist/cli.cjs');

/** A function with more locks than are kept apart, and one that does not parse. */
const DEEP = `${Array.from({ length: 60 }, (_, at) => `static DEFINE_MUTEX(l${at});`).join('\n')}
void deep(void)
{
${Array.from({ length: 60 }, (_, at) => `\tmutex_lock(&l${at});`).join('\n')}
}
`;
const TORN =
  'static DEFINE_MUTEX(m);\nvoid torn(void)\n{\n\tmutex_lock(&m);\n\tif (x { ) = ] [;\n\tmutex_unlock(&m);\n}\n';

describe('a scan without findings', () => {
  it('says in every format how many functions were not analysed in full', () =>
    within({ 'deep.c': DEEP, 'torn.c': TORN }, async ({ path }) => {
      const said = /2 functions not analysed in full \(--stats lists them\)/;
      const scan = (...words: string[]): ReturnType<typeof lockorder> => lockorder(['scan', ...words], path);
      for (const words of [[], ['--no-cache'], []]) assert.match((await scan(...words)).out, said);
      assert.match((await scan('--format', 'github')).out, said);
      assert.match((await scan('--format', 'gcc')).err, said);
      assert.match((await lockorder(['check', 'deep.c'], path)).err, /1 function not analysed in full/);
      const { unfinished } = scanSchema.parse(JSON.parse((await scan('--format', 'json')).out));
      assert.deepEqual(
        unfinished.map(({ file, function: name, reason }) => [file, name, reason]),
        [
          ['deep.c', 'deep', 'state-budget'],
          ['torn.c', 'torn', 'syntax-error'],
        ],
      );
      assert.match((await scan('--format', 'sarif')).out, /deep\.c:\d+: deep\(\) was not analysed in full/);
      assert.match((await scan('--stats')).err, /deep\.c:\d+: deep\(\): too many lock states/);
    }));

  it('is not called clean if a path does not exist', () =>
    within({ 'a.c': CLEAN }, async ({ path }) => {
      for (const command of ['scan', 'fix']) {
        const { code, err } = await lockorder([command, 'a.c', 'b.c'], path);
        assert.equal(code, 2);
        assert.match(err, /b\.c: no such file/);
      }
    }));

  it('fails if its output cannot be written', () =>
    within({ 'a.c': CYCLE }, ({ path }) => {
      const run = (
        words: readonly string[],
        stdout: 'pipe' | number = 'pipe',
      ): { status: number | null; stderr: string } =>
        spawnSync(process.execPath, [MAIN, ...words, '--no-cache'], {
          cwd: path,
          encoding: 'utf8',
          stdio: ['ignore', stdout, 'pipe'],
        });
      const full = run(['scan', 'a.c'], openSync('/dev/full', 'w'));
      assert.equal(full.status, 2);
      assert.match(
        full.stderr,
        /^lockorder: the result cannot be written to standard output \(.*ENOSPC.*\)\n$/,
      );
      const out = run(['scan', 'a.c', '--out', '/dev/full']);
      assert.equal(out.status, 2);
      assert.match(out.stderr, /^lockorder: \/dev\/full: cannot be written .*\n$/);
      const nowhere = run(['scan', 'a.c', '--out', 'no/such/folder.txt']);
      assert.equal(nowhere.status, 2);
      assert.deepEqual(readdirSync(path), ['a.c']);
    }));

  it('fails in a current folder that was deleted', () =>
    within({ 'gone/a.c': CYCLE }, ({ path }) => {
      const run = spawnSync(
        '/bin/sh',
        ['-c', `cd gone && rm -r ../gone && exec "$0" ${MAIN} scan --no-cache`, process.execPath],
        { cwd: path, encoding: 'utf8' },
      );
      assert.equal(run.status, 2);
      assert.match(run.stderr, /^lockorder: the current directory no longer exists\n$/);
    }));
});

describe('printed paths', () => {
  const TREE = { Kbuild: '', Kconfig: '', 'drivers/x/a.c': CYCLE, 'drivers/y/b.c': CLEAN };

  it('are relative to the current folder', () =>
    within(TREE, async ({ path }) => {
      const inside = await lockorder(['scan'], join(path, 'drivers/x'));
      assert.match(inside.out, /--> a\.c:17:2 in other_way/);
      assert.match(inside.err, new RegExp(`the root is ${path} `));
      const above = await lockorder(['scan', 'drivers', '--format', 'gcc'], path);
      assert.match(above.out, /^drivers\/x\/a\.c:17:2: error/);
      assert.equal(above.err, '');
      const beside = await lockorder(['scan', '../x', '--format', 'gcc'], join(path, 'drivers/y'));
      assert.ok(beside.out.startsWith(`${path}/drivers/x/a.c:17:2`));
      // Ids are those of the root, wherever that was guessed from.
      const id = /explain .*\b([0-9a-f]{16})/.exec(inside.out)?.[1] ?? '-';
      assert.ok((await lockorder(['scan', '--format', 'json'], path)).out.includes(id));
    }));

  it('may be given relative to the root', () =>
    within(
      {
        ...Object.fromEntries(Object.entries(TREE).map(([name, text]) => [`linux/${name}`, text])),
        'here/x.c': '',
      },
      async ({ path }) => {
        const { code, out } = await lockorder(
          ['scan', 'drivers/x', '--root', '../linux'],
          join(path, 'here'),
        );
        assert.equal(code, 1);
        assert.match(out, /linux\/drivers\/x\/a\.c:17:2/);
      },
    ));

  it('fit git apply and patch in the current folder', () =>
    within({ ...TREE, 'lockorder.json': '{ "fixes": "all" }' }, async ({ path }) => {
      const here = join(path, 'drivers');
      const { out } = await lockorder(['fix', 'x'], here);
      assert.match(out, /^--- a\/x\/a\.c$/m);
      const applied = spawnSync('git', ['apply', '-'], { cwd: here, input: out, encoding: 'utf8' });
      assert.equal(applied.stderr, '');
      assert.notEqual(readFileSync(join(here, 'x/a.c'), 'utf8'), CYCLE);
    }));
});

describe('explain', () => {
  it('answers from the kept result of the last scan, by the command that the scan prints', () =>
    within(
      { 'a/x.c': CYCLE, "odd 'name'/y.c": CLEAN, 'lockorder.json': '{ "fixes": "all" }' },
      async ({ path }) => {
        const { out } = await lockorder(['scan', 'a', "odd 'name'"], path);
        const hint = /lockorder explain (.*)$/m.exec(out)?.[1] ?? '';
        assert.match(hint, /^a 'odd '\\''name'\\''' [0-9a-f]{16}$/);
        const id = hint.slice(-16);
        const told = await lockorder(['explain', 'a', "odd 'name'", id], path);
        assert.match(told.out, /^takes first while holding second[^]*What happens[^]*Fix\n/);
        // Without the cache the finding is computed again, and the text is the same.
        assert.equal((await lockorder(['explain', 'a', "odd 'name'", id, '--no-cache'], path)).out, told.out);
        assert.equal((await lockorder(['explain', 'a/x.c:16'], path)).out, told.out);
        // The finding in front of the paths, as people type it.
        assert.equal((await lockorder(['explain', 'a/x.c:16', 'a'], path)).out, told.out);
        assert.equal((await lockorder(['explain', id, 'a', "odd 'name'"], path)).out, told.out);
      },
    ));

  it('does not analyse a whole tree', () =>
    within({}, async (folder) => {
      for (let each = 0; each < 1600; each += 1) folder.write(`d${each % 40}/f${each}.c`, 'int x;\n');
      folder.write('d0/a.c', CYCLE);
      const { code, err } = await lockorder(['explain', 'f00d'], folder.path);
      assert.equal(code, 2);
      assert.match(err, /no finding 'f00d'.*name its directory: lockorder explain DIR f00d/);
      assert.match((await lockorder(['explain', 'd0/a.c:17'], folder.path)).out, /^takes first/);
    }));
});

describe('many findings', () => {
  const files = Object.fromEntries(
    [1, 2, 10, 3, 4, 5].map((each) => [`raid${each}.c`, CYCLE.replaceAll('first', `first${each}`)]),
  );

  it('are counted, sorted for reading, and limited by --max', () =>
    within(files, async ({ path }) => {
      const { out } = await lockorder(['scan'], path);
      assert.match(
        out,
        /by rule: +lock-order-cycle 6\nby severity: +error 6\nby directory: +\. 6\n6 findings\n$/,
      );
      const gcc = await lockorder(['scan', '--format', 'gcc', '-j', '1'], path);
      const order = gcc.out.match(/^\S+(?=:\d+:\d+: error)/gm);
      assert.deepEqual(order, ['raid1.c', 'raid2.c', 'raid3.c', 'raid4.c', 'raid5.c', 'raid10.c']);
      const some = await lockorder(['scan', '--max', '2'], path);
      assert.equal(some.out.match(/^error\[/gm)?.length, 2);
      assert.match(some.out, /6 findings, 4 of them not shown\n$/);
      assert.equal(some.code, 1);
      const quiet = await lockorder(['scan', '--quiet', 'raid1.c', 'raid99.c'], path);
      assert.doesNotMatch(quiet.out, /1 finding/);
      assert.equal(quiet.err, '');
    }));

  it('are compared with a baseline', () =>
    within(files, async (folder) => {
      await lockorder(['scan', '--write-baseline', 'known.json'], folder.path);
      rmSync(join(folder.path, 'raid1.c'));
      folder.write('raid7.c', CYCLE.replaceAll('first', 'first7'));
      const { out } = await lockorder(['scan', '--baseline', 'known.json'], folder.path);
      assert.match(out, /baseline: 5 known findings left out, 1 no longer there\n1 finding\n$/);
    }));

  it('are coloured on request', () =>
    within({ 'a.c': CYCLE }, async ({ path }) => {
      mkdirSync(join(path, 'x'));
      const isColoured = async (
        words: readonly string[],
        env: Record<string, string> = {},
      ): Promise<boolean> => {
        const before = { ...process.env };
        Object.assign(process.env, env);
        try {
          return (await lockorder(['scan', ...words], path)).out.includes('\u001b[');
        } finally {
          for (const name of Object.keys(env)) {
            if (before[name] === undefined) delete process.env[name];
            else process.env[name] = before[name];
          }
        }
      };
      assert.equal(await isColoured([]), false);
      assert.equal(await isColoured(['--color', 'always'], { NO_COLOR: '1' }), true);
      assert.equal(await isColoured(['--color', 'never'], { FORCE_COLOR: '1' }), false);
      assert.equal(await isColoured([], { FORCE_COLOR: '1', NO_COLOR: '' }), true);
      assert.equal(await isColoured([], { FORCE_COLOR: '1', NO_COLOR: '1' }), false);
    }));

  it('show the relevant part of a long line', () =>
    within(
      {
        'a.c': CYCLE.replace(
          '\tdown(&second);\n\tdown(&first);',
          `/* ${'x'.repeat(5000)} */ down(&second); down(&first); /* ${'y'.repeat(5000)} */`,
        ),
      },
      async ({ path }) => {
        const { out } = await lockorder(['scan'], path);
        for (const line of out.split('\n')) assert.ok(line.length < 250, line.slice(0, 100));
        const lines = out.split('\n');
        const at = lines.findIndex((line) => line.includes('^^^^^^^^^^^^ takes first while'));
        const column = (lines[at] ?? '').indexOf('^');
        assert.equal((lines[at - 1] ?? '').slice(column, column + 12), 'down(&first)');
      },
    ));
});
