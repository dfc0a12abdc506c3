// correct
// The handler starts its iterator for atomic use, so that it never takes the way with the lock.
struct window { int flags; struct page *page; void *addr; };
struct copy { struct window window; void *base; };
static DEFINE_SPINLOCK(map_lock);
static int mapped;

static void *map_high(struct page *page)
{
	spin_lock_irq(&map_lock);
	mapped++;
	spin_unlock_irq(&map_lock);
	return page_address(page);
}

static void *map_any(struct page *page)
{
	if (!PageHighMem(page))
		return page_address(page);
	return map_high(page);
}

static int window_next(struct window *w)
{
	if (w->flags & 1)
		w->addr = page_address(w->page);
	else
		w->addr = map_any(w->page);
	return w->addr != NULL;
}

static irqreturn_t copy_irq(int irq, void *data)
{
	struct copy *c = data;

	while (window_next(&c->window))
		memcpy(c->base, c->window.addr, 64);
	return IRQ_HANDLED;
}

int copy_start(struct copy *c, int irq)
{
	c->window.flags = 1;
	return request_irq(irq, copy_irq, 0, "copy", c);
}
