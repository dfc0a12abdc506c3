import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { EditorSession } from './session.js';

describe('the graph in VS Code', () => {
  const session = new EditorSession('graph');

  const node = (id: string): Locator => session.window.locator(`.node[data-id$="${id}"]`);

  it('shows what is taken around the lock under the cursor, its cycle marked', async () => {
    await session.editor.openFile('driver/queue.c', 'queue_init');
    await session.editor.word(session.editor.line('mutex_lock').first(), 'lock').click();
    await session.editor.run('Lock Order: Show Lock Graph');
    await node('queue.lock').waitFor();
    await node('device_state.state_lock').waitFor();
    // The other file may be read later than the window opens.
    await session.window.locator('.edge.reported').nth(1).waitFor({ state: 'attached' });
    assert.match((await node('queue.lock').getAttribute('class')) ?? '', /centre/);
    await session.pictures('graph');
  });

  it('jumps to the source of a lock and of an order', async () => {
    await node('device_state.state_lock').click();
    await session.editor.line('state_lock').first().waitFor();
    await session.window.locator('#details h2', { hasText: 'state_lock' }).waitFor();
    await session.window.locator('#details .link', { hasText: 'device_suspend' }).first().click();
    await session.editor.line('device_suspend').first().waitFor();
    await session.pictures('chosen');
  });

  it('works by keyboard', async () => {
    await node('queue.lock').focus();
    await session.page.keyboard.press('ArrowLeft');
    await session.page.keyboard.press('Enter');
    await session.window.locator('#details h2', { hasText: 'state_lock' }).waitFor();
    const width = async (): Promise<number> =>
      Number(await session.window.locator('svg').getAttribute('width'));
    const before = await width();
    await session.page.keyboard.press('+');
    assert.ok((await width()) > before);
    await session.page.keyboard.press('Escape');
    await session.window.locator('#details').waitFor({ state: 'hidden' });
  });

  it('filters by folder', async () => {
    await session.window.locator('#folder').fill('no/such');
    await session.window.locator('#status', { hasText: '0 orders' }).waitFor();
    await session.window.locator('#folder').fill('');
    await session.window.locator('.edge').first().waitFor({ state: 'attached' });
  });

  for (const [format, pattern] of [
    ['svg', /^<svg [^]*<style>[^]*class="edge reported"/],
    ['dot', /^digraph locks \{[^]*color=red/],
  ] as const) {
    it(`saves ${format}`, async () => {
      const target = join(session.folder, `out.${format}`);
      await session.window.locator(`#${format}`).click();
      await session.saveAs(target, `.${format}`);
      const written = (): string => readFileSync(target, 'utf8');
      await session.until(
        () => pattern.test(written()),
        () => `written: ${written().slice(0, 500)}`,
      );
    });
  }

  it('runs no code and loads nothing but its own', async () => {
    const policy = await session.window
      .locator('meta[http-equiv="Content-Security-Policy"]')
      .getAttribute('content');
    assert.match(policy ?? '', /^default-src 'none'; style-src [^;]+; script-src 'nonce-\w{32}'$/);
  });

  it('follows the theme', async () => {
    type Page = { getComputedStyle(element: unknown): { fill: string } };
    const ink = (): Promise<string> =>
      session.window
        .locator('.lock-graph text')
        .first()
        .evaluate((text) => (globalThis as unknown as Page).getComputedStyle(text).fill);
    const before = await ink();
    await session.theme('light');
    await session.until(
      async () => (await ink()) !== before,
      () => 'the colours stayed',
    );
    await session.theme('dark');
  });

  it('can be read in every theme', async () => {
    await node('queue.lock').click();
    await session.window.locator('#details h2').waitFor();
    await session.expectReadable();
  });
});
