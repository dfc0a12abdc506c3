import assert from 'node:assert/strict';
import { EditorSession } from './support/session.js';

describe('the walkthrough', () => {
  // VS Code completes no step for what was done in the profile before the walkthrough was opened.
  const session = new EditorSession('walkthrough', { isFirst: true });
  const step = (title: string) => session.page.locator('.getting-started-step', { hasText: title });
  const ticked = (title: string) => step(title).locator('.codicon-getting-started-step-checked');
  /** Waits for what is shown beside the steps. */
  const pictured = (words: string) => session.window.locator('body', { hasText: words }).waitFor();
  const show = async (): Promise<void> => {
    await session.editor.run('Welcome: Open Walkthrough...');
    await session.editor.choose('Find a deadlock in a minute');
    await step('Open a driver that deadlocks').waitFor();
  };

  it('takes a minute: its steps work on its examples and are ticked when done', async () => {
    const [open, explain, fix] = ['Open a driver that deadlocks', 'See how it happens', 'Fix it'] as const;
    await show();
    await pictured('queue_drain()');
    await session.pictures('walkthrough');
    assert.equal(await ticked(fix).count(), 0);

    await step(open).locator('.monaco-button', { hasText: 'Open the Example Driver' }).click();
    await session.editor.line('queue_drain').first().waitFor();
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.run('Lock Order: Explain Finding');
    await session.window.locator('h1', { hasText: 'state_lock' }).waitFor();
    await session.editor.closeAll();
    await show();
    await ticked(open).waitFor();
    await ticked(explain).waitFor();

    await step(fix).click();
    assert.equal(await ticked(fix).count(), 0);
    await pictured('A fix is offered only after');
    await session.pictures('walkthrough-fix');
    await step(fix).locator('.monaco-button', { hasText: 'Open the Example Driver' }).click();
    await session.editor.line('queue_drain').first().waitFor();
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.focusCode();
    await session.editor.fix('Call device_wake() before queue.lock is taken');
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
    await show();
    await ticked(fix).waitFor();
  });

  it('opens an example whose fix changes two files and shows both changes first', async () => {
    const { page, editor } = session;
    await page
      .locator('.getting-started-step .monaco-button', { hasText: 'Open a Two-File Example' })
      .click();
    await editor.line('port_reset').first().waitFor();
    await editor.squiggle('error').first().waitFor();
    await editor.focusCode();
    await editor.fix('Take port.config_lock before port.stats_lock');
    const preview = page.locator('.bulk-edit-panel');
    for (const file of ['reset.c', 'show.c'])
      await preview.locator('.monaco-list-row', { hasText: file }).first().waitFor();
    // Every row is part of the fix, and ticked. All rows are read at one instant, since more of them may appear.
    const boxes = await preview
      .locator('.edit-checkbox')
      .evaluateAll((all) => all.map((box) => box.getAttribute('aria-checked')));
    assert.notEqual(boxes.length, 0);
    assert.deepEqual(new Set(boxes), new Set(['true']));
    await page.locator('.monaco-button', { hasText: 'Apply' }).filter({ visible: true }).first().click();
    await editor.squiggle('error').first().waitFor({ state: 'detached' });
  });

  it('ticks the scan when it is complete, and the hints when they are on', async () => {
    const [scan, hints] = ['Scan your own tree', 'See held locks while you read'] as const;
    await show();
    await step(scan).click();
    assert.equal(await ticked(scan).count(), 0);
    await pictured('A scan reads every C file');
    await session.pictures('walkthrough-scan');
    await step(scan).locator('.monaco-button', { hasText: 'Scan Workspace' }).click();
    await ticked(scan).waitFor();

    await step(hints).click();
    assert.equal(await ticked(hints).count(), 0);
    await pictured('Always on');
    await session.pictures('walkthrough-hints');
    await step(hints).locator('.monaco-button', { hasText: 'Toggle Lock Hints' }).click();
    await ticked(hints).waitFor();
  });
});
