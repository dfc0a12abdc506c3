// a mistake: lock-order-cycle
#include <linux/list.h>
#include <linux/spinlock.h>

struct shelf {
	spinlock_t lock;
	struct list_head books;
	struct list_head entry;
	unsigned int count;
};

static LIST_HEAD(shelves);

static struct shelf *fullest(struct shelf *mine)
{
	struct shelf *s, *best = NULL;
	unsigned int most = 1;

	list_for_each_entry(s, &shelves, entry) {
		if (s == mine)
			continue;
		if (s->count > most) {
			most = s->count;
			best = s;
		}
	}
	return best;
}

/* Two shelves that borrow from each other wait for each other. */
int shelf_borrow(struct shelf *mine)
{
	struct shelf *from = fullest(mine);

	if (!from)
		return -ENOENT;
	spin_lock(&mine->lock);
	spin_lock_nested(&from->lock, SINGLE_DEPTH_NESTING);
	list_move(from->books.next, &mine->books);
	from->count--;
	mine->count++;
	spin_unlock(&from->lock);
	spin_unlock(&mine->lock);
	return 0;
}
