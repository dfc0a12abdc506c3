// a mistake: missing-unlock, unbalanced-unlock
struct dev { struct semaphore sem; int n; };
static int dev_try(struct dev *d)
{
	if (down_trylock(&d->sem))
		return -EBUSY;
	return 0;
}
int dev_use(struct dev *d)
{
	if (dev_try(d) == 0)
		return -EBUSY;
	d->n++;
	up(&d->sem);
	return 0;
}
EXPORT_SYMBOL(dev_use);
