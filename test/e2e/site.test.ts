import assert from 'node:assert/strict';
import { EditorSession } from './support/session.js';
import { startSite } from './support/site.js';

/** VS Code for the web as a site of static files, and a folder that only an extension can read. */
describe('the extension without any server', () => {
  const session = new EditorSession('site', { startEditor: startSite });

  /** There is no search for files without a server: by the tree then. */
  async function open(path: string, containing: string): Promise<void> {
    const { page, editor } = session;
    for (const name of path.split('/'))
      await editor.unfold(page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first());
    await editor.line(containing).first().waitFor();
  }

  it('underlines a deadlock and answers hover', async () => {
    await open('two-semaphores/two_semaphores.c', 'another_function');
    await session.editor.squiggle('error').first().waitFor();
    const text = await session.editor.hover(
      session.editor.word(session.editor.line('down(&sem1);').last(), 'sem1'),
      'semaphore',
    );
    assert.match(text, /sem2/);
  });

  it('repairs a deadlock and saves the file to its source', async () => {
    const rows = await session.editor.problems();
    await session.editor.goTo(rows.filter({ hasText: 'sem1' }).first());
    await session.editor.fix('Take sem1 before sem2');
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
    await session.editor.save();
    const text = (): string => session.read('two-semaphores/two_semaphores.c');
    const repaired = /another_function[^}]*down\(&sem1\);\s*down\(&sem2\);/;
    await session.until(() => repaired.test(text()), text);
  });

  it('reads the files beside the open one through the file system of the editor', async () => {
    await open('driver/queue.c', 'queue_init');
    const rows = await session.editor.problems();
    await rows.filter({ hasText: 'device.c' }).first().waitFor();
    await session.picture('site');
  });

  it('scans the whole folder', async () => {
    await session.editor.run('Lock Order: Scan Workspace');
    await session.editor.told(/\d finding/);
  });
});
