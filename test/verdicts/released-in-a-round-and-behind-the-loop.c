// a mistake: unbalanced-unlock
struct it { struct list_head l; int busy; };
struct dev { spinlock_t lock; struct list_head items; };
void flush(struct it *i);
void dev_scan(struct dev *d)
{
	struct it *i;

	spin_lock(&d->lock);
	list_for_each_entry(i, &d->items, l) {
		if (i->busy) {
			spin_unlock(&d->lock);
			flush(i);
			continue;
		}
		i->busy = 1;
	}
	spin_unlock(&d->lock);
}
EXPORT_SYMBOL(dev_scan);
