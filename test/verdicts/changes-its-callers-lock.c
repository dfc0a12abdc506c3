// correct
struct dev { spinlock_t a, b; int n; };
static void dev_switch(struct dev *d)
{
	spin_lock(&d->b);
	d->n++;
	spin_unlock(&d->a);
}
void dev_run(struct dev *d)
{
	spin_lock(&d->a);
	dev_switch(d);
	spin_unlock(&d->b);
}
EXPORT_SYMBOL(dev_run);
