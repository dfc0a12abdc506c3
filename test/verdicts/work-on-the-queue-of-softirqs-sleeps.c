// a mistake: sleep-in-atomic
struct host { spinlock_t lock; struct work_struct bh; struct timer_list timer; int flags; };
static void host_bh(struct work_struct *t)
{
	struct host *h = from_work(h, t, bh);

	msleep(2);

	spin_lock(&h->lock);
	h->flags = 0;
	spin_unlock(&h->lock);
}
static void host_timer(struct timer_list *t)
{
	struct host *h = from_timer(h, t, timer);

	spin_lock(&h->lock);
	h->flags |= 1;
	spin_unlock(&h->lock);
	queue_work(system_bh_wq, &h->bh);
}
void host_init(struct host *h)
{
	INIT_WORK(&h->bh, host_bh);
	timer_setup(&h->timer, host_timer, 0);
}
