import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { within, type Temporary } from '../host/temporary.js';
import { lockorder } from './run.js';
import { CYCLE } from './sources.js';

function pipe({ path }: Temporary, name: string): string {
  const { status, stderr } = spawnSync('mkfifo', [join(path, name)], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return name;
}

/** Whatever a terminal would obey, and what turns the direction of text. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}]/u;

describe('a hostile tree', () => {
  it('does not block a scan with pipes and devices in place of files', () =>
    within({ 'a.c': CYCLE }, async (folder) => {
      pipe(folder, 'pipe');
      pipe(folder, 'x.c');
      pipe(folder, '.lockorder');
      symlinkSync('/dev/zero', join(folder.path, 'zero.h'));
      const scans: readonly (readonly [words: readonly string[], said: RegExp])[] = [
        [['scan', '--config', 'pipe'], /pipe: neither a file nor a directory/],
        [['scan', '--config', '/dev/zero'], /zero: neither a file nor a directory/],
        [['scan', '--baseline', 'pipe'], /--baseline pipe: neither a file nor a directory/],
        [['scan', '--evidence', 'pipe'], /pipe: neither a file nor a directory/],
        [['evidence', 'pipe'], /pipe: neither a file nor a directory/],
        [['evidence', '/dev/zero'], /zero: neither a file nor a directory/],
        [['evidence', '--symbols', 'pipe'], /pipe: neither a file nor a directory/],
        [['validate', '--before', 'pipe', '--after', 'pipe'], /pipe: neither a file nor a directory/],
        // Their common root is /, whose names a cache would list.
        [['scan', '--no-cache', 'pipe', 'x.c', '/dev/zero'], /x\.c: neither a file nor a directory/],
        [['scan', '--root', 'pipe'], /no such directory/],
      ];
      for (const [words, said] of scans) {
        const { code, err } = await lockorder(words, folder.path);
        assert.equal(code, 2, words.join(' '));
        assert.match(err, said);
      }
      const whole = await lockorder(['scan'], folder.path);
      assert.equal(whole.code, 1);
      assert.match(whole.err, /x\.c: neither a file nor a directory/);
      renameSync(join(folder.path, 'pipe'), join(folder.path, 'lockorder.json'));
      const config = await lockorder(['scan'], folder.path);
      assert.equal(config.code, 2);
      assert.match(config.err, /lockorder\.json: neither a file nor a directory/);
    }));

  // An exponential matcher would not come back: the time limit of the test is what fails then.
  it('does not hang a scan with its globs', () =>
    within({ [`${'a'.repeat(200)}.c`]: CYCLE }, async (folder) => {
      for (const glob of [`${'*a'.repeat(90)}*b`, `{${'*a*,'.repeat(200)}b}.h`, `${'**/'.repeat(300)}b`]) {
        folder.write('lockorder.json', JSON.stringify({ exclude: [glob] }));
        assert.equal((await lockorder(['scan'], folder.path)).code, 1, glob.slice(0, 20));
      }
      folder.write('lockorder.json', JSON.stringify({ exclude: ['ok', '{a,b}'.repeat(60)] }));
      const refused = await lockorder(['scan'], folder.path);
      assert.equal(refused.code, 2);
      assert.match(refused.err, /lockorder\.json:1: exclude\[1\]: the globs together are too long/);
    }));

  it('does not make fixes or results write outside of it', () =>
    within(
      {
        'outside/a.c': CYCLE,
        'outside/victim': 'mine',
        'tree/.git/HEAD': '',
        'tree/lockorder.json': '{ "fixes": "all" }',
      },
      async (folder) => {
        const tree = join(folder.path, 'tree');
        symlinkSync('../outside', join(tree, 'sub'));
        symlinkSync('../outside/victim', join(tree, 'report.txt'));
        const fixed = await lockorder(['fix', '--write', 'sub'], tree);
        assert.equal(fixed.code, 2);
        assert.match(
          fixed.err,
          /nothing was changed\n {2}.*sub\/a\.c: a symbolic link leads out of the root/,
        );
        assert.equal(readFileSync(join(folder.path, 'outside/a.c'), 'utf8'), CYCLE);
        for (const option of ['--out', '--write-baseline']) {
          const written = await lockorder(['scan', option, 'report.txt'], tree);
          assert.equal(written.code, 2);
          assert.match(written.err, /report\.txt: a symbolic link that leads elsewhere/);
        }
        assert.equal(readFileSync(join(folder.path, 'outside/victim'), 'utf8'), 'mine');
      },
    ));

  it('cannot send control characters to a terminal in names or lines', () =>
    within({}, async (folder) => {
      const dirty = 'x\u001b]0;owned\u0007\u009b2J\u202egnp\u2066';
      const name = `${dirty}\nlockorder: all is well.c`;
      folder.write(name, CYCLE.replace('\tdown(&first);', `\tdown(&first); /* ${dirty} */`));
      folder.write(`${dirty}.h`, 'struct x {');
      mkdirSync(join(folder.path, `${dirty}dir`));
      symlinkSync('nowhere', join(folder.path, `${dirty}broken.c`));
      const { out: json } = await lockorder(['scan', '--format', 'json'], folder.path);
      const { findings } = JSON.parse(json) as { findings: { id: string; at: { file: string } }[] };
      assert.deepEqual(
        findings.map(({ at }) => at.file),
        [name],
      );
      const id = findings[0]?.id ?? '';
      const commands = [
        ...['text', 'json', 'sarif', 'github'].map((format) => ['scan', '--format', format]),
        ['scan', '--stats'],
        ['explain', id],
        ['plan', id],
        ['check', name],
        ['scan', name, `${dirty}dir`, `${dirty}-not-there`],
        ['scan', `--${dirty}`],
        ['scan', '--config', dirty],
        ...['dot', 'json', 'svg'].map((format) => ['graph', '--format', format]),
      ];
      for (const words of commands) {
        const { out, err } = await lockorder(words, folder.path);
        for (const text of [out, err]) {
          assert.doesNotMatch(
            text.replace(/[\n\t]/g, ''),
            OBEYED,
            `${words.join(' ')}:\n${JSON.stringify(text)}`,
          );
          assert.doesNotMatch(text, /^lockorder: all is well/m, words.join(' '));
        }
      }
      const { out } = await lockorder(['scan'], folder.path);
      assert.match(out, /x\\x1b\]0;owned\\x07\\x9b2J\\u202egnp\\u2066\\nlockorder: all is well\.c:17:/);
      assert.match(out, /down\(&first\); \/\* x\\x1b\]0;owned/);
    }));

  it('gets a patch for an odd file name that git applies, without control characters on a terminal', () =>
    within({}, async (folder) => {
      const name = 'odd "name"\twith\\everything\nand more\u001b[2J.c';
      folder.write(name, CYCLE);
      folder.write('lockorder.json', '{ "fixes": "all" }');
      const { out } = await lockorder(['fix'], folder.path);
      folder.write('x.patch', out);
      const applied = spawnSync('git', ['apply', '--unsafe-paths', 'x.patch'], {
        cwd: folder.path,
        encoding: 'utf8',
        env: { ...process.env, GIT_CEILING_DIRECTORIES: join(folder.path, '..') },
      });
      assert.equal(applied.stderr, '');
      assert.notEqual(readFileSync(join(folder.path, name), 'utf8'), CYCLE);
    }));
});
