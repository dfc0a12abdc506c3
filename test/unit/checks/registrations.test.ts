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

const UDC = `struct udc { spinlock_t lock; int events; };
irqreturn_t udc_irq(int irq, void *data);
`;
const UDC_CORE = `#include "udc.h"
irqreturn_t udc_irq(int irq, void *data)
{
	struct udc *udc = data;
	spin_lock(&udc->lock);
	udc->events++;
	spin_unlock(&udc->lock);
	return IRQ_HANDLED;
}
`;
const UDC_CARD = `#include "udc.h"
int card_probe(struct device *dev, struct udc *udc)
{
	return request_irq(3, udc_irq, 0, "card", udc);
}
`;
const UDC_PLATFORM = `#include "udc.h"
void platform_stop(struct udc *udc)
{
	might_sleep();
	spin_lock(&udc->lock);
	udc->events = 0;
	spin_unlock(&udc->lock);
}
int platform_probe(struct device *dev, struct udc *udc)
{
	return devm_request_irq(dev, 3, udc_irq, 0, "platform", udc);
}
`;

/** Where a side of the story of the only finding says that a function is registered. */
async function registration(texts: Readonly<Record<string, string>>, side = 0): Promise<string> {
  const { snapshot } = await analyse(new Map(Object.entries(texts)));
  const steps = snapshot.findings.flatMap(({ story }) =>
    story.filter(({ entry, path }) => entry !== undefined && path === side),
  );
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

  it('is the one in the driver that takes the lock, of a handler that two drivers register', async () => {
    const texts = { 'udc.h': UDC, 'core.c': UDC_CORE, 'card.c': UDC_CARD, 'platform.c': UDC_PLATFORM };
    assert.equal(await registration(texts, 1), 'platform.c:11');
  });
});
