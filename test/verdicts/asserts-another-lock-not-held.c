// a mistake: missing-unlock
#include <linux/lockdep.h>
#include <linux/mutex.h>

struct volume;
struct volume_ops { int (*freeze)(struct volume *v); };
struct volume { struct mutex holder; struct mutex freezing; const struct volume_ops *ops; int frozen; };

int volume_freeze(struct volume *v)
{
	int err = 0;

	mutex_lock(&v->freezing);
	if (!v->frozen) {
		err = v->ops->freeze(v);
		lockdep_assert_not_held(&v->holder);
		if (err)
			return err;
		v->frozen++;
	}
	mutex_unlock(&v->freezing);
	return err;
}
