import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { EditorSession } from './support/session.js';

const CONTROLLER_H = `#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct channel {
	struct mutex power_lock;
	spinlock_t ring_lock;
	unsigned int queued;
	bool on;
};

struct controller {
	struct mutex lock;
	struct rw_semaphore config_sem;
	spinlock_t stats_lock;
	struct channel channel;
	struct work_struct reset_work;
	unsigned long resets;
	int rate;
};

int controller_rate(struct controller *c);
void channel_start(struct channel *ch);
void channel_stop(struct controller *c);
`;

const CONTROLLER = `#include "controller.h"

int controller_rate(struct controller *c)
{
	int rate;

	mutex_lock(&c->lock);
	rate = c->rate;
	mutex_unlock(&c->lock);
	return rate;
}

void controller_configure(struct controller *c, int rate)
{
	mutex_lock(&c->lock);
	down_write(&c->config_sem);
	c->rate = rate;
	channel_start(&c->channel);
	up_write(&c->config_sem);
	spin_lock(&c->stats_lock);
	c->resets = 0;
	spin_unlock(&c->stats_lock);
	mutex_unlock(&c->lock);
}

static void controller_reset(struct work_struct *work)
{
	struct controller *c = container_of(work, struct controller, reset_work);

	down_read(&c->config_sem);
	channel_start(&c->channel);
	spin_lock(&c->stats_lock);
	c->resets++;
	spin_unlock(&c->stats_lock);
	up_read(&c->config_sem);
}

void controller_init(struct controller *c)
{
	INIT_WORK(&c->reset_work, controller_reset);
}
`;

const CHANNEL = `#include "controller.h"

void channel_start(struct channel *ch)
{
	mutex_lock(&ch->power_lock);
	spin_lock(&ch->ring_lock);
	ch->queued = 0;
	spin_unlock(&ch->ring_lock);
	ch->on = true;
	mutex_unlock(&ch->power_lock);
}

/* Called when the power fails. */
void channel_stop(struct controller *c)
{
	mutex_lock(&c->channel.power_lock);
	c->channel.on = false;
	if (controller_rate(c) > 0)
		c->channel.queued = 0;
	mutex_unlock(&c->channel.power_lock);
}
`;

describe('the graph in VS Code', () => {
  const session = new EditorSession('graph');

  const node = (id: string): Locator => session.window.locator(`.node[data-id$="${id}"]`);

  it('shows the orders around the lock under the cursor and marks its cycle', async () => {
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
    await session.window.locator('#status', { hasText: 'Nothing matches the filters.' }).waitFor();
    await session.window.locator('.node').first().waitFor({ state: 'detached' });
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

  it('runs no foreign code and loads nothing', async () => {
    const policy = await session.window
      .locator('meta[http-equiv="Content-Security-Policy"]')
      .getAttribute('content');
    assert.match(policy ?? '', /^default-src 'none'; style-src 'nonce-(\w{32})'; script-src 'nonce-\1'$/);
    assert.equal(await session.window.locator('[src], link').count(), 0);
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

  it('is readable in every theme', async () => {
    await node('queue.lock').click();
    await session.window.locator('#details h2').waitFor();
    await session.expectReadable();
  });
  it('draws all locks of a driver around one, with every cycle among them', async () => {
    session.write('controller/Kbuild', 'obj-m += both.o\nboth-y := controller.o channel.o\n');
    session.write('controller/controller.h', CONTROLLER_H);
    session.write('controller/controller.c', CONTROLLER);
    session.write('controller/channel.c', CHANNEL);
    await session.editor.closeAll();
    await session.editor.show('controller/channel.c');
    await session.editor.squiggle('error').first().waitFor();
    await session.editor.cursorAt('channel_stop', 'power_lock');
    await session.editor.run('Lock Order: Show Lock Graph');
    await session.window.locator('#depth').selectOption('2');
    for (const id of ['controller.lock', 'controller.stats_lock', 'channel.ring_lock'])
      await node(id).waitFor();
    await session.window.locator('.edge.reported').nth(1).waitFor({ state: 'attached' });
    // Work that is waited for is no lock, but lockdep tracks it like one.
    await session.window
      .locator('.node .detail', { hasText: /^lockdep map ·/ })
      .first()
      .waitFor();
    await session.editor.run('View: Toggle Primary Side Bar Visibility');
    await session.page.mouse.move(5, 5);
    await session.pictures('graph-driver');
    await session.editor.run('View: Toggle Primary Side Bar Visibility');
  });

  it('shows only cycles, or what happens in one context, and counts what it shows', async () => {
    const { window } = session;
    const all = await window.locator('.node').count();
    const counted = async (): Promise<string> => {
      const text = await window.locator('#status').innerText();
      const drawn = await window.locator('.node').count();
      return /^(\d+) locks?, \d+ orders?$/.exec(text)?.[1] === String(drawn) ? 'as drawn' : text;
    };
    await window.locator('#cycles').check();
    await node('channel.ring_lock').waitFor({ state: 'detached' });
    await node('channel.power_lock').waitFor();
    assert.equal(await counted(), 'as drawn');
    await session.pictures('graph-cycles');
    await window.locator('#cycles').uncheck();
    await node('channel.ring_lock').waitFor();
    const contexts = await window.locator('#context option').allInnerTexts();
    assert.equal(contexts[0], 'any');
    for (const context of contexts.slice(1)) {
      await window.locator('#context').selectOption(context);
      assert.equal(await counted(), 'as drawn');
      assert.ok((await window.locator('.node').count()) <= all);
    }
    await window.locator('#context').selectOption('any');
    await session.until(
      async () => (await window.locator('.node').count()) === all,
      () => 'a lock is missing',
    );
  });

  it('marks the cycles that the lists show: none of a rule that is off', async () => {
    const marked = session.window.locator('.edge.reported').first();
    await marked.waitFor({ state: 'attached' });
    session.write('.vscode/settings.json', '{ "lockOrder.rules": { "lock-order-cycle": "off" } }');
    await marked.waitFor({ state: 'detached' });
    session.write('.vscode/settings.json', '{}');
    await marked.waitFor({ state: 'attached' });
  });
});
