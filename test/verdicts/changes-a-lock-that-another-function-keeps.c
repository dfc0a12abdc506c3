// correct
struct dev { spinlock_t a, b; int n; };
void dev_switch(struct dev *d)
{
	spin_lock(&d->b);
	d->n++;
	spin_unlock(&d->a);
}
EXPORT_SYMBOL(dev_switch);
void dev_begin(struct dev *d)
{
	spin_lock(&d->a);
}
EXPORT_SYMBOL(dev_begin);
void dev_end(struct dev *d)
{
	spin_unlock(&d->b);
}
EXPORT_SYMBOL(dev_end);
