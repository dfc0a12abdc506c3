import assert from 'node:assert/strict';
import { EditorSession } from './support/session.js';

/** The same package, made to run in the worker of the browser: nothing of it runs on the server then. */
describe('the extension in a browser', () => {
  const session = new EditorSession('web', {
    settings: { 'remote.extensionKind': { 'lockorder.lockorder': ['web'] } },
  });

  it('underlines a deadlock and answers hover', async () => {
    await session.editor.openFile('two-semaphores/two_semaphores.c', 'another_function');
    await session.editor.squiggle('error').first().waitFor();
    const text = await session.editor.hover(
      session.editor.word(session.editor.line('down(&sem1);').last(), 'sem1'),
      'semaphore',
    );
    assert.match(text, /sem2/);
  });

  it('runs in a worker of the page', () => {
    const workers = session.page.workers().map((worker) => worker.url());
    assert.ok(
      workers.some((url) => url.startsWith('blob:')),
      workers.join('\n'),
    );
  });

  it('underlines a deadlock across two files, one of which was never opened', async () => {
    await session.editor.openFile('driver/queue.c', 'queue_init');
    const rows = await session.editor.problems();
    await rows.filter({ hasText: 'device.c' }).first().waitFor();
    await session.pictures('web');
  });

  it('scans the whole folder', async () => {
    await session.editor.run('Lock Order: Scan Workspace');
    await session.editor.told(/\d finding/);
  });
});
