// correct
#include <linux/list.h>
#include <linux/spinlock.h>

struct shelf {
	spinlock_t lock;
	struct list_head books;
	struct list_head entry;
	unsigned int level;
	unsigned int count;
};

static LIST_HEAD(shelves);

static struct shelf *lower(struct shelf *mine)
{
	struct shelf *s;

	list_for_each_entry(s, &shelves, entry)
		if (s != mine && s->level < mine->level)
			return s;
	return NULL;
}

/* The search finds lower shelves only, which is an order. */
int shelf_borrow(struct shelf *mine)
{
	struct shelf *from = lower(mine);

	if (!from)
		return -ENOENT;
	spin_lock(&mine->lock);
	spin_lock_nested(&from->lock, SINGLE_DEPTH_NESTING);
	from->count--;
	mine->count++;
	spin_unlock(&from->lock);
	spin_unlock(&mine->lock);
	return 0;
}
