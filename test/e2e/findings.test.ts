import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { EditorSession } from './support/session.js';

/** Two mutexes, one function that takes both, and an empty one. */
const TIE = `#include <linux/mutex.h>
static DEFINE_MUTEX(inner);
static DEFINE_MUTEX(outer);
static int sum;
void old_side(void)
{
	mutex_lock(&outer);
	mutex_lock(&inner);
	sum++;
	mutex_unlock(&inner);
	mutex_unlock(&outer);
}
void new_side(void)
{
	sum--;
}
`;
const OTHER_SIDE = 'mutex_lock(&inner);mutex_lock(&outer);mutex_unlock(&outer);mutex_unlock(&inner);';

/** A helper takes a lock that one of its callers holds. */
const HELPER = `#include <linux/mutex.h>
struct pump { struct mutex lock; int speed; };
static void pump_set(struct pump *p, int speed)
{
	mutex_lock(&p->lock);
	p->speed = speed;
	mutex_unlock(&p->lock);
}
void pump_start(struct pump *p)
{
	pump_set(p, 3);
}
void pump_stop(struct pump *p)
{
	mutex_lock(&p->lock);
	pump_set(p, 0);
	mutex_unlock(&p->lock);
}
`;

/** The lock of an object with a name that only this function gives it, taken directly and through a call. */
const ALIAS = `#include <linux/spinlock.h>
struct chip { spinlock_t lock; int level; };
struct host { void *priv; };
static void chip_reset(struct chip *chip)
{
	spin_lock(&chip->lock);
	chip->level = 0;
	spin_unlock(&chip->lock);
}
void host_poll(struct host *host)
{
	struct chip *my_chip = host->priv;

	spin_lock(&my_chip->lock);
	my_chip->level++;
	spin_unlock(&my_chip->lock);
}
void host_reset(struct host *host)
{
	chip_reset(host->priv);
}
`;

/** The scheduler is called as the kernel's own code does, and a sleep is wrong. */
const SCHEDULER = `#include <linux/delay.h>
#include <linux/preempt.h>
#include <linux/sched.h>
void idle_once(void)
{
	preempt_disable();
	schedule_preempt_disabled();
	preempt_enable();
}
void nap_once(void)
{
	preempt_disable();
	msleep(10);
	preempt_enable();
}
`;

