// a mistake: sleep-in-atomic
#include <linux/delay.h>
#include <linux/spinlock.h>

/* As in nine-ways-out-behind-a-release.c, but switch_mode() keeps the lock for its caller, who sleeps. */
struct modes {
	spinlock_t lock;
	spinlock_t a, b, c, d, e, f, g, h, i, j;
	int mode;
};

static int switch_mode(struct modes *m, int mode)
{
	m->mode = mode;
	spin_lock(&m->lock);
	if (mode == 0) {
		spin_lock(&m->a);
		return 1;
	} else if (mode == 1) {
		spin_lock(&m->b);
		return 2;
	} else if (mode == 2) {
		spin_lock(&m->c);
		return 3;
	} else if (mode == 3) {
		spin_lock(&m->d);
		return 4;
	} else if (mode == 4) {
		spin_lock(&m->e);
		return 5;
	} else if (mode == 5) {
		spin_lock(&m->f);
		return 6;
	} else if (mode == 6) {
		spin_lock(&m->g);
		return 7;
	} else if (mode == 7) {
		spin_lock(&m->h);
		return 8;
	} else if (mode == 8) {
		spin_lock(&m->i);
		return 9;
	} else {
		spin_lock(&m->j);
		return 10;
	}
}

static void leave_mode(struct modes *m, int mode)
{
	if (mode == 0)
		spin_unlock(&m->a);
	else if (mode == 1)
		spin_unlock(&m->b);
	else if (mode == 2)
		spin_unlock(&m->c);
	else if (mode == 3)
		spin_unlock(&m->d);
	else if (mode == 4)
		spin_unlock(&m->e);
	else if (mode == 5)
		spin_unlock(&m->f);
	else if (mode == 6)
		spin_unlock(&m->g);
	else if (mode == 7)
		spin_unlock(&m->h);
	else if (mode == 8)
		spin_unlock(&m->i);
	else
		spin_unlock(&m->j);
}

void run_in(struct modes *m, int mode)
{
	if (switch_mode(m, mode) > 3)
		msleep(10);
	leave_mode(m, mode);
	spin_unlock(&m->lock);
}
