import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { within } from '../../host/temporary.js';
import { lockorder } from '../run.js';
import { CYCLE, FIXED } from '../sources.js';

const ALL = '{ "fixes": "all" }';
const WHO = ['-c', 'user.name=Ann Other', '-c', 'user.email=ann@example.org'];

function git(cwd: string, words: readonly string[], input = ''): string {
  const run = spawnSync('git', [...WHO, ...words], { cwd, input, encoding: 'utf8' });
  assert.equal(run.status, 0, `git ${words.join(' ')}: ${run.stderr}`);
  return run.stdout;
}

function committed(path: string, subject: string): void {
  git(path, ['add', '.']);
  git(path, ['commit', '-q', '-m', subject]);
}

describe('fix --format mbox', () => {
  it('writes a mail that git am applies, after which there are no findings', () =>
    within({ 'drivers/x/a.c': '/* nothing */\n', 'lockorder.json': ALL }, async (folder) => {
      const { path } = folder;
      git(path, ['init', '-q']);
      committed(path, 'x: begin');
      folder.write('drivers/x/a.c', CYCLE);
      committed(path, 'x: add locks');
      const { code, out } = await lockorder(['fix', '--format', 'mbox'], path);
      assert.equal(code, 1);
      assert.match(out, /^From 0{40} Mon Sep 17 00:00:00 2001\n/);
      assert.match(out, /^Subject: \[PATCH\] x: take .*first before .*second/m);
      assert.doesNotMatch(out, /Signed-off-by/);
      assert.match(out, /^ {7}CPU0 +CPU1$/m);
      assert.match(out, /^Fixes: [0-9a-f]{12} \("x: add locks"\)$/m);
      const words = out.slice(out.indexOf('\n\n'), out.indexOf('\n---\n'));
      for (const line of words.split('\n')) assert.ok(line.length <= 75, line);
      git(path, ['am', '-q'], out);
      assert.equal(readFileSync(join(path, 'drivers/x/a.c'), 'utf8'), FIXED);
      assert.equal((await lockorder(['scan'], path)).code, 0);
    }));

  it('keeps an empty line at the end of the diff', () =>
    within({ 'lockorder.json': ALL }, async (folder) => {
      const { path } = folder;
      git(path, ['init', '-q']);
      // Three lines of context behind the last change, the last of them empty.
      const ends = '\tup(&first);\n\tup(&second);\n';
      const turned = CYCLE.replace(`${ends}}`, `${ends}\tnote();\n}`);
      assert.notEqual(turned, CYCLE);
      folder.write('drivers/usb/gadget/udc/big-chip/core.c', turned);
      committed(path, 'all');
      const { out } = await lockorder(['fix', '--format', 'mbox'], path);
      assert.match(out, /\n \tnote\(\);\n \}\n \n-- \n/);
      assert.match(out, /\n\n\w+\(\) takes \S+ while\sholding /);
      assert.match(out, /^Subject: \[PATCH\] usb: gadget: udc: core: Take \S+ before \S+$/m);
      git(path, ['am', '-q'], out);
      assert.equal((await lockorder(['scan'], path)).code, 0);
    }));

  it('adds no Fixes tag if the lines come from several commits', () =>
    within({ 'a.c': '/* nothing */\n', 'lockorder.json': ALL }, async (folder) => {
      const { path } = folder;
      git(path, ['init', '-q']);
      committed(path, 'a: begin');
      const at = CYCLE.indexOf('void once_more');
      folder.write('a.c', CYCLE.replace('\tdown(&second);\n\tdown(&first);', '\tdown(&second);'));
      committed(path, 'a: one lock');
      folder.write('a.c', CYCLE);
      committed(path, 'a: the other');
      assert.ok(at > 0);
      const { out } = await lockorder(['fix', '--format', 'mbox'], path);
      assert.match(out, /^Subject: \[PATCH\] a: /m);
      assert.doesNotMatch(out, /^Fixes:/m);
    }));

  it('names files that git am cannot apply a mail to, with the reason', () =>
    within({ 'lockorder.json': ALL }, async (folder) => {
      const { path } = folder;
      const mailed = async (): Promise<{ out: string; said: string | undefined }> => {
        const { out, err } = await lockorder(['fix', '--format', 'mbox'], path);
        return { out, said: /^lockorder: a\.c: (.*)$/m.exec(err)?.[1] };
      };
      folder.write('a.c', CYCLE);
      assert.equal((await mailed()).said, undefined);
      git(path, ['init', '-q']);
      assert.match((await mailed()).said ?? '', /^git does not track it/);
      git(path, ['add', 'a.c']);
      assert.match((await mailed()).said ?? '', /^it has changes that are not committed/);
      committed(path, 'a: begin');
      assert.equal((await mailed()).said, undefined);
      folder.write('a.c', `${CYCLE}int more;\n`);
      assert.match((await mailed()).said ?? '', /^it has changes that are not committed/);
      folder.write('a.c', CYCLE.replaceAll('\n', '\r\n'));
      committed(path, 'a: other lines');
      const { out, said } = await mailed();
      assert.match(said ?? '', /git am --keep-cr$/);
      git(path, ['am', '-q', '--keep-cr'], out);
      assert.equal((await lockorder(['scan'], path)).code, 0);
    }));

  it('names the subsystem and the driver of a file without history once', () =>
    within(
      {
        'drivers/net/ethernet/vendor/nic.c': CYCLE,
        'drivers/net/wireless/vendor/radio/tx.c': CYCLE,
        'drivers/rtc/rtc-x.c': CYCLE,
        'fs/y/z.c': CYCLE,
        'lockorder.json': ALL,
      },
      async ({ path }) => {
        const { out } = await lockorder(['fix', '--format', 'mbox', '--root', '.'], path);
        assert.deepEqual(out.match(/(?<=^Subject: \[PATCH\] )[a-z: ]+: /gm), [
          'net: nic: ',
          'wifi: radio: ',
          'rtc: x: ',
          'y: z: ',
        ]);
      },
    ));

  it('works without history', () =>
    within({ 'drivers/x/a.c': CYCLE, 'lockorder.json': ALL }, async ({ path }) => {
      const { out } = await lockorder(['fix', '--format', 'mbox', '--root', '.'], path);
      assert.match(out, /^Subject: \[PATCH\] x: a: Take .*first before .*second/m);
      git(path, ['init', '-q']);
      committed(path, 'x: all');
      git(path, ['am', '-q'], out);
      assert.equal(readFileSync(join(path, 'drivers/x/a.c'), 'utf8'), FIXED);
    }));
});
