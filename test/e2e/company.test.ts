import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { EditorSession } from './support/session.js';

describe('beside the real clangd, in German', () => {
  before(function () {
    if (spawnSync('clangd', ['--version']).error === undefined) return;
    console.log('browser tests skipped: clangd is not installed');
    this.skip();
  });
  const session = new EditorSession('company', { others: ['clangd', 'german'], locale: 'de' });

  it('both underline their own problems', async () => {
    await session.editor.show('driver/device.c');
    await session.editor.squiggle('error').nth(1).waitFor();
    const rows = await session.editor.problems();
    await rows
      .filter({ hasText: /clang|pp_file_not_found/ })
      .first()
      .waitFor();
    await rows.filter({ hasText: 'lock-order-cycle' }).first().waitFor();
    await session.pictures('company');
  });

  it('both answer at a call, Lockorder in German', async () => {
    const hover = await session.editor.hover(
      session.editor.word(session.editor.line('queue_length(').first(), 'queue_length'),
      'Hier gehalten',
    );
    assert.match(hover, /queue\.lock/);
    await session.page.locator('.monaco-hover:visible', { hasText: /function\s+queue_length/ }).waitFor();
    await session.pictures('company-hover');
  });

  it('commands and messages are in German', async () => {
    await session.editor.run('Lock Order: Arbeitsbereich durchsuchen');
    await session.editor.told(/Befund/);
  });
});
