import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { launch } from './chromium.js';
import { Editor } from './editor.js';
import { install, unsupported } from './install.js';
import { copyExamples, packageExtension } from './package.js';
import { RUN } from './paths.js';
import { startServer, type EditorServer } from './server.js';

/** Folder to write pictures of the window to, if any. */
const PICTURES = process.env['LOCKORDER_PICTURES'] ?? '';
const INSTALL_LIMIT_MS = 600_000;

describe('the graph in VS Code', () => {
  let folder = '';
  let server: EditorServer | undefined;
  let browser: Browser | undefined;
  let page: Page;
  let editor: Editor;
  let graph: FrameLocator;

  before(async function () {
    this.timeout(INSTALL_LIMIT_MS);
    const skip = (reason: string): never => {
      console.log(`browser tests skipped: ${reason}`);
      return this.skip();
    };
    const impossible = unsupported();
    if (impossible !== undefined) return skip(impossible);
    install();
    const started = await launch();
    if ('reason' in started) return skip(started.reason);
    browser = started;
    folder = copyExamples();
    server = await startServer({
      profile: join(RUN, 'graph-profile'),
      folder,
      extension: packageExtension(),
    });
    page = await browser.newPage({ viewport: { width: 1400, height: 820 } });
    page.setDefaultTimeout(60_000);
    editor = new Editor(page);
    await editor.open(server.url, 'two-semaphores');
    graph = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  });

  after(async () => {
    await browser?.close();
    server?.stop();
    if (folder !== '') rmSync(dirname(folder), { recursive: true, force: true });
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await page.screenshot({ path: join(RUN, 'failed-graph.png') });
    console.log(server?.log().slice(-2000));
  });

  const picture = async (name: string): Promise<void> => {
    if (PICTURES !== '') await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  };
  const node = (id: string): ReturnType<FrameLocator['locator']> => graph.locator(`.node[data-id$="${id}"]`);

  it('shows what is taken around the lock under the cursor, its cycle marked', async () => {
    await editor.openFile('driver/queue.c', 'queue_init');
    await editor.line('mutex_lock').first().locator('span', { hasText: 'lock' }).last().click();
    await editor.run('Lock Order: Show Lock Graph');
    await node('queue.lock').waitFor();
    await node('device_state.state_lock').waitFor();
    assert.equal(await graph.locator('.edge.reported').count(), 2);
    assert.match((await node('queue.lock').getAttribute('class')) ?? '', /centre/);
    await picture('graph');
  });

  it('jumps to the source of a lock and of an order', async () => {
    await node('device_state.state_lock').click();
    await editor.line('state_lock').first().waitFor();
    await graph.locator('#details h2', { hasText: 'state_lock' }).waitFor();
    await graph.locator('#details .link', { hasText: 'device.c' }).first().click();
    await editor.line('device_suspend').first().waitFor();
    await picture('chosen');
  });

  it('works by keyboard', async () => {
    await node('queue.lock').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await graph.locator('#details h2', { hasText: 'state_lock' }).waitFor();
    const width = async (): Promise<number> => Number(await graph.locator('svg').getAttribute('width'));
    const before = await width();
    await page.keyboard.press('+');
    assert.ok((await width()) > before);
    await page.keyboard.press('Escape');
    await graph.locator('#details').waitFor({ state: 'hidden' });
  });

  it('filters by folder', async () => {
    await graph.locator('#folder').fill('no/such');
    await graph.locator('#status', { hasText: '0 orders' }).waitFor();
    await graph.locator('#folder').fill('');
    await graph.locator('.edge').first().waitFor({ state: 'attached' });
  });

  for (const [format, pattern] of [
    ['svg', /^<svg [^]*<style>[^]*class="edge reported"/],
    ['dot', /^digraph locks \{[^]*color=red/],
  ] as const) {
    it(`saves ${format}`, async () => {
      const target = join(folder, `out.${format}`);
      await graph.locator(`#${format}`).click();
      const input = page.locator('.quick-input-widget input');
      await input.waitFor();
      await input.fill(target);
      await page.keyboard.press('Enter');
      const written = (): string => (existsSync(target) ? readFileSync(target, 'utf8') : '');
      for (const deadline = Date.now() + 10_000; written() === ''; await sleep(50)) {
        assert.ok(Date.now() < deadline, 'nothing was written');
      }
      assert.match(written(), pattern);
    });
  }

  it('runs no code and loads nothing but its own', async () => {
    const policy = await graph.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    assert.match(policy ?? '', /^default-src 'none'; style-src [^;]+; script-src 'nonce-\w{32}'$/);
  });

  it('follows the theme', async () => {
    const paper = (): Promise<unknown> =>
      graph.locator('.paper').evaluate('(rect) => getComputedStyle(rect).fill');
    const before = await paper();
    await editor.run('Preferences: Toggle between Light/Dark Themes');
    for (const deadline = Date.now() + 10_000; (await paper()) === before; await sleep(50)) {
      assert.ok(Date.now() < deadline, 'the colours stayed');
    }
    await picture('light');
  });
});
