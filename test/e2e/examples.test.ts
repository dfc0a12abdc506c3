import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { launch } from './chromium.js';
import { Editor } from './editor.js';
import { install, unsupported } from './install.js';
import { copyExamples, packageExtension } from './package.js';
import { RUN } from './paths.js';
import { startServer, type EditorServer } from './server.js';

/** File to write the README's picture to, if any. */
const PICTURE = process.env['LOCKORDER_PICTURE'] ?? '';
const FILE = 'two-semaphores/two_semaphores.c';
/** Whatever the analysis puts in front of the names to tell namesakes of the examples apart. */
const MESSAGE = /takes \S*sem1 while holding \S*sem2/;
const INSTALL_LIMIT_MS = 600_000;

describe('the extension in VS Code', () => {
  let folder = '';
  let server: EditorServer | undefined;
  let browser: Browser | undefined;
  let page: Page | undefined;
  let editor: Editor;

  const onDisk = (): string => readFileSync(join(folder, FILE), 'utf8');

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
      profile: join(RUN, 'profile'),
      folder,
      extension: packageExtension(),
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(30_000);
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
    await page?.screenshot({ path: join(RUN, 'failed.png') });
    console.log(server?.log().slice(-2000));
  });

  it('underlines the deadlock of the example', async () => {
    await editor.openFile(FILE, 'another_function');
    await editor.squiggle('error').first().waitFor();
  });

  it('lists it in the Problems panel with both sides', async () => {
    const rows = await editor.problems();
    await rows.filter({ hasText: MESSAGE }).first().waitFor();
    await rows.filter({ hasText: 'bad_function() takes sem1' }).first().waitFor();
    await rows.filter({ hasText: 'another_function() takes sem2' }).first().waitFor();
  });

  it('says at the lock in which order it is taken', async () => {
    const text = await editor.hover(
      editor.line('down(&sem1);').last().locator('span', { hasText: 'sem1' }).last(),
      'semaphore',
    );
    assert.match(text, /sem2/);
  });

  it('repairs it with the quick fix', async () => {
    const rows = await editor.problems();
    await editor.goTo(rows.filter({ hasText: MESSAGE }).first());
    const fix = await editor.quickFix('Take sem1 before sem2');
    if (PICTURE !== '') await page?.screenshot({ path: PICTURE });
    await fix.click();
    await editor.squiggle('error').first().waitFor({ state: 'detached' });
    await editor.save();
    for (const deadline = Date.now() + 10_000; !isOrdered(onDisk()); await sleep(50)) {
      assert.ok(Date.now() < deadline, onDisk());
    }
  });

  it('scans the whole folder on command', async () => {
    await editor.run('Lock Order: Scan Workspace');
    await editor.notification(/[0-9]+ lock-order problems in/).waitFor();
    const rows = await editor.problems();
    await rows
      .filter({ hasText: 'queue.c' })
      .or(rows.filter({ hasText: 'device.c' }))
      .first()
      .waitFor();
  });
});

/** Both functions of the example take sem1 first, and nothing else changed. */
function isOrdered(text: string): boolean {
  const locks = [...text.matchAll(/\b(down|up)\(&(sem[12])\)/g)].map((match) => `${match[1]} ${match[2]}`);
  const once = ['down sem1', 'down sem2', 'up sem2', 'up sem1'];
  return locks.join() === [...once, ...once].join();
}
