import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { circularLog } from '../support/circular.js';
import { EditorSession } from './support/session.js';

const LOG = circularLog({
  outer: '&dev->state_lock',
  inner: '&q->lock',
  holder: 'device_suspend',
  taker: 'queue_length',
  otherHolder: 'queue_drain',
  otherTaker: 'device_wake',
});
const SEMAPHORES = 'two-semaphores/two_semaphores.c';
/** Where the examples are wrong: a function and a text in it. */
const FINDINGS: Readonly<Record<string, readonly [behind: string, text: string]>> = {
  [SEMAPHORES]: ['another_function', 'down(&sem1)'],
  'driver/queue.c': ['queue_drain', 'device_wake'],
};

describe('what the extension shows', () => {
  const session = new EditorSession('surfaces');
  const tree = () => session.page.locator('.sidebar .monaco-list-row');

  beforeEach(async () => {
    await session.page.keyboard.press('Escape');
    await session.editor.saveAll();
    await session.editor.closeAll();
  });

  /**
   * Puts the cursor on the finding of an example. It goes to the code, not from marker to marker: a file that is opened
   * again shows the markers of before until the server has published new ones.
   */
  async function toFinding(file: string): Promise<void> {
    await session.editor.show(file);
    const [behind = '', text = ''] = FINDINGS[file] ?? [];
    await session.editor.cursorAt(behind, text);
    // Only lines in view are underlined.
    await session.editor.squiggle('error').first().waitFor();
  }

  it('the rule of a finding opens its page offline and rendered', async () => {
    await session.editor.show(SEMAPHORES);
    const rows = await session.editor.problems();
    await rows
      .locator('a', { hasText: 'lock-order-cycle' })
      .first()
      .click({ modifiers: ['Control'] });
    await session.window.locator('h1', { hasText: 'lock-order-cycle' }).waitFor();
    await session.pictures('rule-page');
  });

  it('the explanation opens as a page beside the code', async () => {
    await toFinding('driver/queue.c');
    await session.editor.run('Lock Order: Explain Finding');
    const { window } = session;
    await window.locator('h1', { hasText: 'state_lock' }).waitFor();
    assert.equal(await window.locator('.side').count(), 2);
    assert.equal(await window.locator('tbody tr').count(), 4);
    assert.ok((await window.locator('pre mark').count()) >= 4);
    assert.match(await window.locator('main').innerText(), /How to reproduce/);
    await session.editor.run('View: Hide Panel');
    await session.pictures('explain-narrow');
    await session.editor.run('View: Toggle Primary Side Bar Visibility');
    await session.pictures('explain');
    await session.editor.run('View: Toggle Primary Side Bar Visibility');
    await session.expectReadable();
    await window.locator('button', { hasText: 'Copy as Text' }).click();
    await window.locator('#note', { hasText: 'Copied' }).waitFor();
    await window.locator('a.place', { hasText: 'device.c' }).first().focus();
    await session.page.keyboard.press('Enter');
    await session.editor.line('device_suspend').first().waitFor();
  });

  it('the page of a finding applies its fix, and says when the finding is gone', async () => {
    await toFinding(SEMAPHORES);
    await session.editor.run('Lock Order: Explain Finding');
    const { window } = session;
    const apply = window.locator('button', { hasText: 'Apply' });
    const gone = window.locator('#gone', { hasText: 'This finding is gone' });
    await apply.click();
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
    await gone.waitFor();
    assert.ok(await apply.isDisabled());
    await session.pictures('explain-gone');
    await session.expectReadable();
    await session.editor.run('View: Focus First Editor Group');
    await session.page.keyboard.press('Control+Z');
    await session.editor.squiggle('error').first().waitFor();
    await gone.waitFor({ state: 'hidden' });
    assert.ok(await apply.isEnabled());
  });

  it('the explanation of a finding waits for the server after one that died', async () => {
    await toFinding(SEMAPHORES);
    // Before what is underlined: the whole line will do.
    await session.page.keyboard.press('Home');
    await session.page.locator('#status\\.editor\\.selection', { hasText: /Col 1$/ }).waitFor();
    const died = session.languageServers;
    assert.notDeepEqual(died, []);
    // It takes what it has marked along.
    await session.whenSeen(`!document.querySelector('.monaco-editor .squiggly-error')`, async () => {
      for (const pid of died) process.kill(pid, 'SIGKILL');
    });
    await session.editor.run('Lock Order: Explain Finding');
    await session.window.locator('h1', { hasText: 'sem1' }).waitFor();
    await session.editor.clearNotifications();
  });

  it('the explanation of a finding says that it waits for a server that is busy', async () => {
    await toFinding(SEMAPHORES);
    const busy = session.languageServers;
    assert.notDeepEqual(busy, []);
    for (const pid of busy) process.kill(pid, 'SIGSTOP');
    try {
      await session.editor.run('Lock Order: Explain Finding');
      await session.editor.notification('Analysing this code').waitFor();
    } finally {
      for (const pid of busy) process.kill(pid, 'SIGCONT');
    }
    await session.window.locator('h1', { hasText: 'sem1' }).waitFor();
    await session.editor.notification('Analysing this code').waitFor({ state: 'detached' });
  });

  it('the actions for a finding list its fix first', async () => {
    await toFinding(SEMAPHORES);
    const fix = await session.editor.quickFix('Take sem1 before sem2');
    for (const title of [
      'Explain lock-order-cycle',
      'Declare the order',
      'with a comment',
      'in lockorder.json',
    ]) {
      await session.editor.action(title).waitFor();
    }
    await session.pictures('actions');
    await session.page.keyboard.press('Escape');
    await fix.waitFor({ state: 'detached' });
  });

  it('a suppression has a reason, and one undo takes it back', async () => {
    await toFinding(SEMAPHORES);
    const action = await session.editor.quickFix('with a comment');
    await action.click();
    const reason = session.page.locator('.quick-input-widget:visible input').first();
    await reason.fill('never at');
    // The code may have to be read again before the reason is clear.
    await session.editor.line('another_function').first().click();
    await session.editor.focusedCode();
    assert.equal(await reason.inputValue(), 'never at');
    await session.editor.answer('never at the same time');
    await session.editor.line('lockorder-ignore').first().waitFor();
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
    await session.editor.focusCode();
    await session.page.keyboard.press('Control+Z');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.save();
  });

  it('a declared order goes into a .lockorder beside the code', async () => {
    await toFinding(SEMAPHORES);
    await (await session.editor.quickFix('Declare the order')).click();
    const name = 'two-semaphores/.lockorder';
    const file = join(session.folder, name);
    const written = (): boolean => existsSync(file) && /sem1 < \S*sem2/.test(session.read(name));
    const dirty = session.page.locator('.tab.dirty').first();
    const there = (): string => (existsSync(file) ? session.read(name) : 'no .lockorder');
    await session.until(async () => written() || (await dirty.isVisible()), there);
    await session.editor.saveAll();
    await session.until(written, there);
    // Not removed: the file is there before the editor has done with it, and its tab is no longer marked then.
    session.write(name, '');
  });

  it('hints, lenses and highlights show the held locks, and lead to the release', async () => {
    await session.editor.show('driver/device.c');
    assert.equal(await session.page.locator('.codelens-decoration').count(), 0);
    await session.editor.run('Lock Order: Toggle Lock Hints');
    await session.page.locator('.codelens-decoration', { hasText: 'takes' }).first().waitFor();
    await session.editor.line('holds').first().waitFor();
    await session.pictures('hints');
    await session.editor.word(session.editor.line('mutex_lock').first(), 'mutex_lock').click();
    const highlights = session.page.locator('.monaco-editor .wordHighlightText');
    // Those of the word where the cursor was before go first.
    const count = async (): Promise<boolean> => (await highlights.count()) === 2;
    await session.until(count, () => 'not the call and its release alone');
    assert.equal(await highlights.count(), 2);
    const before = await session.editor.cursorLine();
    await session.editor.run('Lock Order: Go to the Matching Release');
    const status = session.page.locator('#status\\.editor\\.selection');
    await status.filter({ hasText: `Ln ${before + 2},` }).waitFor();
    await session.editor.run('Lock Order: Toggle Lock Hints');
    await session.page.locator('.codelens-decoration').first().waitFor({ state: 'detached' });
  });

  it('the callers of an acquisition are listed with the locks they hold', async () => {
    await session.editor.show('driver/queue.c');
    await session.editor.cursorAt('queue_length', 'mutex_lock');
    await session.editor.run('Lock Order: Show Paths to This Lock');
    const reaches = session.page.locator('.sidebar .pane', { hasText: 'Paths to This Lock' }).last();
    const rows = reaches.locator('.monaco-list-row');
    await rows.filter({ hasText: 'while holding device_state.state_lock' }).waitFor();
    await rows.filter({ hasText: 'device_suspend()' }).first().waitFor();
    await session.pictures('reaches');
  });

  it('the tree lists all findings with a badge, by rule and by folder, filtered', async () => {
    await session.editor.run('Lock Order: Scan Workspace');
    const told = await session.editor.told(/\d+ findings? .*in \d+ of \d+ C file|\d+ findings? in/);
    await session.editor.run('Notifications: Show Notifications');
    await session.pictures('notification');
    await session.editor.clearNotifications();
    await session.editor.run('Lock Order: Focus on Lock Order View');
    await tree().filter({ hasText: 'lock-order-cycle' }).first().waitFor();
    // The place comes first.
    await tree()
      .filter({ hasText: /^device\.c:22device_suspend\(\) takes / })
      .first()
      .waitFor();
    // One number everywhere.
    const count = /^\d+/.exec(told)?.[0] ?? 'no number';
    await session.page
      .locator('.activitybar .action-item .badge-content', { hasText: new RegExp(`^${count}$`) })
      .first()
      .waitFor();
    await tree()
      .filter({ hasText: new RegExp(`^Findings\\s*${count} finding`) })
      .first()
      .waitFor();
    await session.editor.unfoldTo(
      tree().filter({ hasText: 'queue.lock' }).first(),
      tree().filter({ hasText: 'Lock Classes' }).first(),
    );
    await session.pictures('tree');
    await session.editor.titleAction('Group by Folder');
    await tree().filter({ hasText: 'driver' }).first().waitFor();
    await session.editor.titleAction('Filter');
    await session.editor.answer('queue');
    await tree().filter({ hasText: 'two_semaphores.c' }).first().waitFor({ state: 'detached' });
    // Each section counts what it lists, and the filter can be changed.
    await tree()
      .filter({ hasText: /^Lock Classes\s*1$/ })
      .first()
      .waitFor();
    await session.editor.titleAction('Filter');
    await session.editor.answer('queue.lock');
    await session.editor.titleAction('Clear Filter');
    await tree().filter({ hasText: 'two_semaphores.c' }).first().waitFor();
    await session.editor.run('Lock Order: Filter by Severity');
    await session.editor.choose('Errors');
    await session.page.keyboard.press('Enter');
    await tree().filter({ hasText: 'sem2; bad_function()' }).first().waitFor({ state: 'detached' });
    await session.page.locator('.sidebar', { hasText: 'Filter: Warnings, Infos, Hints' }).first().waitFor();
    await tree()
      .filter({ hasText: new RegExp(`^Findings\\s*0 of ${count} findings? in the workspace$`) })
      .waitFor();
    await session.pictures('tree-filtered');
    await session.editor.titleAction('Clear Filter');
    await session.editor.titleAction('Group by Rule');
    await tree().filter({ hasText: 'lock-order-cycle' }).first().waitFor();
    await tree().filter({ hasText: 'device_suspend()' }).first().click();
    await session.editor.squiggle('error').first().waitFor();
  });

  for (const name of ['dmesg.txt', 'dmesg.log'])
    it(`a report in ${name} leads to the explanation, its frames to code`, () => seenIn(name));

  async function seenIn(name: string): Promise<void> {
    writeFileSync(join(session.folder, 'driver', name), LOG);
    await session.editor.show(`driver/${name}`);
    // The log alone says what happened; with the source, also why.
    await session.page.locator('.codelens-decoration', { hasText: 'Possible deadlock' }).first().waitFor();
    await session.editor.show('driver/device.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.show(`driver/${name}`);
    const lens = session.page
      .locator('.codelens-decoration a', { hasText: 'Explain: lock-order-cycle' })
      .first();
    await lens.waitFor();
    await session.pictures('evidence');
    await lens.click();
    await session.window.locator('li', { hasText: name }).locator('.seen').waitFor();
    await session.editor.closeAll();
    rmSync(join(session.folder, 'driver', name));
  }

  it('a rule can be disabled in this workspace, and an unknown rule is reported', async () => {
    const settings = join(session.folder, '.vscode/settings.json');
    await session.editor.show(SEMAPHORES);
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.run('Lock Order: Focus on Lock Order View');
    await tree().filter({ hasText: 'two_semaphores.c' }).first().click({ button: 'right' });
    // The mouse rests on the entry: one that it rests on takes the focus. A menu takes no click in its first tenth of a second.
    const last = session.page.locator('.monaco-menu .action-item', {
      hasText: 'Disable Rule in This Workspace',
    });
    await last.hover();
    await last.and(session.page.locator('.focused')).waitFor();
    await session.page.keyboard.press('Enter');
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
    assert.match(session.read('.vscode/settings.json'), /"lock-order-cycle": "off"/);
    writeFileSync(settings, '{ "lockOrder.rules": { "lock-order-cylce": "off" } }\n');
    await session.editor.told(/Unknown rule “lock-order-cylce”/);
    await session.editor.run('Notifications: Show Notifications');
    await session.editor
      .notification(/Unknown rule/)
      .first()
      .waitFor();
    // Once, although VS Code sends the settings again with each of their changes.
    assert.equal(await session.editor.notification(/Unknown rule/).count(), 1);
    await session.pictures('notice');
    await session.editor.squiggle('error').first().waitFor();
    rmSync(dirname(settings), { recursive: true });
    await session.editor.clearNotifications();
  });

  it('the status item beside the language shows the state of the server', async () => {
    await session.editor.show('driver/device.c');
    await session.page.locator('.statusbar-item[id="status.languageStatus"]').first().hover();
    // Until all is read it says how much is.
    const status = session.page.locator('.hover-language-status', { hasText: /Lock Order: .*finding/ });
    await status.first().waitFor();
    // All of it can be read, as far as the link at its end. Only a pin of VS Code's own follows.
    const link = status.first().locator('a', { hasText: /^Show$/ });
    await link.waitFor();
    const { x = Infinity, width = 0 } = (await link.boundingBox()) ?? {};
    assert.ok(x + width <= (session.page.viewportSize()?.width ?? 0), `the link ends at ${x + width}`);
    await session.pictures('status');
  });

  it('a lockorder.json being written completes the classes of the folder', async () => {
    writeFileSync(join(session.folder, 'lockorder.json'), '{ "ignore": [{ "locks": ["" ] }] }\n');
    await session.editor.show('lockorder.json');
    await session.editor.cursorAt('locks', '""');
    await session.page.keyboard.press('ArrowRight');
    await session.page.keyboard.press('Control+Space');
    await session.page
      .locator('.suggest-widget .monaco-list-row', { hasText: 'queue.lock' })
      .first()
      .waitFor();
    await session.pictures('completion');
    await session.page.keyboard.press('Escape');
    rmSync(join(session.folder, 'lockorder.json'));
  });

  it('every setting has a description', async () => {
    await session.editor.run('Preferences: Open Settings (UI)');
    const search = session.page.locator('.settings-editor .search-container .monaco-editor');
    await search.click();
    await session.page.keyboard.insertText('@ext:lockorder.lockorder');
    const titles = session.page.locator('.settings-tree-container .setting-item-category');
    await titles
      .filter({ hasText: /^Lock Order/ })
      .first()
      .waitFor();
    await titles
      .filter({ hasNotText: /^Lock Order/ })
      .first()
      .waitFor({ state: 'detached' });
    await session.pictures('settings');
  });

  it('its page among the extensions has no broken picture', async () => {
    // The command for installed extensions alone would show this list first, and then that of a search in its place.
    await session.editor.run('View: Show Extensions');
    await session.page
      .locator('.extensions-list .monaco-list-row', { hasText: 'Lock Order' })
      .first()
      .click();
    const { window } = session;
    await window.locator('h1', { hasText: 'Lock Order' }).waitFor();
    await window.locator('pre', { hasText: 'DEADLOCK' }).waitFor();
    const widths = await window
      .locator('img')
      .evaluateAll((images) =>
        images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
      );
    assert.ok(
      widths.every((width) => width > 0),
      widths.join(' '),
    );
    assert.doesNotMatch(await window.locator('body').innerText(), /npm /);
    await session.pictures('page');
  });

  it('a scan without a folder asks for one', async () => {
    await session.page.goto(`${new URL(session.page.url()).origin}/?ew=true`);
    await session.editor.isStarted();
    await session.page.locator('.activitybar .action-label[aria-label^="Lock Order"]').click();
    await session.page.locator('.sidebar .monaco-button', { hasText: 'Scan Workspace' }).click();
    const message = session.page.locator('.notification-list-item', { hasText: 'No folder is open' });
    await message.locator('.monaco-button', { hasText: 'Open Folder' }).waitFor();
  });
});
