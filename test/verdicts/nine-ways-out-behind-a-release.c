// correct
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

/* switch_mode() releases the spinlock on every path. Only the mutex that it takes besides differs from mode to mode. */
struct modes {
	spinlock_t lock;
	struct mutex a, b, c, d, e, f, g, h, i, j;
	int mode;
};

static int switch_mode(struct modes *m, int mode)
{
	m->mode = mode;
	spin_unlock(&m->lock);
	if (mode == 0) {
		mutex_lock(&m->a);
		return 1;
	} else if (mode == 1) {
		mutex_lock(&m->b);
		return 2;
	} else if (mode == 2) {
		mutex_lock(&m->c);
		return 3;
	} else if (mode == 3) {
		mutex_lock(&m->d);
		return 4;
	} else if (mode == 4) {
		mutex_lock(&m->e);
		return 5;
	} else if (mode == 5) {
		mutex_lock(&m->f);
		return 6;
	} else if (mode == 6) {
		mutex_lock(&m->g);
		return 7;
	} else if (mode == 7) {
		mutex_lock(&m->h);
		return 8;
	} else if (mode == 8) {
		mutex_lock(&m->i);
		return 9;
	} else {
		mutex_lock(&m->j);
		return 10;
	}
}

static void leave_mode(struct modes *m, int mode)
{
	if (mode == 0)
		mutex_unlock(&m->a);
	else if (mode == 1)
		mutex_unlock(&m->b);
	else if (mode == 2)
		mutex_unlock(&m->c);
	else if (mode == 3)
		mutex_unlock(&m->d);
	else if (mode == 4)
		mutex_unlock(&m->e);
	else if (mode == 5)
		mutex_unlock(&m->f);
	else if (mode == 6)
		mutex_unlock(&m->g);
	else if (mode == 7)
		mutex_unlock(&m->h);
	else if (mode == 8)
		mutex_unlock(&m->i);
	else
		mutex_unlock(&m->j);
}

void run_in(struct modes *m, int mode)
{
	spin_lock(&m->lock);
	if (switch_mode(m, mode) > 3)
		msleep(10);
	leave_mode(m, mode);
}
