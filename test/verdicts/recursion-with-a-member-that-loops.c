// correct
#include <linux/mutex.h>
#include <linux/kthread.h>
#include <linux/sched.h>

/* The thread loops forever and is called by name as well; serve_one() and end_request() recur with it. */
struct server {
	struct mutex lock;
	int left, alone;
};

static void serve_one(struct server *s);

static void serve_forever(struct server *s)
{
	for (;;) {
		serve_one(s);
		schedule();
	}
}

static void end_request(struct server *s)
{
	s->left--;
	mutex_unlock(&s->lock);
	if (s->alone)
		serve_forever(s);
}

static void serve_one(struct server *s)
{
	mutex_lock(&s->lock);
	end_request(s);
}

int server_thread(void *data)
{
	struct server *s = data;

	serve_one(s);
	serve_one(s);
	return 0;
}
