// a mistake: unbalanced-unlock
// Without the flag the allocation may fail, and then nothing is locked.
static DEFINE_MUTEX(pool_lock);
struct slab { int n; };

static int preload(gfp_t gfp)
{
	void *p;

	p = kmalloc(64, gfp);
	if (!p)
		return -ENOMEM;
	mutex_lock(&pool_lock);
	return 0;
}

static void preload_end(void)
{
	mutex_unlock(&pool_lock);
}

int slab_add(struct slab *s)
{
	int err = preload(GFP_NOFS | __GFP_NOWARN);

	if (err)
		s->n++;
	preload_end();
	return 0;
}
