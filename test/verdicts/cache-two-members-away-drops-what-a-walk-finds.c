// a mistake: lock-order-cycle
//- drivers/attic/attic.h
struct cache { struct mutex lru_lock; struct list_head lru; };
struct shelf { struct cache *cache; };
struct box { struct mutex lock; struct shelf *shelf; struct list_head lru; bool used; };
void box_empty(struct box *b);
void cache_touch(struct cache *c, struct box *b);
//- drivers/attic/cache.c
#include "attic.h"
static void cache_move(struct cache *c, struct box *b)
{
	mutex_lock(&c->lru_lock);
	list_move(&b->lru, &c->lru);
	mutex_unlock(&c->lru_lock);
}

void cache_touch(struct cache *c, struct box *b)
{
	cache_move(c, b);
}

void cache_shrink(struct cache *c)
{
	struct box *b;

	mutex_lock(&c->lru_lock);
	list_for_each_entry(b, &c->lru, lru)
		box_empty(b);
	mutex_unlock(&c->lru_lock);
}
EXPORT_SYMBOL(cache_shrink);
//- drivers/attic/box.c
#include "attic.h"
void box_empty(struct box *b)
{
	mutex_lock(&b->lock);
	b->used = false;
	mutex_unlock(&b->lock);
}

static void box_mark(struct box *b)
{
	b->used = true;
	cache_touch(b->shelf->cache, b);
}

void box_use(struct box *b)
{
	mutex_lock(&b->lock);
	box_mark(b);
	mutex_unlock(&b->lock);
}
EXPORT_SYMBOL(box_use);
