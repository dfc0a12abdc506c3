// a mistake: missing-unlock
struct d { spinlock_t lock; struct timer_list timer; int n; };
static void d_timer(struct timer_list *t)
{
	struct d *d = from_timer(d, t, timer);

	spin_lock(&d->lock);
	if (d->n > 3)
		return;
	d->n++;
	spin_unlock(&d->lock);
	mod_timer(&d->timer, jiffies + HZ);
}
void d_init(struct d *d)
{
	timer_setup(&d->timer, d_timer, 0);
}
