// correct
// The flags that the caller passes keep the allocation out of file systems.
struct cache {
	struct mutex lock;
	struct list_head idle;
	void *spare;
};
static struct cache cache;

static void *cache_get(struct cache *c, gfp_t gfp)
{
	if (c->spare)
		return c->spare;
	return kmalloc(64, gfp);
}

int cache_fill(void)
{
	int err = 0;

	mutex_lock(&cache.lock);
	cache.spare = cache_get(&cache, GFP_NOFS);
	if (!cache.spare)
		err = -ENOMEM;
	mutex_unlock(&cache.lock);
	return err;
}
EXPORT_SYMBOL(cache_fill);

static unsigned long cache_scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	mutex_lock(&cache.lock);
	kfree(cache.spare);
	cache.spare = NULL;
	mutex_unlock(&cache.lock);
	return 1;
}

int cache_start(void)
{
	struct shrinker *shrinker = shrinker_alloc(0, "cache");

	if (!shrinker)
		return -ENOMEM;
	shrinker->scan_objects = cache_scan;
	shrinker_register(shrinker);
	return 0;
}
EXPORT_SYMBOL(cache_start);
