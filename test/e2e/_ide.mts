import { launch } from './chromium.ts';
import { Editor } from './editor.ts';
import { startServer } from './server.ts';
const s = await startServer({
  profile: '/tmp/ide/profile',
  folder: '/tmp/ide/ex',
  extension: '/tmp/ide/lo.vsix',
});
const b = (await launch()) as any;
if ('reason' in b) {
  console.log(b.reason);
  s.stop();
  process.exit(1);
}
try {
  const page = await b.newPage({ viewport: { width: 1400, height: 850 } });
  page.setDefaultTimeout(60000);
  const e = new Editor(page);
  const shot = (n: string) => page.screenshot({ path: `/tmp/ide/${n}.png` });
  await e.open(s.url, 'two-semaphores');
  await e.openFile('two-semaphores/two_semaphores.c', 'another_function');
  await e.squiggle('error').first().waitFor();
  console.log('squiggle');
  await shot('1');
  const rows = await e.problems();
  await rows.first().waitFor();
  await shot('2');
  await e.hover(e.line('down(&sem1);').last().locator('span', { hasText: 'sem1' }).last(), 'semaphore');
  await shot('3');
  await page.keyboard.press('Escape');
  await e.goTo(rows.filter({ hasText: 'takes' }).first());
  await page.waitForTimeout(1500);
  await shot('4');
  await e.run('Lock Order: Explain Finding');
  await page.waitForTimeout(3000);
  await shot('5');
  await page.keyboard.press('Control+W');
  await page.keyboard.press('Control+J');
  await e.openFile('driver/queue.c', 'queue_drain');
  await page.waitForTimeout(3000);
  await shot('6');
  await e.run('Lock Order: Scan Workspace');
  await page.waitForTimeout(3000);
  await shot('7');
  await e.run('Lock Order: Show Output');
  await page.waitForTimeout(2000);
  await shot('8');
  await e.run('Lock Order: Restart Server');
  await page.waitForTimeout(4000);
  await e.problems();
  await page.waitForTimeout(1000);
  await shot('9');
} catch (x) {
  console.log(x);
} finally {
  await b.close();
  s.stop();
  console.log(s.log().slice(-1500));
}
