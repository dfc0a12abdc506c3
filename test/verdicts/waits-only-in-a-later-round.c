// correct
struct peer { struct list_head node; wait_queue_head_t room; atomic_t used; int most; };
struct peer *peer_find(int id);
static int peer_attach(struct peer *p, long *timeo)
{
	DEFINE_WAIT(wait);

	if (atomic_read(&p->used) < p->most)
		return 0;
	if (!*timeo)
		return -EAGAIN;
	prepare_to_wait(&p->room, &wait, TASK_INTERRUPTIBLE);
	*timeo = schedule_timeout(*timeo);
	finish_wait(&p->room, &wait);
	return 1;
}
static int peer_send(struct sock *sk, int id, int flags)
{
	long timeo = sock_sndtimeo(sk, flags);
	struct peer *p;
	int err;
again:
	p = peer_find(id);
	if (!p)
		return -ENOENT;
	err = peer_attach(p, &timeo);
	if (err == 1)
		goto again;
	return err;
}
static DEFINE_SPINLOCK(queue_lock);
int queue_flush(struct sock *sk, int id)
{
	int err;

	spin_lock(&queue_lock);
	err = peer_send(sk, id, 0x40);
	spin_unlock(&queue_lock);
	return err;
}
