// correct
// Readers find leases, writers alone drop them; a plain assertion is content with either.
struct lease { struct list_head list; u32 id; };
struct leases { struct rw_semaphore sem; struct list_head all; int dropped; };

static void lease_drop(struct leases *l, struct lease *one)
{
	lockdep_assert_held_write(&l->sem);
	list_del(&one->list);
	l->dropped++;
}

static struct lease *lease_find(struct leases *l, u32 id)
{
	struct lease *one;

	lockdep_assert_held(&l->sem);
	list_for_each_entry(one, &l->all, list)
		if (one->id == id)
			return one;
	return NULL;
}

void lease_end(struct leases *l, u32 id)
{
	struct lease *one;

	down_write(&l->sem);
	one = lease_find(l, id);
	if (one)
		lease_drop(l, one);
	up_write(&l->sem);
}

bool lease_known(struct leases *l, u32 id)
{
	bool known;

	down_read(&l->sem);
	known = lease_find(l, id) != NULL;
	up_read(&l->sem);
	return known;
}
