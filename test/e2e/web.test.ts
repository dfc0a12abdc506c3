import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launch } from './chromium.js';
import { Editor } from './editor.js';
import { install, unsupported } from './install.js';
import { copyExamples, packageExtension } from './package.js';
import { RUN } from './paths.js';
import { startServer, type EditorServer } from './server.js';

const PICTURES = process.env['LOCKORDER_PICTURES'] ?? '';
const INSTALL_LIMIT_MS = 600_000;

/** The same package, made to run in the worker of the browser: nothing of it runs on the server then. */
describe('the extension in a browser', () => {
  let folder = '';
  let server: EditorServer | undefined;
  let browser: Browser | undefined;
  let page: Page;
  let editor: Editor;

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
      profile: join(RUN, 'web-profile'),
      folder,
      extension: packageExtension(),
      settings: { 'remote.extensionKind': { 'lockorder.lockorder': ['web'] } },
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(60_000);
    editor = new Editor(page);
    await editor.open(server.url, 'two-semaphores');
  });

  after(async () => {
    await browser?.close();
    server?.stop();
    if (folder !== '') rmSync(dirname(folder), { recursive: true, force: true });
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await page.screenshot({ path: join(RUN, 'failed-web.png') });
    console.log(server?.log().slice(-2000));
  });

  it('underlines a deadlock and answers hover', async () => {
    await editor.openFile('two-semaphores/two_semaphores.c', 'another_function');
    await editor.squiggle('error').first().waitFor();
    const text = await editor.hover(
      editor.line('down(&sem1);').last().locator('span', { hasText: 'sem1' }).last(),
      'semaphore',
    );
    assert.match(text, /sem2/);
  });

  it('runs in a worker of the page', () => {
    const workers = page.workers().map((worker) => worker.url());
    assert.ok(
      workers.some((url) => url.startsWith('blob:')),
      workers.join('\n'),
    );
  });

  it('underlines what takes two files to see, the other one never opened', async () => {
    await editor.openFile('driver/queue.c', 'queue_init');
    const rows = await editor.problems();
    await rows.filter({ hasText: 'device.c' }).first().waitFor();
    if (PICTURES !== '') await page.screenshot({ path: join(PICTURES, 'web.png') });
  });

  it('scans the whole folder', async () => {
    await editor.run('Lock Order: Scan Workspace');
    await editor.notification(/lock-order problem/).waitFor();
  });
});
