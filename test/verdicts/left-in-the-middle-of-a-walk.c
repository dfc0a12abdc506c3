// a mistake: missing-unlock
struct name { struct hlist_bl_node node; bool stale; };
static struct hlist_bl_head names[64];
static atomic_t total;
static unsigned int names_shrink(unsigned int budget)
{
	struct hlist_bl_node *pos, *tmp;
	unsigned int i, freed = 0;
	struct name *n;

	for (i = 0; i < 64; i++) {
		struct hlist_bl_head *b = &names[i];

		if (hlist_bl_empty(b))
			continue;
		hlist_bl_lock(b);
		hlist_bl_for_each_entry_safe(n, pos, tmp, b, node) {
			if (!n->stale)
				continue;
			if (freed == budget)
				goto out;
			hlist_bl_del(&n->node);
			kfree(n);
			freed++;
		}
		hlist_bl_unlock(b);
	}
out:
	atomic_sub(freed, &total);
	return freed;
}
long names_ioctl(unsigned int budget)
{
	return budget ? names_shrink(budget) : -EINVAL;
}
