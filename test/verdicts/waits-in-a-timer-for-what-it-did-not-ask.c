// a mistake: sleep-in-atomic
struct box { int busy; struct wait_queue_head wait; struct timer_list timer; int n; };
static inline int box_try(struct box *b, int n)
{
	return b->busy < 0 || b->busy == n;
}
static inline int box_ready(struct box *b)
{
	return b->n > 0;
}
static void box_get(struct box *b, int n)
{
	wait_event(b->wait, box_try(b, n));
	b->busy = n;
}
static void box_fire(struct timer_list *t)
{
	struct box *b = from_timer(b, t, timer);

	if (!box_ready(b)) {
		mod_timer(t, jiffies + 1);
		return;
	}
	box_get(b, b->n);
	b->n++;
}
void box_init(struct box *b)
{
	timer_setup(&b->timer, box_fire, 0);
}
EXPORT_SYMBOL(box_init);
