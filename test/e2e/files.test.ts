import { execFileSync } from 'node:child_process';
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { EditorSession } from './support/session.js';

/** Two functions that take two mutexes in two orders, so that the one that follows the rest is the wrong one. */
function pair(name: string, wrong: readonly [string, string], comment = ''): string {
  const taking = (of: string, [outer, inner]: readonly [string, string]): string => `
void ${name}_${of}(void)
{
	mutex_lock(&${name}_${outer});
	mutex_lock(&${name}_${inner});
	${name}_sum++;
	mutex_unlock(&${name}_${inner});
	mutex_unlock(&${name}_${outer});
}
`;
  return `/* ${comment} */
#include <linux/mutex.h>
static DEFINE_MUTEX(${name}_a);
static DEFINE_MUTEX(${name}_b);
static int ${name}_sum;
${taking('first', ['a', 'b'])}${taking('second', ['a', 'b'])}${taking('wrong', wrong)}`;
}
const WRONG = ['b', 'a'] as const;
const RIGHT = ['a', 'b'] as const;

/** One line with a certain mistake and a possible one: the helper is waited for only by a caller that nobody sees. */
const LINE = `#include <linux/mutex.h>
#include <linux/spinlock.h>
static DEFINE_MUTEX(line_mutex);
static DEFINE_MUTEX(line_other);
static DEFINE_SPINLOCK(line_lock);
static int line_sum;
void line_one(void)
{
	mutex_lock(&line_mutex);
	mutex_lock(&line_other);
	line_sum++;
	mutex_unlock(&line_other);
	mutex_unlock(&line_mutex);
}
void line_two(void)
{
	mutex_lock(&line_other);
	spin_lock(&line_lock);
	mutex_lock(&line_mutex);
	line_sum--;
	mutex_unlock(&line_mutex);
	spin_unlock(&line_lock);
	mutex_unlock(&line_other);
}
`;

