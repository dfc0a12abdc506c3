import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { analyse } from '../../support/analyse.js';

const HEADER = `struct net_device;
struct net_device_ops { void (*ndo_tx_timeout)(struct net_device *net, unsigned int queue); };
void net_tx_timeout(struct net_device *net, unsigned int queue);
`;
const CORE = `#include "net.h"
void net_tx_timeout(struct net_device *net, unsigned int queue)
{
	msleep(10);
}
static const struct net_device_ops net_ops = { .ndo_tx_timeout = net_tx_timeout };
`;
const CARD = `#include "net.h"
static const struct net_device_ops card_ops = { .ndo_tx_timeout = net_tx_timeout };
`;
const TIMER = `struct bell { struct timer_list timer; struct mutex lock; };
static void bell_rings(struct timer_list *t)
{
	struct bell *bell = from_timer(bell, t, timer);
	mutex_lock(&bell->lock);
	mutex_unlock(&bell->lock);
}
void bell_init(struct bell *bell)
{
	timer_setup(&bell->timer, bell_rings, 0);
}
`;

/** Where the story of the only finding says that a function is registered. */
async function registration(texts: Readonly<Record<string, string>>): Promise<string> {
  const { snapshot } = await analyse(new Map(Object.entries(texts)));
  const steps = snapshot.findings.flatMap(({ story }) => story.filter(({ entry }) => entry !== undefined));
  assert.equal(steps.length, 1);
  return `${steps[0]?.file}:${steps[0]?.line}`;
}

describe('the registration that a story tells', () => {
  it('is the table of the file of the function, before one of another driver', async () => {
    const texts = { 'a/card.c': CARD, 'b/core.c': CORE, 'net.h': HEADER };
    assert.equal(await registration(texts), 'b/core.c:6');
  });

  it('is the call, not the function that contains it', async () => {
    assert.equal(await registration({ 'bell.c': TIMER }), 'bell.c:10');
  });
});
