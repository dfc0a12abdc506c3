// correct
struct mail { struct semaphore gate; void *cmd; int n; };
static inline int mail_enter(struct mail *m)
{
	return down_interruptible(&m->gate);
}
static void mail_leave(struct mail *m)
{
	up(&m->gate);
}
static void mail_done(struct work_struct *w)
{
	mail_leave(container_of(w, struct mail_work, w)->mail);
}
int mail_send(struct mail *m, size_t len)
{
	int ret = mail_enter(m);

	if (ret)
		return ret;
	m->cmd = kzalloc(len, GFP_KERNEL);
	if (!m->cmd)
		return -EINPROGRESS;
	m->n++;
	mail_leave(m);
	return 0;
}