describe('files as they come', () => {
  const session = new EditorSession('files');
  const tree = (): Locator => session.page.locator('.sidebar .monaco-list-row');
  const counts = (): Locator => session.page.locator('#status\\.problems');
  const badge = (): Locator => session.page.locator('.activitybar .action-item .badge-content');

  beforeEach(async () => {
    await session.page.keyboard.press('Escape');
    await session.editor.saveAll();
    await session.editor.closeAll();
  });

  it('before a scan, badge, tree, status and Problems tell of open files, and say so', async () => {
    // Of the same folder, which is read with the open file.
    session.write('many/Kbuild', 'obj-m += many.o\n');
    for (const name of ['open', 'shut', 'other']) session.write(`many/${name}.c`, pair(name, WRONG));
    await session.editor.show('many/open.c');
    await session.editor.squiggle('error').first().waitFor();
    // One error and the mark of the other side.
    await counts()
      .filter({ hasText: /^\s*1\s+0\s+1\s*$/ })
      .waitFor();
    await session.editor.run('Lock Order: Focus on Lock Order View');
    await tree()
      .filter({ hasText: /^Findings\s*1 finding in open files$/ })
      .waitFor();
    await badge().filter({ hasText: /^1$/ }).waitFor();
    assert.equal(await tree().filter({ hasText: 'shut.c' }).count(), 0);
    await session.page.locator('.statusbar-item[id="status.languageStatus"]').first().hover();
    await session.page
      .locator('.hover-language-status', { hasText: 'Lock Order: 1 finding in open files' })
      .first()
      .waitFor();
    await session.pictures('counts-before');
    await session.editor.run('Lock Order: Scan Workspace');
    const told = await session.editor.told(/\d+ findings? .*in \d+ of \d+ C file|\d+ findings? in/);
    const count = /^\d+/.exec(told)?.[0] ?? 'no number';
    await badge()
      .filter({ hasText: new RegExp(`^${count}$`) })
      .waitFor();
    await tree()
      .filter({ hasText: new RegExp(`^Findings\\s*${count} findings.* in the workspace$`) })
      .waitFor();
    await tree().filter({ hasText: 'shut.c' }).first().waitFor();
    // What is listed more often than found is said with its number.
    const entries = /Problems lists (\d+) entries/.exec(told)?.[1];
    const listed = (await counts().innerText()).split(/\s+/).map(Number);
    assert.equal(
      listed.reduce((sum, each) => sum + each, 0),
      Number(entries ?? count),
    );
    await session.editor.clearNotifications();
  });

  it('two findings on one line are named in the menu, the worse one first', async () => {
    session.write('many/line.c', LINE);
    await session.editor.show('many/line.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.cursorAt('line_two', 'mutex_lock(&line_mutex)');
    await session.editor.quickFix('Explain sleep-in-atomic');
    const titles = await session.page.locator('.action-widget .monaco-list-row.action').allInnerTexts();
    const named = ['sleep-in-atomic', 'lock-order-cycle'];
    for (const rule of named) {
      assert.ok(titles.includes(`Explain ${rule}`), titles.join());
      assert.ok(titles.includes(`Suppress ${rule} with a comment…`), titles.join());
    }
    await session.pictures('two-on-a-line');
    await session.editor.action('Suppress lock-order-cycle with a comment').first().click();
    await session.editor.answer('only one of them runs');
    await session.editor.line('lockorder-ignore').first().waitFor();
    await session.editor.save();
    await session.until(
      () => /lockorder-ignore lock-order-cycle: only one of them runs/.test(session.read('many/line.c')),
      () => session.read('many/line.c'),
    );
    rmSync(join(session.folder, 'many'), { recursive: true });
  });

  it('a fix keeps the line endings of the file, and a file in Latin-1 is analysed', async () => {
    const path = (name: string): string => join(session.folder, 'kinds', name);
    session.write('kinds/Kbuild', 'obj-m += kinds.o\n');
    session.write('kinds/crlf.c', pair('crlf', WRONG).replaceAll('\n', '\r\n'));
    writeFileSync(path('latin.c'), Buffer.from(pair('latin', WRONG, 'Jürgen Groß'), 'latin1'));
    await session.editor.show('kinds/latin.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.show('kinds/crlf.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.cursorAt('crlf_wrong', 'mutex_lock(&crlf_a)');
    await session.editor.fix('Take crlf_a before crlf_b');
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
    await session.editor.save();
    const fixed = pair('crlf', RIGHT).replaceAll('\n', '\r\n');
    const written = (): string => readFileSync(path('crlf.c'), 'utf8');
    // The releases may stay as they are.
    const locks = (text: string): string => text.replaceAll(/mutex_unlock.*/g, '');
    await session.until(
      () => locks(written()) === locks(fixed),
      () => JSON.stringify(written()),
    );
    assert.doesNotMatch(written(), /[^\r]\n/);
  });

  it('a read-only file shows its findings', async () => {
    session.write('kinds/only.c', pair('only', WRONG));
    chmodSync(join(session.folder, 'kinds/only.c'), 0o444);
    await session.editor.show('kinds/only.c');
    await session.editor.squiggle('error').first().waitFor();
  });

  it('a file opened through a symbolic link is the same file', async () => {
    session.write('kinds/linked.c', pair('linked', WRONG));
    symlinkSync('kinds', join(session.folder, 'link'));
    await session.editor.run('File: Focus on Files Explorer');
    const entry = (name: string): Locator =>
      session.page
        .locator('.explorer-folders-view .monaco-list-row')
        .filter({ hasText: new RegExp(`^${name}$`) });
    await session.editor.unfoldTo(entry('linked.c').last(), entry('link').first());
    await entry('linked.c').last().click();
    await session.page.locator('.monaco-editor[data-uri$="/link/linked.c"]').first().waitFor();
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.run('Lock Order: Scan Workspace');
    await session.editor.told(/\d+ findings? .*in \d+ of \d+ C file|\d+ findings? in/);
    await session.editor.run('Lock Order: Focus on Lock Order View');
    await tree().filter({ hasText: 'linked.c' }).first().waitFor();
    assert.equal(await tree().filter({ hasText: 'linked.c' }).count(), 1);
    await session.editor.clearNotifications();
    rmSync(join(session.folder, 'link'));
    rmSync(join(session.folder, 'kinds'), { recursive: true });
  });

  it('another branch is analysed as soon as it is checked out', async () => {
    const git = (...args: readonly string[]): void => {
      const options = { cwd: session.folder, stdio: 'ignore' as const };
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], options);
    };
    session.write('branch/Kbuild', 'obj-m += branch.o\n');
    session.write('branch/branch.c', pair('branch', WRONG));
    git('init', '-q', '-b', 'broken');
    git('add', '-A');
    git('commit', '-qm', 'broken');
    git('checkout', '-qb', 'repaired');
    session.write('branch/branch.c', pair('branch', RIGHT));
    git('commit', '-qam', 'repaired');
    git('checkout', '-q', 'broken');
    await session.editor.show('branch/branch.c');
    await session.editor.squiggle('error').first().waitFor();
    git('checkout', '-q', 'repaired');
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
    git('checkout', '-q', 'broken');
    await session.editor.squiggle('error').first().waitFor();
    rmSync(join(session.folder, '.git'), { recursive: true });
  });
});