describe('a finding', () => {
  const session = new EditorSession('findings', { size: { width: 1400, height: 1300 } });
  const rows = async (text: string | RegExp): Promise<Locator> =>
    (await session.editor.problems()).filter({ hasText: text });

  beforeEach(async () => {
    await session.page.keyboard.press('Escape');
    await session.editor.saveAll();
    await session.editor.closeAll();
  });

  it('on a tie is where the other side was just written, and that is marked as well', async () => {
    session.write('tie/tie.c', TIE);
    await session.editor.show('tie/tie.c');
    await session.editor.cursorAt('new_side', 'sum--;');
    await session.page.keyboard.press('End');
    await session.page.keyboard.insertText(OTHER_SIDE);
    const error = await rows(/new_side\(\) takes outer while holding inner; old_side\(\) \(tie\.c:8\)/);
    await error.first().waitFor();
    assert.match(await error.first().innerText(), /\[Ln 15,/);
    const other = await rows(/old_side\(\) takes inner while holding outer; new_side\(\) \(tie\.c:15\)/);
    await other.first().waitFor();
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.squiggle('info').first().waitFor();
    await session.editor.saveAll();
  });

  it('in a helper also marks the call that is made with the lock held', async () => {
    session.write('helper/helper.c', HELPER);
    await session.editor.show('helper/helper.c');
    const error = await rows('pump_set() takes pump.lock again while pump_stop() holds it');
    assert.match(await error.first().innerText(), /\[Ln 5,/);
    const call = await rows(/pump_stop\(\) calls pump_set\(\).*self-deadlock/);
    assert.match(await call.first().innerText(), /\[Ln 16,/);
  });

  it('begins with its subject and names the other side with its place', async () => {
    await session.editor.show('driver/queue.c');
    const error = await rows(
      /^\W*device_wake\(\) takes device_state\.state_lock while queue\.lock is held; device_suspend\(\) \(device\.c:\d+\) takes them in the opposite order/,
    );
    await error.first().waitFor();
  });

  it('stays while everything is analysed again', async () => {
    await session.editor.show('two-semaphores/two_semaphores.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.run('Lock Order: Toggle Lock Hints');
    await session.page.locator('.codelens-decoration').first().waitFor();
    await session.page.evaluate(watch);
    // A setting that changes what is looked for, and an order that puts the blame on the other side.
    session.write('.vscode/settings.json', '{ "lockOrder.confidence": "low", "lockOrder.codeLens": false }');
    await session.page.locator('.codelens-decoration').first().waitFor({ state: 'detached' });
    writeFileSync(join(session.folder, 'two-semaphores/.lockorder'), 'sem2 < sem1\n');
    const turned = (await rows(/bad_function\(\) takes sem2.*\[Ln 21,/)).filter({
      has: session.page.locator('.codicon-error'),
    });
    await turned.first().waitFor();
    assert.deepEqual(await session.page.evaluate('unmarked'), []);
    session.write('two-semaphores/.lockorder', '');
    session.write('.vscode/settings.json', '{}');
    await session.editor.run('Lock Order: Toggle Lock Hints');
  });

  it('of an example is not counted among those of the workspace', async () => {
    await session.editor.show('two-semaphores/two_semaphores.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.run('Lock Order: Open the Example Driver');
    await session.editor.line('queue_drain').first().waitFor();
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.run('Lock Order: Focus on Lock Order View');
    const tree = session.page.locator('.sidebar .monaco-list-row');
    await tree.filter({ hasText: /^Findings\s*1 finding in open files$/ }).waitFor();
    await session.page
      .locator('.activitybar .action-item .badge-content', { hasText: /^1$/ })
      .first()
      .waitFor();
  });

  it('is reproduced in a way that fits its locks', async () => {
    await session.editor.show('two-semaphores/two_semaphores.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.cursorAt('another_function', 'down(&sem1)');
    await session.editor.run('Lock Order: Explain Finding');
    await session.window.locator('h1', { hasText: 'sem1' }).waitFor();
    const text = await session.window.locator('main').innerText();
    assert.match(text, /lockdep does not track semaphores: the deadlock shows only as a hang/);
    assert.doesNotMatch(text, /PROVE_LOCKING|on the same objects/);
  });

  it('is not made of code that gives the processor up as the scheduler wants', async () => {
    session.write('sched/sched.c', SCHEDULER);
    await session.editor.show('sched/sched.c');
    const found = await rows('sleep-in-atomic');
    await found.filter({ hasText: 'nap_once() calls msleep()' }).first().waitFor();
    assert.equal(await found.count(), 1);
  });

  it('is read with lenses for what calls take, and hints that spell locks as the code does', async () => {
    session.write('alias/alias.c', ALIAS);
    await session.editor.show('alias/alias.c');
    await session.editor.run('Lock Order: Toggle Lock Hints');
    const lens = session.page.locator('.codelens-decoration');
    await lens.filter({ hasText: 'takes chip.lock in callees' }).first().waitFor();
    const hinted = session.editor.line(/spin_lock\(&my_chip->lock\);\s*holds\s+my_chip->lock/);
    await hinted.first().waitFor();
    await session.editor.run('Lock Order: Toggle Lock Hints');
    await lens.first().waitFor({ state: 'detached' });
  });
});

/** In the page: notes what the code shows in frames in which no error is underlined. */
const watch = `(() => {
  globalThis.unmarked = [];
  const look = () => {
    const shown = document.querySelector('.editor-group-container.active .monaco-editor');
    if (!shown?.querySelector('.squiggly-error'))
      globalThis.unmarked.push(shown?.querySelector('.view-lines')?.innerText ?? 'no code');
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;
