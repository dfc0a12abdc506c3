// correct
struct dev { struct semaphore sem; int n; };
static int dev_try(struct dev *d)
{
	return down_trylock(&d->sem);
}
int dev_use(struct dev *d)
{
	if (dev_try(d))
		return -EBUSY;
	d->n++;
	up(&d->sem);
	return 0;
}
EXPORT_SYMBOL(dev_use);
