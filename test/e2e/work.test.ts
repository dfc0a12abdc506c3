import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { LEAK, TWO } from '../lsp/support/texts.js';
import { EditorSession } from './support/session.js';

const SEMAPHORES = 'two-semaphores/two_semaphores.c';
const PAIR = '#include <linux/mutex.h>\nstruct pair { struct mutex first; struct mutex second; int sum; };\n';
/** A function that takes two locks of a pair in some order. */
function taking(name: string, outer: string, inner: string): string {
  return `void ${name}(struct pair *p)
{
	mutex_lock(&p->${outer});
	mutex_lock(&p->${inner});
	p->sum++;
	mutex_unlock(&p->${inner});
	mutex_unlock(&p->${outer});
}
`;
}

const WRONG = (name: string): string => `#include "pair.h"\n\n${taking(name, 'second', 'first')}`;
const RIGHT = ['right_one', 'right_two', 'right_three'].map((name) => taking(name, 'first', 'second'));

describe('work with the extension', () => {
  const session = new EditorSession('work', {
    settings: { 'editor.codeActionsOnSave': { 'source.fixAll.lockOrder': 'explicit' } },
  });
  beforeEach(async () => {
    await session.page.keyboard.press('Escape');
    await session.editor.saveAll();
    await session.editor.closeAll();
  });

  /** Errors and warnings in the status bar. */
  const counts = (): Locator => session.page.locator('#status\\.problems');
  const button = (name: string): Locator =>
    session.page.locator('.monaco-button', { hasText: name }).filter({ visible: true }).first();

  /** A module that takes two locks in one order at three places and, in a file for each name, in the other. */
  function writePair(...names: readonly string[]): void {
    session.write('pair/Kbuild', 'obj-m += pair.o\n');
    session.write('pair/pair.h', PAIR);
    session.write('pair/right.c', `#include "pair.h"\n\n${RIGHT.join('\n')}`);
    for (const name of names) session.write(`pair/wrong_${name}.c`, WRONG(`wrong_${name}`));
  }

  it('a fix of several files goes through the preview, and one undo reverts all of it', async () => {
    const names = ['one', 'two'] as const;
    writePair(...names);
    await session.editor.show('pair/wrong_one.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.cursorAt('wrong_one', 'mutex_lock(&p->first)');
    await session.editor.fix('Take pair.first before pair.second');
    const preview = session.page.locator('.bulk-edit-panel');
    await preview.locator('.monaco-list-row', { hasText: 'wrong_one.c' }).first().waitFor();
    await preview.locator('.monaco-list-row', { hasText: 'wrong_two.c' }).first().waitFor();
    // Nothing is changed before somebody says so.
    for (const name of names) assert.equal(session.read(`pair/wrong_${name}.c`), WRONG(`wrong_${name}`));
    await button('Apply').click();
    // Of all files, or of none.
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
    const ordered = (name: string): boolean =>
      /first\);\s*mutex_lock\(&p->second\)/.test(session.read(`pair/wrong_${name}.c`));
    await session.editor.saveAll();
    await session.until(
      () => names.every(ordered),
      () => names.map((name) => session.read(`pair/wrong_${name}.c`)).join('\n'),
    );
    await session.editor.show('pair/wrong_one.c');
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
    await session.page.keyboard.press('Control+Z');
    // It asks whether both files are meant, or changes both at once.
    const all = session.page
      .locator('.monaco-dialog-box .monaco-button', { hasText: 'Undo in 2 Files' })
      .first();
    const changed = session.page.locator('.tab.dirty').nth(1);
    await all.or(changed).first().waitFor();
    if (await all.isVisible()) await all.click();
    await changed.waitFor();
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.saveAll();
    await session.until(
      () => names.every((name) => session.read(`pair/wrong_${name}.c`) === WRONG(`wrong_${name}`)),
      () => names.map((name) => session.read(`pair/wrong_${name}.c`)).join('\n'),
    );
  });

  it('a folder that is deleted takes its findings along, and brings them back', async () => {
    writePair('one');
    await session.editor.show('pair/wrong_one.c');
    await session.editor.squiggle('error').first().waitFor();
    const away = join(dirname(session.folder), 'away');
    renameSync(join(session.folder, 'pair'), away);
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
    renameSync(away, join(session.folder, 'pair'));
    await session.editor.squiggle('error').first().waitFor();
  });

  it('a folder that another one replaces at once brings its own findings', async () => {
    writePair('one');
    await session.editor.show('pair/wrong_one.c');
    await session.editor.squiggle('error').first().waitFor();
    const folder = join(session.folder, 'pair');
    const away = join(dirname(session.folder), 'away');
    // The editor hears of one change of the folder.
    renameSync(folder, away);
    writeFileSync(join(away, 'right.c'), '#include "pair.h"\n');
    renameSync(away, folder);
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
  });

  it('nothing changes if the preview of a fix in two files is discarded', async () => {
    const files = ['port/reset.c', 'port/show.c'];
    const before = files.map((file) => session.read(file));
    await session.editor.show('port/reset.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.cursorAt('port_reset', 'mutex_lock(&port->config_lock)');
    await session.editor.fix('Take port.config_lock before port.stats_lock');
    const preview = session.page.locator('.bulk-edit-panel');
    for (const file of ['reset.c', 'show.c'])
      await preview.locator('.monaco-list-row', { hasText: file }).first().waitFor();
    await session.pictures('preview');
    await button('Discard').click();
    await preview.waitFor({ state: 'hidden' });
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.saveAll();
    assert.deepEqual(
      files.map((file) => session.read(file)),
      before,
    );
  });

  it('one Ctrl+. works in a file that was just opened, before anything is underlined', async () => {
    // In the first line, where the cursor is: after one that moves, VS Code asks again and cancels what the key asked for.
    session.write(
      'fresh/two.c',
      TWO.replaceAll(/^#.*\n/gm, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    );
    await session.editor.show('fresh/two.c');
    await session.page.keyboard.press('Control+.');
    await session.editor.action('Explain lock-order-cycle').waitFor();
    for (const title of ['with a comment', 'in lockorder.json']) await session.editor.action(title).waitFor();
    await session.page.keyboard.press('Escape');
    rmSync(join(session.folder, 'fresh'), { recursive: true });
  });

  it('the Problems panel leads through the story of a finding', async () => {
    await session.editor.show('driver/device.c');
    const rows = await session.editor.problems();
    await rows
      .filter({ hasText: 'queue_drain() calls device_wake(), holding queue.lock (side 2)' })
      .first()
      .click();
    await session.page.locator('.tab.active', { hasText: 'queue.c' }).first().waitFor();
    await session.page.locator('#status\\.editor\\.selection', { hasText: 'Ln 42' }).waitFor();
  });

  it('hover works on a call and on a variable with locks', async () => {
    await session.editor.show('driver/device.c');
    await session.editor.squiggle('error').first().waitFor();
    const call = await session.editor.hover(
      session.editor.word(session.editor.line('queue_length').first(), 'queue_length'),
      'May take',
    );
    assert.match(call, /queue\.lock/);
    assert.match(call, /Held here: device_state\.state_lock/);
    // Both have their say.
    assert.match(call, /neighbour: queue_length/);
    await session.pictures('hover-call');
    await session.page.keyboard.press('Escape');
    await session.page.mouse.move(5, 5);
    const variable = await session.editor.hover(
      session.editor.word(session.editor.line('device_wake').first(), 'dev'),
      'locks of',
    );
    assert.match(variable, /state_lock/);
    await session.pictures('hover-variable');
  });

  it('another extension for C and Lockorder each answer for themselves', async () => {
    const { page, editor } = session;
    await editor.show('driver/device.c');
    await editor.squiggle('error').first().waitFor();
    const highlights = page.locator('.monaco-editor .wordHighlightText');
    await editor.cursorAt('device_suspend', 'mutex_lock');
    // The call and its release, not every call of that name. Those of the word where the cursor was before go first.
    const count = async (): Promise<boolean> => (await highlights.count()) === 2;
    await session.until(count, () => 'not the call and its release alone');
    assert.equal(await highlights.count(), 2);
    await editor.cursorAt('device_suspend', 'awake');
    await highlights.first().waitFor();
    await page.keyboard.press('F12');
    await page.locator('#status\\.editor\\.selection', { hasText: /Ln 13,/ }).waitFor();
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget .monaco-list-row', { hasText: 'neighbour_completion' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('the explanation opens beside the code, and never in a third column', async () => {
    const groups = session.page.locator('.editor-group-container');
    await session.editor.show('driver/queue.c');
    await session.editor.run('View: Split Editor Right');
    await session.editor.cursorAt('queue_drain', 'device_wake');
    await session.editor.squiggle('error').first().waitFor();
    assert.equal(await groups.count(), 2);
    await session.editor.run('Lock Order: Explain Finding');
    await session.window.locator('h1', { hasText: 'state_lock' }).waitFor();
    assert.equal(await groups.count(), 2);
    await session.window.locator('a.place', { hasText: 'device.c' }).first().click();
    await session.page.locator('.tab.active', { hasText: 'device.c' }).first().waitFor();
    // The page is still there to be read on.
    await session.window.locator('h1', { hasText: 'state_lock' }).waitFor();
    assert.equal(await groups.count(), 2);
    await session.pictures('explain-beside');
    await session.editor.run('View: Single Column Editor Layout');
  });

  it('saving applies a fix that leaves nothing to decide', async () => {
    session.write('leak/leak.c', LEAK);
    await session.editor.show('leak/leak.c');
    await session.editor.squiggle('warning').first().waitFor();
    await session.editor.cursorAt('leaks += value', 'leaks');
    await session.page.keyboard.type(' ');
    const released = /\{?\s*mutex_unlock\(&leak_lock\);\s*return err|goto \w+;/;
    await session.editor.save();
    await session.until(
      () => released.test(session.read('leak/leak.c')),
      () => session.read('leak/leak.c'),
    );
    // Not removed: the file is there before the editor has done with it, and its tab is no longer marked then.
    session.write('leak/leak.c', '');
  });

  it('a document that was never saved is analysed', async () => {
    const { page, editor } = session;
    await editor.run('File: New Untitled Text File');
    await page.locator('.tab.active', { hasText: 'Untitled-1' }).waitFor();
    await editor.run('Change Language Mode');
    await page.locator('.quick-input-widget:visible input').first().fill('C');
    await editor.choose('(c)');
    await editor.focusCode();
    await page.keyboard.insertText(TWO);
    await editor.squiggle('error').first().waitFor();
    await editor.run('View: Revert and Close Editor');
  });

  it('the tree lists a suppression of lockorder.json with its reason', async () => {
    await session.editor.show(SEMAPHORES);
    await session.editor.cursorAt('another_function', 'down(&sem1)');
    await session.editor.squiggle('error').first().waitFor();
    await (await session.editor.quickFix('in lockorder.json')).click();
    await session.editor.answer('only one of the two ever runs');
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
    await session.until(
      () => /only one of the two ever runs/.test(session.read('lockorder.json')),
      () => session.read('lockorder.json'),
    );
    await session.editor.run('Lock Order: Focus on Lock Order View');
    const tree = session.page.locator('.sidebar .monaco-list-row');
    await session.editor.unfoldTo(
      tree.filter({ hasText: 'only one of the two' }).first(),
      tree.filter({ hasText: 'Suppressed' }).first(),
    );
    await session.pictures('suppressed');
    rmSync(join(session.folder, 'lockorder.json'));
    await session.editor.show(SEMAPHORES);
    await session.editor.cursorAt('another_function', 'down(&sem1)');
    await session.editor.squiggle('error').first().waitFor();
  });

  it('the keys of lockorder.json have descriptions', async () => {
    writeFileSync(join(session.folder, 'lockorder.json'), '{\n  \n}\n');
    await session.editor.show('lockorder.json');
    await session.page.keyboard.press('ArrowDown');
    await session.page.keyboard.press('End');
    await session.page.keyboard.press('Control+Space');
    for (const key of ['models', 'ignore', 'preemptRt']) {
      await session.page.locator('.suggest-widget .monaco-list-row', { hasText: key }).first().waitFor();
    }
    await session.pictures('schema');
    await session.page.keyboard.press('Escape');
    rmSync(join(session.folder, 'lockorder.json'));
  });

  it('the output, a pause and a restart work', async () => {
    rmSync(join(session.folder, 'lockorder.json'), { force: true });
    await session.editor.show('driver/device.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.run('Lock Order: Show Output');
    // What is in it needs a module that is compiled when the editor is installed, which the tests do not do.
    await session.page.locator('.part.panel .action-item.checked', { hasText: 'Output' }).waitFor();
    await session.page.locator('.part.panel .title-actions', { hasText: 'Lock Order' }).waitFor();
    await session.pictures('output');
    const status = session.page.locator('.hover-language-status');
    await session.editor.run('Lock Order: Pause or Resume Background Indexing');
    await session.page.locator('.statusbar-item[id="status.languageStatus"]').first().hover();
    await status.filter({ hasText: 'Lock Order: paused' }).first().waitFor();
    await session.page.mouse.move(5, 5);
    await session.editor.run('Lock Order: Restart Server');
    await session.page.locator('.statusbar-item[id="status.languageStatus"]').first().hover();
    // The two files of driver/; the rest of the folder is not read, now that nothing says it is one tree.
    for (const words of [/Lock Order: \d+ findings?/, '2 C files: directories of open files']) {
      await status.filter({ hasText: words }).first().waitFor();
    }
    await session.pictures('status-extent');
    await session.editor.focusCode();
    await session.editor.squiggle('error').first().waitFor();
  });

  it('the tree keeps its lists open while the server restarts', async () => {
    const rows = session.page.locator('.sidebar .monaco-list-row');
    await session.editor.show('driver/device.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.run('Lock Order: Focus on Lock Order View');
    await session.editor.unfoldTo(
      rows.filter({ hasText: 'queue.lock' }).first(),
      rows.filter({ hasText: 'Lock Classes' }).first(),
    );
    await session.editor.clearNotifications();
    await session.whenSeen(`!document.querySelector('.monaco-editor .squiggly-error')`, () =>
      session.editor.run('Lock Order: Restart Server'),
    );
    await session.editor.squiggle('error').first().waitFor();
    await rows.filter({ hasText: 'queue.lock' }).first().waitFor();
    assert.deepEqual(await session.editor.notification('').allInnerTexts(), []);
  });

  it('a restart ends a server that hangs, and starts another one', async () => {
    await session.editor.show('driver/device.c');
    await session.editor.squiggle('error').first().waitFor();
    // Another window that was left may keep a server of its own; that of this window is the one a restart starts.
    const others = session.languageServers;
    const own = (): readonly number[] => session.languageServers.filter((pid) => !others.includes(pid));
    // Squiggles that go and come again are those of the new server, which runs by then.
    const restart = async (): Promise<void> => {
      await session.whenSeen(`!document.querySelector('.monaco-editor .squiggly-error')`, () =>
        session.editor.run('Lock Order: Restart Server'),
      );
      await session.editor.squiggle('error').first().waitFor();
    };
    await restart();
    const hung = own();
    assert.equal(hung.length, 1, `language servers: ${others.join()}; since the restart: ${hung.join()}`);
    for (const pid of hung) process.kill(pid, 'SIGSTOP');
    await restart();
    await session.until(
      () => session.languageServers.every((pid) => !hung.includes(pid)),
      () => 'the server that hangs is still there',
    );
    assert.deepEqual(await session.editor.notification('').allInnerTexts(), []);
  });

  it('a workspace of several folders analyses each separately', async () => {
    const workspace = join(dirname(session.folder), 'both.code-workspace');
    const folders = ['driver', 'two-semaphores'].map((name) => ({ path: join(session.folder, name) }));
    writeFileSync(workspace, JSON.stringify({ folders }));
    await session.reopen(workspace, 'two-semaphores');
    // VS Code lists no commands of an extension that it has not read yet.
    await session.editor.show('driver/device.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.run('Lock Order: Scan Workspace');
    await session.editor.told(/\d+ findings? .*in \d+ of \d+ C file|\d+ findings? in/);
    // Two files of the driver, one of the semaphores.
    await counts().filter({ hasText: /3\s+0/ }).waitFor();
    await session.editor.problems();
    await session.pictures('multi-root');
  });
});
