// correct
#include <linux/lockdep.h>
#include <linux/mutex.h>

struct volume;
struct volume_ops { int (*freeze)(struct volume *v); };
struct volume { struct mutex holder; struct mutex freezing; const struct volume_ops *ops; int frozen; };

/* The operation releases the lock of the holder. */
int volume_freeze(struct volume *v)
{
	int err = 0;

	mutex_lock(&v->freezing);
	mutex_lock(&v->holder);
	if (v->ops && v->ops->freeze) {
		err = v->ops->freeze(v);
		lockdep_assert_not_held(&v->holder);
	} else {
		mutex_unlock(&v->holder);
		v->frozen++;
	}
	mutex_unlock(&v->freezing);
	return err;
}

int volume_thaw(struct volume *v)
{
	int err = 0;

	mutex_lock(&v->holder);
	if (!v->frozen) {
		mutex_unlock(&v->holder);
		return -EINVAL;
	}
	err = v->ops->freeze(v);
	lockdep_assert_not_held(&v->holder);
	return err;
}
