import assert from 'node:assert/strict';
import { EditorSession } from './support/session.js';

const FILE = 'two-semaphores/two_semaphores.c';
/** Whatever the analysis puts in front of the names to tell namesakes of the examples apart. */
const MESSAGE = /takes \S*sem1 while holding \S*sem2/;

describe('the extension in VS Code', () => {
  const session = new EditorSession('examples', { size: { width: 1280, height: 800 } });
  const onDisk = (): string => session.read(FILE);

  it('underlines the deadlock of the example', async () => {
    await session.editor.openFile(FILE, 'another_function');
    await session.editor.squiggle('error').first().waitFor();
  });

  it('lists both sides in the Problems panel', async () => {
    const rows = await session.editor.problems();
    await rows.filter({ hasText: MESSAGE }).first().waitFor();
    await rows.filter({ hasText: 'bad_function() takes sem1' }).first().waitFor();
    await rows.filter({ hasText: 'another_function() takes sem2' }).first().waitFor();
  });

  it('shows at the lock the order in which it is taken', async () => {
    const text = await session.editor.hover(
      session.editor.word(session.editor.line('down(&sem1);').last(), 'sem1'),
      'semaphore',
    );
    assert.match(text, /sem2/);
    await session.pictures('hover');
  });

  it('repairs it with the quick fix', async () => {
    const rows = await session.editor.problems();
    await session.editor.goTo(rows.filter({ hasText: MESSAGE }).first());
    await session.editor.fix('Take sem1 before sem2');
    await session.editor.squiggle('error').first().waitFor({ state: 'detached' });
    await session.editor.save();
    await session.until(() => isOrdered(onDisk()), onDisk);
  });

  it('scans the whole folder on command', async () => {
    await session.editor.run('Lock Order: Scan Workspace');
    await session.editor.told(/\d+ findings? .*in \d+ of \d+ C file|\d+ findings? in/);
    const rows = await session.editor.problems();
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
