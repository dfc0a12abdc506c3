// a mistake: missing-unlock
struct mail { struct semaphore gate; void *cmd; int n; };
static inline int mail_enter(struct mail *m)
{
	return down_interruptible(&m->gate);
}
static inline void mail_leave(struct mail *m)
{
	up(&m->gate);
}
int mail_send(struct mail *m, size_t len)
{
	int ret = mail_enter(m);

	if (ret)
		return ret;
	m->cmd = kzalloc(len, GFP_KERNEL);
	if (!m->cmd)
		return -ENOMEM;
	m->n++;
	mail_leave(m);
	return 0;
}
int mail_count(struct mail *m)
{
	int n;

	if (mail_enter(m))
		return -EINTR;
	n = m->n;
	mail_leave(m);
	return n;
}
void mail_init(struct mail *m)
{
	sema_init(&m->gate, 1);
}
