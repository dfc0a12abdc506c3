// correct
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/xarray.h>

struct object { refcount_t users; int type; };
struct space { struct object obj; struct rw_semaphore range; };
struct context { struct rw_semaphore creation; struct xarray objects; };
void release_spaces(struct context *ctx, struct xarray *list);

/* All spaces stay locked; only the round that fails releases its own, and gives up. */
int lock_all_spaces(struct context *ctx, struct xarray *list)
{
	struct object *obj;
	unsigned long index;
	int rc;

	down_write(&ctx->creation);
	xa_lock(&ctx->objects);
	xa_for_each(&ctx->objects, index, obj) {
		struct space *space;

		if (!obj || obj->type != 1)
			continue;
		if (!refcount_inc_not_zero(&obj->users))
			continue;
		xa_unlock(&ctx->objects);
		space = container_of(obj, struct space, obj);
		down_write_nest_lock(&space->range, &ctx->creation);
		rc = xa_err(xa_store(list, index, space, GFP_KERNEL));
		if (rc) {
			up_write(&space->range);
			refcount_dec(&space->obj.users);
			release_spaces(ctx, list);
			return rc;
		}
		xa_lock(&ctx->objects);
	}
	xa_unlock(&ctx->objects);
	return 0;
}
