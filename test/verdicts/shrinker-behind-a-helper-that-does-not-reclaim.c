// correct
// The helper allocates without reclaim: a miss is only remembered where memory is at hand.
struct extent { struct list_head lru; u64 block; };
struct extent_cache { struct mutex lock; struct list_head lru; unsigned long count; struct shrinker *shrinker; };
static struct extent *extent_new(u64 block, gfp_t gfp)
{
	struct extent *e = kmalloc(sizeof(*e), gfp);

	if (e)
		e->block = block;
	return e;
}
static int cache_grow(struct extent_cache *c, u64 block)
{
	struct extent *e = extent_new(block, GFP_NOWAIT);

	if (!e)
		return -ENOMEM;
	list_add(&e->lru, &c->lru);
	c->count++;
	return 0;
}
int cache_touch(struct extent_cache *c, u64 block)
{
	struct extent *e;
	int ret = 0;

	mutex_lock(&c->lock);
	e = list_first_entry_or_null(&c->lru, struct extent, lru);
	if (!e || e->block != block)
		ret = cache_grow(c, block);
	mutex_unlock(&c->lock);
	return ret;
}
static unsigned long cache_trim(struct extent_cache *c, unsigned long nr)
{
	struct extent *e, *next;
	unsigned long freed = 0;

	mutex_lock(&c->lock);
	list_for_each_entry_safe(e, next, &c->lru, lru) {
		if (freed == nr)
			break;
		list_del(&e->lru);
		kfree(e);
		freed++;
	}
	mutex_unlock(&c->lock);
	return freed;
}
static unsigned long cache_count(struct shrinker *s, struct shrink_control *sc)
{
	struct extent_cache *c = s->private_data;

	return c->count;
}
static unsigned long cache_scan(struct shrinker *s, struct shrink_control *sc)
{
	return cache_trim(s->private_data, sc->nr_to_scan);
}
int cache_setup(struct extent_cache *c)
{
	mutex_init(&c->lock);
	c->shrinker = shrinker_alloc(0, "extents");
	if (!c->shrinker)
		return -ENOMEM;
	c->shrinker->count_objects = cache_count;
	c->shrinker->scan_objects = cache_scan;
	c->shrinker->private_data = c;
	shrinker_register(c->shrinker);
	return 0;
}
